"""Code the product does not use: tests alone do not keep it. `make check` runs it."""

import re
import sys
from keyword import iskeyword

from vulture import Vulture

from config import ROOT

PRODUCT = (
    "webinars",
    "config.py",
    "setting_values.py",
    "settings_file.py",
    "wsgi.py",
    "migrations/env.py",
    "translations",
)
# what calls these stands elsewhere: Flask, WTForms, SQLAlchemy, Jinja, click
CALLED = ["@bp.*", "@*_bp.*", "@*.command", "@app.*", "@validates*", "@event.*", "@click.*"]
NAMED = ["validate_*", "process_formdata", "_value", "__tablename__", "__table_args__", "bp", "*_bp"]
# each with who reads it
OUTSIDE = {
    "Meta": "WTForms",
    "has_groups": "WTForms",
    "iter_groups": "WTForms",
    "_extract_indices": "WTForms",
    "process_bind_param": "SQLAlchemy",
    "process_result_value": "SQLAlchemy",
    "log_exception": "Flask",
    "header_max_count": "email.policy",
    "header_store_parse": "email.policy",
    "fold_binary": "email.policy",
    "on_bind_field": "marshmallow",
    "_init_shared_socket": "Granian",
}
KINDS = {"function", "class", "method", "property"}  # ruff looks after imports


def unused() -> list[str]:
    """What neither the product nor a template names, as `file:line kind name`."""
    search = Vulture(ignore_decorators=CALLED, ignore_names=NAMED)
    search.scavenge([str(ROOT / place) for place in PRODUCT])
    search.scan(_names_in_templates(), filename="templates")
    found = [one for one in search.get_unused_code(min_confidence=60) if one.typ in KINDS]
    stale = OUTSIDE.keys() - {str(one.name) for one in found}
    return [
        f"{one.filename.relative_to(ROOT)}:{one.first_lineno} {one.typ} {one.name}"
        for one in found
        if one.name not in OUTSIDE
    ] + [f"excepted, and used or gone: {name}" for name in sorted(stale)]


def _names_in_templates() -> str:
    places = [*(ROOT / "templates").rglob("*.*")]
    code = " ".join(
        block
        for place in places
        for block in re.findall(r"\{[{%](.*?)[%}]\}", place.read_text(encoding="utf-8"), re.DOTALL)
    )
    names = sorted(set(re.findall(r"\b[A-Za-z_]\w*\b", code)))
    return "\n".join(f"_.{name}" for name in names if not iskeyword(name))


if __name__ == "__main__":
    lines = unused()
    print(*lines, sep="\n")
    sys.exit(1 if lines else 0)
