"""Writing Markdown in a browser: the tools, the keys, what is pasted, the preview beside it."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit
from tests.browser.watch import assert_accessible

pytestmark = pytest.mark.browser

CYCLE = "/organise/vto/cycles/emploi-quartiers"
EDITOR = f"{CYCLE}/sessions/achats-responsables?lang=fr"
FIELDS = {
    EDITOR: "Présentation",
    f"{CYCLE}/settings?lang=fr": "Présentation",
    f"{CYCLE}/messages/new?lang=fr": "Texte",
    f"{CYCLE}/messages/reminders/change?lang=fr": "Votre texte",
    "/organise/vto/settings?lang=fr": "Présentation",
    "/organise/vto/cycles/new?lang=fr": "Présentation",
}
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {color: red}</style></head><body>
<!--StartFragment--><h1>Le programme</h1>
<p class="MsoNormal">Deux <b>temps forts</b>, et <a href="https://example.org/a_(b)">un lien</a>&nbsp;:</p>
<p class="MsoListParagraphCxSpFirst" style="mso-list:l0 level1 lfo1"><![if !supportLists]><span style="font-family:Symbol"><span
 style="mso-list:Ignore">·<span>&nbsp;&nbsp;</span></span></span><![endif]>premier
 point</p>
<p class="MsoListParagraphCxSpMiddle" style="mso-list:l0 level2 lfo1"><span style="mso-list:Ignore">o<span>&nbsp;</span></span>un détail</p>
<p class="MsoListParagraphCxSpLast" style="mso-list:l1 level1 lfo2"><span style="mso-list:Ignore">1.<span>&nbsp;</span></span>étape *une*</p>
<p class="MsoNormal">Fin.<script>alert(1)</script><img src="https://example.org/x.png"></p><!--EndFragment--></body></html>"""
WORDS = """### Le programme

Deux **temps forts**, et [un lien](https://example.org/a_%28b%29)\u00a0:

- premier point
   - un détail
1. étape \\*une\\*

Fin."""


@pytest.fixture
def editor(visit: Visit, signed_in: object) -> Page:
    """The editor of a session."""
    return visit(EDITOR, storage_state=signed_in)


@pytest.fixture
def text(editor: Page) -> Locator:
    """The field of its presentation."""
    return editor.get_by_role("textbox", name="Présentation")


def press(page: Page, tool: str) -> None:
    page.get_by_role("toolbar", name="Mise en forme").first.get_by_role(
        "button", name=tool, exact=True
    ).click()


def select(text: Locator, start: int, end: int) -> None:
    text.evaluate("(one, [start, end]) => { one.focus(); one.setSelectionRange(start, end); }", [start, end])


