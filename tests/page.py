"""A page as its reader meets it: sentences, fields, links, tables and forms, whatever the markup around them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
UNREAD = {"script", "style", "template"}
TICKED = {"radio", "checkbox"}
# what stands within a line
INLINE = {"a", "abbr", "b", "code", "em", "i", "mark", "s", "small", "span", "strong", "time", "wbr"}
# not what `\s` is: a no-break space is a character of the sentence
SPACE = re.compile(r"[ \t\r\n]+")
BREAK = "\u2028"


@dataclass(eq=False, repr=False)
class Part:
    """An element and what stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Part | str"] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<{self.tag}: {self.text}>"

    def __iter__(self) -> Iterator["Part"]:
        """Every element inside, in the order of the page."""
        for child in self.children:
            if isinstance(child, Part):
                yield child
                yield from child

    def all(self, *tags: str, **attributes: str) -> list["Part"]:
        """The elements inside with one of these tags and with these attributes; `class_` is one class among others."""
        return [part for part in self if (not tags or part.tag in tags) and part._has(attributes)]

    def _has(self, attributes: dict[str, str]) -> bool:
        return all(
            value in self.classes if name == "class_" else self.attributes.get(name) == value
            for name, value in attributes.items()
        )

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """What is read, each run of blanks one space; no-break spaces stay."""
        return SPACE.sub(" ", "".join(self._words())).strip()

    @property
    def plain(self) -> str:
        """What is read, element by element, no-break spaces as blanks."""
        return " ".join(" ".join(self._words()).split())

    @property
    def lines(self) -> list[str]:
        """What is read line by line: each heading, paragraph, item, cell or button, whole."""
        lines = SPACE.sub(" ", "".join(self._lined())).split(BREAK)
        return [line.strip(" ") for line in lines if line.strip(" ")]

    @property
    def plain_lines(self) -> list[str]:
        """The lines, no-break spaces as blanks."""
        return [" ".join(line.split()) for line in self.lines]

    def _lined(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag in INLINE:
                yield from child._lined()
            elif child.tag not in UNREAD:
                yield BREAK
                yield from child._lined()
                yield BREAK

    @property
    def typed(self) -> str:
        """What stands in a text area, to the character."""
        return "".join(self._words()).removeprefix("\r").removeprefix("\n")

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNREAD:
                yield from child._words()

    def part(self, identifier: str) -> "Part":
        """The element of this id."""
        return only(self.all(id=identifier), f"id {identifier}")

    @property
    def ids(self) -> list[str]:
        return [part.attributes["id"] for part in self if "id" in part.attributes]

    # fields

    @property
    def values(self) -> dict[str, str]:
        """What stands in each field; the answer chosen of each list."""
        found: dict[str, str] = {}
        for part in self.all("input", "select", "textarea"):
            name = part.attributes.get("name")
            if name is not None and part.attributes.get("type") not in TICKED:
                found[name] = part._value()
        return found

    def _value(self) -> str:
        if self.tag == "textarea":
            return self.typed
        if self.tag == "select":
            chosen = [one for one in self.all("option") if "selected" in one.attributes]
            return chosen[-1].attributes["value"] if chosen else ""
        return self.attributes.get("value", "")

    @property
    def ticked(self) -> dict[str, list[str]]:
        """The values ticked, by the name of their boxes."""
        found: dict[str, list[str]] = {}
        for box in self._boxes():
            if "checked" in box.attributes:
                found.setdefault(box.attributes["name"], []).append(box.attributes.get("value", "y"))
        return found

    @property
    def offered(self) -> dict[str, list[str]]:
        """The values that may be ticked, by the name of their boxes."""
        found: dict[str, list[str]] = {}
        for box in self._boxes():
            found.setdefault(box.attributes["name"], []).append(box.attributes.get("value", "y"))
        return found

    def _boxes(self) -> list["Part"]:
        return [part for part in self.all("input") if part.attributes.get("type") in TICKED]

    # what is wrong

    @property
    def errors(self) -> list[str]:
        """The sentences beside fields, in their order."""
        return [part.text for part in self.all(class_="error")]

    def error_for(self, name: str) -> str:
        """The sentence beside this field; empty when nothing is said."""
        return " ".join(part.text for part in self.all(id=f"{name}-error"))

    @property
    def summary(self) -> dict[str, str]:
        """What stands above a refused form: the sentence, by the field it leads to."""
        links = [link for box in self.all(class_="error-summary") for link in box.all("a")]
        return {link.attributes["href"].removeprefix("#"): link.text for link in links}

    @property
    def alerts(self) -> list[str]:
        """What is said at once to who does not see the page."""
        return [part.text for part in self.all(role="alert")]

    # where it leads

    @property
    def links(self) -> list[tuple[str, str]]:
        """The words of each link, and where it leads."""
        return [(link.text, link.attributes["href"]) for link in self.all("a") if "href" in link.attributes]

    @property
    def addresses(self) -> list[str]:
        """Where each link leads."""
        return [address for _words, address in self.links]

    def link(self, words: str) -> "Part":
        """The one link of these words."""
        return only([link for link in self.all("a") if link.text == words], f"link {words!r}")

    @property
    def actions(self) -> list[str]:
        """Where each form is sent."""
        return [form.attributes.get("action", "") for form in self.all("form")]

    def form(self, action: str) -> "Part":
        """The one form sent there."""
        return only(self.all("form", action=action), f"form to {action}")

    @property
    def buttons(self) -> list[str]:
        """The words of each button."""
        return [button.text for button in self.all("button")]

    @property
    def turned_to(self) -> str:
        """Which page of a long list this is."""
        return only(
            [num for nav in self.all("nav", class_="pages") for num in nav.all(class_="num")],
            "page of a list",
        ).text

    # tables, lists, headings

    @property
    def rows(self) -> list["Part"]:
        """The lines of tables, without their headings."""
        return [row for row in self.all("tr") if row.all("td")]

    @property
    def cells(self) -> list[str]:
        """The cells of a line, in plain words."""
        return [cell.plain for cell in self.all("th", "td")]

    def row(self, words: str) -> "Part":
        """The one line that begins with these words."""
        return only([row for row in self.rows if row.cells[0].startswith(words)], f"line {words!r}")

    @property
    def headings(self) -> list[str]:
        return [heading.text for heading in self.all("h1", "h2", "h3", "h4")]

    @property
    def heading(self) -> str:
        """What the page is headed."""
        return only(self.all("h1"), "heading").text

    def said(self, kind: str = "callout") -> list[str]:
        """What each box of this class says."""
        return [part.text for part in self.all(class_=kind)]

    def plain_said(self, kind: str = "callout") -> list[str]:
        """The same in plain words."""
        return [part.plain for part in self.all(class_=kind)]

    @property
    def notices(self) -> list[str]:
        """What is said of what was just done."""
        told = self.all("div", role="status", class_="stack")
        return [part.text for one in told for part in one.all(class_="callout")]

    @property
    def callouts(self) -> dict[str, str]:
        """What each box with a bold title goes on to say, by its title."""
        boxes = [
            [child for child in box.children if isinstance(child, Part)] for box in self.all(class_="callout")
        ]
        return {
            head.text: " ".join(part.text for part in rest)
            for head, *rest in filter(None, boxes)
            if head.tag == "b"
        }

    @property
    def points(self) -> str:
        """The first words above a refused form: how much is wrong."""
        return only(self.all(class_="error-summary"), "summary of errors").lines[0]


class Page(Part):
    """A whole page."""

    def __init__(self, html: str) -> None:
        super().__init__("page")
        _Builder(self).feed(html)

    @property
    def title(self) -> str:
        return only(self.all("title"), "title").text

    @property
    def language(self) -> str:
        return only(self.all("html"), "html").attributes["lang"]

    @property
    def canonical(self) -> str:
        """The address the page gives as its own."""
        return only(self.all("link", rel="canonical"), "canonical address").attributes["href"]

    def meta(self, name: str) -> str:
        """What the page says of itself under this name."""
        found = self.all("meta", name=name) + self.all("meta", property=name)
        return only(found, name).attributes["content"]

    @property
    def active(self) -> list[str]:
        """What would run or load something: handlers, styles, inline scripts, pictures."""
        handlers = [
            name for part in self for name in part.attributes if name.startswith("on") or name == "style"
        ]
        scripts = [part.tag for part in self.all("script", "style") if "src" not in part.attributes]
        return handlers + scripts + [part.tag for part in self.all("img", "iframe", "object")]


class _Builder(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self._open: list[Part] = [page]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        part = Part(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(part)
        if tag not in VOID:
            self._open.append(part)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in {part.tag for part in self._open[1:]}:
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def only(parts: list[Part], what: str) -> Part:
    """The one there is."""
    assert len(parts) == 1, f"{len(parts)} on the page: {what}"
    return parts[0]


def read(answer: TestResponse) -> Page:
    """The page that was answered."""
    return Page(answer.text)
