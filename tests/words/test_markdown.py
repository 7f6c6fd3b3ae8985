"""Markdown as visitors see it: links lead where a named scheme says, and nowhere else."""

import pytest

from webinars.words.markdown import render_markdown, text_with_addresses, typeset

ELSEWHERE = [
    "//evil.test",
    "&#x2f;/evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/organise/",
    "?page=2",
    "#top",
    "evil.test",
    "javascript:alert(1)",
    "java&#9;script:alert(1)",
    "data:text/html,x",
    "ftp://evil.test",
    "tel:112",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_what_names_no_scheme_of_ours_is_no_link(address: str) -> None:
    for source in (f"[mots]({address})", f"[mots]: {address}\n\n[mots]"):
        assert "href" not in render_markdown(source)
        assert "mots" in render_markdown(source)
        assert "(" not in text_with_addresses(source).replace(source, "")


@pytest.mark.parametrize("address", ["https://a.example/b", "http://a.example", "mailto:a@b.example"])
def test_web_and_mail_addresses_are_links(address: str) -> None:
    assert render_markdown(f"[mots]({address})") == (
        f'<p><a href="{address}" rel="noopener nofollow">mots</a></p>\n'
    )
    assert text_with_addresses(f"[mots]({address})") == f"mots ({address})"


def test_the_text_says_entities_as_they_were_typed() -> None:
    assert text_with_addresses("a &lt;b&gt; &amp;lt; « é »") == "a <b> &lt; « é »"
    assert text_with_addresses("[a](https://a.example/) et [b **c**](https://a.example/?x=1&y=2)") == (
        "a (https://a.example/) et b c (https://a.example/?x=1&y=2)"
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Cités de l’emploi : Quèsaco ?", "Cités de l’emploi\u00a0: Quèsaco\u202f?"),
        ("« Agir » ; 10 %", "«\u00a0Agir\u00a0»\u202f; 10\u00a0%"),
        ("What is it? A title: this one", "What is it? A title: this one"),
        ("http://x.example.org : y", "http://x.example.org\u00a0: y"),
    ],
)
def test_french_punctuation_is_never_left_alone_at_the_start_of_a_line(typed: str, shown: str) -> None:
    assert typeset(typed) == shown


def test_nor_in_markdown() -> None:
    shown = render_markdown("Les uns : **les autres** ; « [ici](https://x.example.org/?a=b) » `a : b`")

    assert shown == (
        "<p>Les uns&nbsp;: <strong>les autres</strong>\u202f; «&nbsp;"
        '<a href="https://x.example.org/?a=b" rel="noopener nofollow">ici</a>&nbsp;» <code>a : b</code></p>\n'
    )
