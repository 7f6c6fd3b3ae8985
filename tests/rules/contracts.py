"""Contracts of import that go by the names of modules: what each kind of module may know."""

from abc import abstractmethod
from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

VIEWS = {"routes", "cli"}
HIGH = 4  # from here on a module asks for things to be done
RANKS = {"forms": HIGH, "actions": HIGH, "mails": 3, "queries": 2, "models": 1, "errors": 0}
FLASK = {"flask", "flask_wtf", "wtforms"}
# packages that tie the product to Flask; the gateway stands between the server and the application
TIED = {"app", "gateway", "web", "storage"}
# what everything may know of them: the database and its session, and where the log is
OPEN = ("webinars.storage", "webinars.web.logs")


def kind_of(module: str) -> str:
    """What its name says a module is: `routes`, `chores`, `forms`, `actions`, `mails`, `queries`, `models`, `errors` or `noun`."""
    name = module.rpartition(".")[2]
    if name in VIEWS or name.endswith("_routes"):
        return "routes"
    if name.endswith(("_forms", "fields", "_field")):
        return "forms"
    return name if name == "chores" or name in RANKS else "noun"


def package_of(module: str) -> str:
    """The folder a module stands in."""
    return module.rpartition(".")[0]


class NamedContract(Contract):  # type: ignore[misc]
    """What is broken is listed import by import; `exceptions` are exact: a stale one breaks the contract too."""

    exceptions = fields.SetField(subfield=fields.StringField(), required=False, default=set())

    @abstractmethod
    def broken(self, graph: ImportGraph) -> Iterator[str]:
        """Each import that may not be, as `importer -> imported`."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Kept when what is broken is what is excepted."""
        found = set(self.broken(graph))
        wrong = sorted(found - self.exceptions) + [
            f"{stale} (excepted, and not there)" for stale in sorted(self.exceptions - found)
        ]
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line for each."""
        for line in check.metadata["wrong"]:
            output.print_error(f"- {line}", bold=True)


class KindsContract(NamedContract):
    """Inside a folder: views and chores → forms, actions → mails, nouns → queries → models → errors.

    A noun that knows none of them but models and errors is a value; queries and models may know it.
    """

    def broken(self, graph: ImportGraph) -> Iterator[str]:
        """Imports that go up."""
        for importer, imported in _inside(graph):
            if self._rank(graph, imported) > self._rank(graph, importer, imports=True):
                yield f"{importer} -> {imported}"

    def _rank(self, graph: ImportGraph, module: str, *, imports: bool = False) -> int:
        kind = kind_of(module)
        if kind == "noun":
            return RANKS["mails"] if imports or not _is_value(graph, module) else 0
        if kind == "chores":  # they do as views do, and are asked for what there is to do
            return HIGH + 1 if imports else RANKS["mails"]
        return RANKS.get(kind, HIGH + 1)


class DomainContract(NamedContract):
    """Rules know no request: settings, language and time are given to them.

    Nor do they know what asks one for them, in `web` or elsewhere; what asks the application nevertheless is a door,
    and each of those who go through it is an exception.
    """

    def broken(self, graph: ImportGraph) -> Iterator[str]:
        """Modules below the views that import Flask or WTForms, or what does and is no rule itself."""
        for module in filter(is_domain, sorted(graph.modules)):
            for imported in sorted(graph.find_modules_directly_imported_by(module)):
                if imported in FLASK or (not imported.startswith(OPEN) and _asks(graph, imported, set())):
                    yield f"{module} -> {imported}"


def is_domain(module: str) -> bool:
    """Whether it is one of the rules: it stands below views and forms, in no package that ties the product to Flask."""
    parts = module.split(".")
    return (
        parts[0] == "webinars"
        and len(parts) > 1
        and parts[1] not in TIED
        and kind_of(module) not in ("routes", "forms")
        and parts[-1] != "blueprint"
    )


def _asks(graph: ImportGraph, module: str, seen: set[str]) -> bool:
    """Whether it imports Flask, itself or, where it is no rule, through others."""
    seen.add(module)
    beside = graph.find_modules_directly_imported_by(module)
    if beside & FLASK or is_domain(module):
        return bool(beside & FLASK)
    further = (one for one in beside - seen if one.startswith("webinars.") and not one.startswith(OPEN))
    return any(_asks(graph, one, seen) for one in further)


class ViewsContract(NamedContract):
    """Views and commands are known to `app` alone."""

    def broken(self, graph: ImportGraph) -> Iterator[str]:
        """Imports of views from elsewhere."""
        for module in sorted(graph.modules):
            if kind_of(module) != "routes":
                continue
            for importer in sorted(graph.find_modules_that_directly_import(module)):
                if not importer.startswith("webinars.app."):
                    yield f"{importer} -> {module}"


def _inside(graph: ImportGraph) -> Iterator[tuple[str, str]]:
    for importer in sorted(graph.modules):
        if importer.count(".") < 2:
            continue
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            if package_of(imported) == package_of(importer):
                yield importer, imported


def _is_value(graph: ImportGraph, module: str) -> bool:
    beside = graph.find_modules_directly_imported_by(module)
    known = {kind_of(one) for one in beside if package_of(one) == package_of(module)}
    return known <= {"models", "errors"}