def paste(text: Locator, **kinds: str) -> None:
    text.evaluate(
        """(one, kinds) => {
            one.focus();
            const clipboardData = new DataTransfer();
            for (const [kind, words] of Object.entries(kinds)) clipboardData.setData(`text/${kind}`, words);
            one.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        kinds,
    )


@pytest.mark.parametrize(
    ("tool", "before", "chosen", "after"),
    [
        ("Gras", "un mot", (3, 6), "un **mot**"),
        ("Gras", "un mot ", (2, 7), "un **mot** "),
        ("Gras", "un **mot**", (5, 8), "un mot"),
        ("Gras", "", (0, 0), "**texte**"),
        ("Titre", "a\nb", (2, 2), "a\n### b"),
        ("Titre", "- b", (0, 0), "### b"),
        ("Titre", "### b", (0, 0), "b"),
        ("Liste", "a\n\nb", (0, 4), "- a\n\n- b"),
        ("Liste", "- a\n- b", (0, 7), "a\nb"),
        ("Liste", "", (0, 0), "- "),
        ("Lien", "voir ici", (5, 8), "voir [ici](https://)"),
        ("Lien", "https://a.example.org", (0, 21), "[texte](https://a.example.org)"),
    ],
)
def test_each_tool_does_its_work_and_undo_takes_it_back(
    editor: Page, text: Locator, tool: str, before: str, chosen: tuple[int, int], after: str
) -> None:
    text.fill(before)
    select(text, *chosen)
    press(editor, tool)
    assert text.input_value() == after

    text.press("Control+z")
    assert text.input_value() == before


def test_keys_do_the_same(text: Locator) -> None:
    text.fill("un mot")
    select(text, 3, 6)
    text.press("Control+b")
    assert text.input_value() == "un **mot**"

    text.press("Control+b")
    assert text.input_value() == "un mot"

    text.press("Control+k")
    text.press_sequentially("https://a.example.org")  # what is still to be written is selected
    assert text.input_value() == "un [mot](https://a.example.org)"


def test_the_tools_are_one_stop_of_the_keyboard(editor: Page, text: Locator) -> None:
    text.focus()
    editor.keyboard.press("Shift+Tab")
    for key, name in (
        ("", "Gras"),
        ("ArrowRight", "Titre"),
        ("End", "Lien"),
        ("ArrowRight", "Gras"),
        ("ArrowLeft", "Lien"),
    ):
        if key:
            editor.keyboard.press(key)
        assert editor.evaluate("document.activeElement.textContent") == name
    editor.keyboard.press("Tab")
    assert text.evaluate("(one) => one === document.activeElement")


@pytest.mark.parametrize(
    ("kinds", "after"),
    [
        ({"html": WORD, "plain": "Le programme"}, WORDS),
        (
            {"html": "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>", "plain": "a b c"},
            "- a\n   - b\n- c",
        ),
        ({"html": "<ol><li>a</li><li>b</li></ol>", "plain": "a b"}, "1. a\n2. b"),
        ({"html": '<b style="font-weight:normal"><p>a</p><p>b</p></b>', "plain": "a b"}, "a\n\nb"),
        ({"html": '<a href="javascript:alert(1)">a</a> <a href="/b">b</a>', "plain": "a  b"}, "a b"),
        ({"html": "<table><tr><td>a</td><td>b</td></tr></table>", "plain": "a\tb"}, "a – b"),
        ({"plain": "Voici\n• un\n  ◦ deux\n–\ttrois"}, "Voici\n- un\n   - deux\n- trois"),
    ],
)
def test_what_is_pasted_keeps_its_lists_and_links(text: Locator, kinds: dict[str, str], after: str) -> None:
    text.fill("")
    paste(text, **kinds)
    assert text.input_value() == after

    text.press("Control+z")
    assert text.input_value() == ""


def test_plain_words_are_left_to_the_browser(text: Locator) -> None:
    text.fill("")
    paste(text, plain="5 * 3 - 2\n-un")
    assert text.input_value() == ""  # an event of a script pastes nothing by itself


def test_the_preview_follows_what_is_typed_and_keeps_nothing(
    editor: Page, text: Locator, tmp_path: Path
) -> None:
    shown = editor.get_by_role("group", name="Aperçu")
    text.fill("Un **mot** et\n\n- un point\n\n<script>alert(1)</script>")
    shown.get_by_text("un point", exact=True).wait_for()

    assert shown.locator("strong").inner_text() == "mot"
    assert "alert(1)" in shown.inner_text()
    assert_accessible(editor)
    editor.screenshot(path=tmp_path / "preview.png")
    text.fill("")
    shown.get_by_text("Rien n’est encore écrit.").wait_for()


@pytest.mark.parametrize("has_script", [True, False])
def test_on_a_phone_the_preview_comes_when_asked_for(
    visit: Visit, signed_in: object, has_script: bool
) -> None:
    page = visit(EDITOR, storage_state=signed_in, java_script_enabled=has_script)
    page.set_viewport_size({"width": 390, "height": 844})
    text, shown = page.get_by_role("textbox", name="Présentation"), page.get_by_role("group", name="Aperçu")
    text.fill("Un **mot**")
    assert shown.locator("p").count() == 0 or not shown.locator(".prose").is_visible()

    page.get_by_role("button", name="Actualiser l’aperçu").click()
    shown.locator("strong").wait_for()

    assert shown.locator("strong").inner_text() == "mot"
    assert text.input_value() == "Un **mot**"
    box = text.bounding_box()
    assert box
    assert 0 <= box["y"] < 844


@pytest.mark.parametrize(("address", "label"), list(FIELDS.items()))
def test_every_field_that_takes_markdown_has_the_tools(
    visit: Visit, signed_in: object, address: str, label: str
) -> None:
    page = visit(address, storage_state=signed_in)
    page.set_default_timeout(5_000)
    field = page.get_by_role("textbox", name=label).first
    field.fill("mot")
    field.press("Control+a")
    press(page, "Gras")
    assert field.input_value() == "**mot**"

    page.get_by_role("button", name="Actualiser l’aperçu").first.click()
    page.get_by_role("group", name="Aperçu").first.locator("strong", has_text="mot").wait_for()
    assert_accessible(page)
