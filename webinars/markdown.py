"""Markdown as people may write it: one renderer, one list of what comes out (security rule 6)."""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "hr", "code", "pre"}
SCHEMES = {"http", "https", "mailto"}
TEXTS = 64  # those of the sessions that are written about at one time

_reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).disable(["image"])
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_HEADING = re.compile(r"<(/?)h[1256]>")


def render_markdown(source: str) -> Markup:
    """The text as safe HTML: headings at level 3 and 4 only, links to http, https and mailto, no pictures."""
    html = _HEADING.sub(r"<\1h3>", _reader.render(source))
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )
    return Markup(clean)  # noqa: S704 — nh3 let only the list above through


@lru_cache(maxsize=TEXTS)
def plain_markdown(source: str) -> str:
    """The same text without marks, for calendars and descriptions."""
    text = nh3.clean(_reader.render(source).replace("<li>", "<li>– "), tags=set(), attributes={})
    return re.sub(r"\n{3,}", "\n\n", _unescaped(text)).strip()


@lru_cache(maxsize=TEXTS)
def text_with_addresses(source: str) -> str:
    """The same for a mail: paragraphs apart, and the address behind each link beside its words."""
    html = (
        _reader.render(source).replace("<li>", "<li>– ").replace("</p>", "</p>\n").replace("<br />\n", "\n")
    )
    html = html.replace("<li>– \n<p>", "<li>– <p>").replace("<hr />", "* * *\n")
    html = _LINK.sub(lambda found: _told(found[1], found[2]), html)
    text = nh3.clean(html, tags=set(), attributes={})
    return re.sub(r"\n{3,}", "\n\n", _unescaped(text)).strip()


def _told(address: str, words: str) -> str:
    """Words and address, or the address alone where the words are no more than that."""
    return words if words in (address, address.removeprefix("mailto:")) else f"{words} ({address})"


def _unescaped(text: str) -> str:
    for entity, sign in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#39;", "'"),
        ("&nbsp;", "\u00a0"),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, sign)
    return text
