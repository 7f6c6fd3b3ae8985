"""Markdown as people may write it: one renderer, one list of what comes out (security rule 6)."""

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "hr", "code", "pre"}
SCHEMES = {"http", "https", "mailto"}

_reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).disable(["image"])
_LINK = re.compile(r'<a href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
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


def plain_markdown(source: str, *, links: bool = False) -> str:
    """The same text without marks, for mails, calendars and descriptions; `links` keeps their addresses."""
    html = _LINK.sub(r"\2 (\1)", str(render_markdown(source))) if links else _reader.render(source)
    text = nh3.clean(html.replace("<li>", "<li>– "), tags=set(), attributes={})
    return re.sub(r"\n{3,}", "\n\n", _unescaped(text)).strip()


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
