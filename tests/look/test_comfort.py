"""What the script adds to pages that work without it."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import render_template

from tests.look.gallery import draw, gallery_app, samples
from webinars.words.accent import stylesheet
from webinars.words.folding import fold

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "static"
SITE = "https://look.test"  # the clipboard is for secure pages only


def live_page(said: str | None, asked: str) -> str:
    """The list of a page that answers in place, narrowed to whose name holds what was asked."""
    names = [name for name in ("Amélie Roussel", "Olivier Castagné") if fold(asked) in fold(name)]
    facts = {"asked": asked, "names": names, **({"said": said} if said else {})}
    app = gallery_app("fr")
    with app.test_request_context("/"):
        return render_template("live.html", **samples("live"), **facts)


def answer(route) -> None:
    """Serves the gallery, its static files, and a form that answers in place."""
    path = route.request.url.removeprefix(SITE).split("?")[0]
    if path.startswith("/static/"):
        kind = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}.get(
            path.rsplit(".", 1)[1], "font/woff2"
        )
        route.fulfill(body=(STATIC / path.removeprefix("/static/")).read_bytes(), content_type=kind)
    elif path.endswith(".css"):
        route.fulfill(body=stylesheet(310), content_type="text/css")
    elif path == "/live":
        typed = route.request.post_data or ""
        asked = parse_qs(urlsplit(route.request.url).query).get("q", [""])[0]
        if "absent" in typed or asked == "panne":
            route.fulfill(status=500, body="no")
        else:
            body = live_page("présente" if typed else None, asked)
            route.fulfill(body=body, content_type="text/html; charset=utf-8")
    else:
        route.fulfill(body=draw(path.strip("/")), content_type="text/html; charset=utf-8")


@pytest.fixture
def visit(browser):
    """Opens a page of the gallery at 1280 px, in the zone and with the script one asks for."""
    contexts = []

    def open_page(name: str, *, zone: str = "Europe/Paris", script: bool = True):
        context = browser.new_context(timezone_id=zone, locale="fr-FR", java_script_enabled=script)
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.route(f"{SITE}/**", answer)
        page.goto(f"{SITE}/{name}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_nothing_is_said_about_zones_when_the_clocks_agree(visit):
    assert visit("cycle", zone="Europe/Madrid").locator(".visitor-time").count() == 0


def test_a_visitor_overseas_reads_their_own_hour(visit):
    page = visit("cycle", zone="Indian/Reunion")

    assert page.locator(".visitor-time").first.inner_text() == "(soit 13 h, heure de La Réunion)".replace(
        "13 h", "13\u00a0h"
    )


def test_a_visitor_on_another_day_reads_the_day_too(visit):
    page = visit("cycle", zone="Pacific/Honolulu")

    assert page.locator(".visitor-time").first.inner_text().startswith("(soit lundi 16 novembre, 23\u00a0h")


def test_the_page_is_complete_without_the_script(visit):
    page = visit("cycle", script=False)

    assert page.locator("select#kind option").count() == 8
    assert page.locator(".visitor-time, .list-search").count() == 0
    assert not visit("figures", script=False).locator("[data-copy]").is_visible()


def test_what_is_ticked_shows_in_the_summary_without_the_script(visit):
    page = visit("cycle", script=False)

    def shown():
        return [line.get_attribute("class") for line in page.locator(".taken:visible").all()]

    assert shown() == ["taken taken-2"]
    page.check("#pick-3")
    assert shown() == ["taken taken-2", "taken taken-3"]
    page.check("#take-all")
    assert len(shown()) == 3


def test_a_long_list_narrows_and_takes_the_only_answer(visit):
    page = visit("states")
    page.get_by_label("Chercher dans cette liste").fill("insertion eco")

    assert page.locator("select#kind").input_value() == "ESS-SIA"
    assert page.locator(".list-search [role=status]").inner_text() == "Réponses possibles\u00a0: 1"
    page.get_by_label("Chercher dans cette liste").fill("")
    assert page.locator("select#kind option").count() == 8


def test_a_group_is_found_by_its_name_and_a_wrong_word_is_told(visit):
    page = visit("states")
    page.get_by_label("Chercher dans cette liste").fill("etat")
    assert page.locator("select#kind option[value^=ETA]").count() == 2

    page.get_by_label("Chercher dans cette liste").fill("zzz")
    assert page.locator(".list-search [role=status]").inner_text().startswith("Aucune réponse")


def test_enter_in_a_search_does_not_send_the_form(visit):
    page = visit("states")
    page.get_by_label("Chercher dans cette liste").press("Enter")

    assert page.url == f"{SITE}/states"


def test_the_sentence_is_copied_and_that_is_said(visit):
    page = visit("figures")
    page.get_by_role("button", name="Copier la phrase").click()
    page.locator("#sentence-copied:not(:empty)").wait_for()

    assert page.evaluate("navigator.clipboard.readText()").startswith(
        "Ces trois webinaires ont réuni 18 personnes"
    )
    assert page.locator("#sentence-copied").inner_text() == "Phrase copiée"


def test_a_refused_form_takes_the_focus(visit):
    assert visit("cycle_errors").evaluate("document.activeElement.className") == "error-summary"


@pytest.mark.parametrize(("key", "code", "decision"), [("n", "KeyN", "walk-in"), ("&", "Digit1", "P1")])
def test_one_key_decides_a_line_on_french_keyboards_too(visit, key, code, decision):
    page = visit("review")
    page.evaluate(
        "document.addEventListener('submit', (event) => { event.preventDefault(); window.sent = event.submitter.value; })"
    )
    page.evaluate(
        f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', code: '{code}', bubbles: true }}))"
    )

    assert page.evaluate("window.sent") == decision


def test_a_tick_answers_in_place_and_keeps_the_focus(visit):
    page = visit("live")
    page.evaluate("window.stayed = true")
    page.locator("#present-1").click()
    page.get_by_text("1 présente").wait_for()

    assert page.evaluate("window.stayed") is True
    assert page.locator("#line-1 span").inner_text() == "présente"
    assert page.evaluate("document.activeElement.id") == "present-1"


def shown(page) -> list[str]:
    return page.locator("#lines > li b").all_inner_texts()


def test_a_list_narrows_as_one_types_and_the_server_answers(visit):
    page = visit("live")
    page.evaluate("window.stayed = true")
    page.get_by_label("Chercher un nom").fill("castagne ")
    page.get_by_text("1 trouvée").wait_for()

    assert (shown(page), page.evaluate("window.stayed")) == (["Olivier Castagné"], True)
    assert page.url == f"{SITE}/live?q=castagne+"
    assert page.evaluate("document.activeElement.id") == "q"
    page.get_by_label("Chercher un nom").fill("")
    page.get_by_text("Amélie Roussel").wait_for()
    assert page.url == f"{SITE}/live"


def test_a_list_that_was_narrowed_stays_so_after_a_tick_and_narrows_on(visit):
    page = visit("live")
    search = page.get_by_label("Chercher un nom")
    search.fill("roussel")
    page.get_by_text("1 trouvée").wait_for()
    page.locator("#present-1").click()
    page.get_by_text("1 présente").wait_for()

    assert (shown(page), page.evaluate("document.activeElement.id")) == (["Amélie Roussel"], "present-1")
    search.fill("castagne")
    page.get_by_text("Olivier Castagné").wait_for()
    assert shown(page) == ["Olivier Castagné"]


def test_what_is_asked_while_a_tick_is_kept_is_not_lost(visit):
    page = visit("live")
    page.evaluate(
        """() => {
          const ask = window.fetch;
          window.fetch = async (address, options) => {
            if (options) await new Promise((go) => { window.keep = go; });
            return ask(address, options);
          };
        }"""
    )
    page.locator("#present-1").click()
    page.get_by_label("Chercher un nom").fill("castagne")
    page.get_by_text("1 trouvée").wait_for()
    page.evaluate("window.keep()")
    page.get_by_text("1 présente").wait_for()
    page.locator("#line-1").wait_for(state="detached")

    assert shown(page) == ["Olivier Castagné"]


def test_a_search_that_gets_no_answer_leaves_the_list_and_its_button(visit):
    page = visit("live")
    with page.expect_response(lambda answer: answer.url.endswith("q=panne")):
        page.get_by_label("Chercher un nom").fill("panne")

    assert shown(page) == ["Amélie Roussel", "Olivier Castagné"]
    page.get_by_role("button", name="Chercher").click()
    page.get_by_text("no", exact=True).wait_for()


def test_a_button_that_goes_with_its_tick_leaves_the_focus_in_its_line(visit):
    page = visit("live")
    page.locator("#none-1").click()
    page.get_by_text("1 présente").wait_for()

    assert page.evaluate("document.activeElement.id") == "present-1"


def test_a_tick_that_cannot_be_kept_goes_the_ordinary_way(visit):
    page = visit("live")
    page.locator("#absent-1").click()
    page.wait_for_load_state()
    page.get_by_text("no", exact=True).wait_for()

    assert page.url == f"{SITE}/live"
