"""Markdown as people may write it: one renderer, one list of what comes out (specification/security, rule 6)."""

import html
import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "hr", "code", "pre"}
SCHEMES = {"http", "https", "mailto"}
TEXTS = 64  # those of the sessions that are written about at one time

_reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).disable(["image"])
_HEADING = re.compile(r"<(/?)h[1256]>")
_GAP = re.compile(r"\n{3,}")
_BEFORE = re.compile(" ([:;!?»%])(?= |$)")
_AFTER = re.compile("« ")


def typeset(text: str) -> str:
    """The text with the spaces of French punctuation made no-break; a text without such spaces stays as it is."""
    return _AFTER.sub("«\u00a0", _BEFORE.sub(_kept_together, text))


def _kept_together(found: re.Match[str]) -> str:
    return ("\u202f" if found[1] in ";!?" else "\u00a0") + found[1]


def render_markdown(source: str) -> Markup:
    """The text as safe HTML, typeset: headings at level 3 and 4 only, links to http, https and mailto, no pictures."""
    tokens = _reader.parse(source)
    for child in (child for token in tokens for child in token.children or [] if child.type == "text"):
        child.content = typeset(child.content)
    clean = nh3.clean(
        _HEADING.sub(r"<\1h3>", _reader.renderer.render(tokens, _reader.options, {})),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        url_relative="deny",  # what begins with // leads to another host, by a scheme that is not named
        link_rel="noopener nofollow",
    )
    return Markup(clean)  # noqa: S704 — nh3 let only the list above through


@lru_cache(maxsize=TEXTS)
def plain_markdown(source: str) -> str:
    """The same text without marks, for calendars and descriptions."""
    return _text_of(_reader.render(source).replace("<li>", "<li>– "))


@lru_cache(maxsize=TEXTS)
def text_with_addresses(source: str) -> str:
    """The same for a mail: paragraphs apart, and the address behind each link beside its words."""
    tokens = _reader.parse(source)
    for token in tokens:
        token.children = _with_addresses(token.children or [])
    rendered = _reader.renderer.render(tokens, _reader.options, {})
    rendered = rendered.replace("<li>", "<li>– ").replace("</p>", "</p>\n").replace("<br />\n", "\n")
    return _text_of(rendered.replace("<li>– \n<p>", "<li>– <p>").replace("<hr />", "* * *\n"))


def _with_addresses(tokens: list[Token]) -> list[Token]:
    """The tokens with an address after each link that leads somewhere, unless its words are the address."""
    told: list[Token] = []
    address, begins = "", 0
    for token in tokens:
        told.append(token)
        if token.type == "link_open":
            address, begins = str(token.attrGet("href") or ""), len(told)
        elif token.type == "link_close" and address.partition(":")[0].lower() in SCHEMES:
            words = "".join(one.content for one in told[begins:])
            if words not in (address, address.removeprefix("mailto:")):
                told.append(Token("text", "", 0, content=f" ({address})"))
    return told


def _text_of(rendered: str) -> str:
    text = nh3.clean(rendered, tags=set(), attributes={})
    return _GAP.sub("\n\n", html.unescape(text)).strip()
