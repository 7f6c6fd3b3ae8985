"""Content lines and components as RFC 5545 writes them, read without mercy and without a library."""

import re
from dataclasses import dataclass, field

_NAME = r"[A-Z0-9-]+"
_QUOTED = r'"[^"]*"'
_PARAMETER = rf'({_NAME})=({_QUOTED}|[^";:,]*(?:,[^";:,]*)*)'
_LINE = re.compile(rf"({_NAME})((?:;{_PARAMETER})*):(.*)", re.DOTALL)
_COMMA_ALLOWED = {"FEATURE"}


@dataclass(frozen=True)
class Line:
    """A property with its parameters."""

    name: str
    value: str
    parameters: dict[str, str]


@dataclass(frozen=True)
class Component:
    """A component with its properties and the components inside it."""

    name: str
    lines: list[Line] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)

    def value(self, name: str) -> str | None:
        """The first property of that name."""
        return next((line.value for line in self.lines if line.name == name), None)

    def parameters(self, name: str) -> dict[str, str]:
        """The parameters of the first property of that name."""
        return next((line.parameters for line in self.lines if line.name == name), {})

    def parameter(self, name: str, parameter: str) -> str | None:
        """One parameter of the first property of that name."""
        return self.parameters(name).get(parameter)

    def children_named(self, name: str) -> list["Component"]:
        """The components of that name directly inside."""
        return [child for child in self.children if child.name == name]


def read_line(content: bytes) -> Line:
    """The property on an unfolded line; ValueError when there is none."""
    text = content.decode()
    found = _LINE.fullmatch(text)
    if found is None:
        raise ValueError(f"no content line: {text[:60]}")
    parameters: dict[str, str] = {}
    for name, value in re.findall(_PARAMETER, found[2]):
        if name in parameters:
            raise ValueError(f"{name} is given twice: {text[:60]}")
        if "," in value and not value.startswith('"') and name not in _COMMA_ALLOWED:
            raise ValueError(f"{name} needs quotes: {text[:60]}")
        if "^" in value:
            raise ValueError(f"{name} holds a caret: {text[:60]}")
        parameters[name] = value.strip('"')
    return Line(found[1], found[5], parameters)


def read_component(lines: list[Line]) -> Component:
    """The component that fills all the lines; ValueError when its parts do not nest."""
    opened = [Component("")]
    for line in lines:
        if line.name == "BEGIN":
            opened.append(Component(line.value))
        elif line.name == "END":
            closed = opened.pop()
            if closed.name != line.value or not opened:
                raise ValueError(f"END:{line.value} closes {closed.name or 'nothing'}")
            opened[-1].children.append(closed)
        else:
            opened[-1].lines.append(line)
    if len(opened) > 1 or opened[0].lines or len(opened[0].children) != 1:
        raise ValueError("not exactly one calendar, from its beginning to its end")
    return opened[0].children[0]


def read_calendar(content: bytes) -> Component:
    """The whole calendar in a file."""
    unfolded = content.replace(b"\r\n ", b"").removesuffix(b"\r\n")
    return read_component([read_line(line) for line in unfolded.split(b"\r\n")])
