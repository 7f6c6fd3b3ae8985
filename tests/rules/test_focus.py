"""What takes focus after an action says what it is: a heading, a group of fields with its legend, or a name of its own."""

import re

from tests.rules.sources import TEMPLATES

TAKES_FOCUS = re.compile(
    r'<(\w+)\b((?:[^<>{}]|\{\{.*?\}\}|\{%.*?%\})*\btabindex="-1"(?:[^<>{}]|\{\{.*?\}\}|\{%.*?%\})*)>'
)
NAMED = re.compile(r"\brole=.*\baria-label(ledby)?=|\baria-label(ledby)?=.*\brole=")
BY_THEMSELVES = {"h", "h1", "h2", "h3", "main", "fieldset"}


def test_every_group_that_takes_focus_has_a_name() -> None:
    found = {
        (str(path.relative_to(TEMPLATES)), tag, bool(NAMED.search(attributes)))
        for path in TEMPLATES.rglob("*.html")
        for tag, attributes in TAKES_FOCUS.findall(path.read_text(encoding="utf-8"))
        if tag not in BY_THEMSELVES
    }

    assert len(found) > 3
    assert [(path, tag) for path, tag, is_named in found if not is_named] == []
