"""What strangers send is measured before it is read, and nothing they choose fills the memory."""

import ast

from tests.rules.sources import Function, modules, name_of, tree

# how signs are composed takes the square of a run of marks: one function does it, after it has looked
COMPOSES = {"webinars/words/text.py": 3}
# kept for ever, because there are only so many: hues, languages, zones of IANA and their regions, kinds of database, sizes of a picture's letters
UNBOUNDED = {
    "accent": "hue",
    "code_groups": "codes, _language",
    "zone_info": "zone",
    "_claiming": "dialect",
    "_keeping": "dialect",
    "_ending": "columns",
    "_always": "dialect",
    "environment": "language",
    "_french": "locale",
    "_font": "size, weight",
    "_in_region": "region, locale",
    "_named": "locale",
}


def test_only_one_module_composes_signs() -> None:
    found = {
        name_of(path): count
        for path in modules()
        if "normalize" in path.read_text()
        and (count := sum(_composes(node) for node in ast.walk(tree(path))))
    }

    assert found == COMPOSES


def test_what_is_kept_without_end_is_kept_by_what_there_is_little_of() -> None:
    found = {
        node.name: ", ".join(argument.arg for argument in node.args.args)
        for path in modules()
        if "cache" in path.read_text()
        for node in ast.walk(tree(path))
        if isinstance(node, Function) and node.args.args and any(map(_is_endless, node.decorator_list))
    }

    assert found == UNBOUNDED


def _composes(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("normalize", "is_normalized")


def _is_endless(decorator: ast.expr) -> bool:
    written = ast.unparse(decorator)
    return written.endswith("cache") or written == "lru_cache()" or "maxsize=None" in written
