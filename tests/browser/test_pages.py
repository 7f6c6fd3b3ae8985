"""Every page of the site, in both languages: axe finds nothing, nothing is wider than the window, nothing complains."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException

from tests.browser.conftest import new_context
from tests.browser.instance import Instance, running
from tests.browser.scene import set_scene
from tests.browser.watch import PAGES as VIEWS
from tests.browser.watch import Watch, assert_accessible
from webinars import clock

pytestmark = pytest.mark.browser

EVERYBODY = [
    "/",
    "/vto",
    "/vto?q=rien",
    "/vto?theme=Emploi",
    "/maison-neuve",
    "/vto/emploi-quartiers",
    "/vto/demo",
    "/vto/rencontres",
    "/vto/emploi-quartiers/achats-responsables",
    "/vto/emploi-quartiers/insertion-activite-economique",
    "/vto/emploi-quartiers/achats-responsables/sign-up",
    "/vto/demo/demo-1",
    "/vto/rencontres/annulee",
    "/vto/rencontres/registered/{registered}",
    "/vto/rencontres/registered/{receipt}",
    "/vto/rencontres/registered/{receipt}/address",
    "/calendar",
    "/privacy",
    "/privacy/vto",
    "/accessibility",
    "/sign-in",
    "/forgotten-password",
    "/forgotten-password/sent",
    "/set-password/{password}",
    "/set-password/used",
    "/signed-out",
    "/no/such/page",
]
ATTENDEE = [
    "/me/{me}",
    "/me/{me_waiting}",
    "/me/{me_past}",
    "/me/{me}/identity",
    "/me/{me}/sessions/{later}/withdraw",
    "/me/{me_waiting}/sessions/{full}/withdraw",
    "/me/{me}/withdraw",
    "/me/nobody",
    "{unsubscribe}",
    "/entry/{entry}",
    "{join}",
    "{join_later}",
    "{join_cancelled}",
    "{join_waiting}",
]
ORGANISER = [
    "/organise/",
    "/organise/account",
    "/organise/account/password",
    "/organise/account/sessions",
    "/organise/mailbox",
    "/organise/mailbox/{mail}",
    "/organise/vto",
    "/organise/vto/cycles",
    "/organise/vto/cycles?state=archived",
    "/organise/vto/cycles/new",
    "/organise/vto/cycles/load",
    "/organise/vto/settings",
    "/organise/vto/settings/members",
    "/organise/vto/settings/members/{member}",
    "/organise/vto/settings/members/{member}/remove",
    "/organise/maison-neuve",
    "/organise/maison-neuve/cycles",
]
WORKSPACE = [
    "/emploi-quartiers",
    "/emploi-quartiers/settings",
    "/emploi-quartiers/people",
    "/emploi-quartiers/people/{person}",
    "/emploi-quartiers/people/{person}/withdraw",
    "/emploi-quartiers/messages/reminders",
    "/emploi-quartiers/messages/reminders/change",
    "/emploi-quartiers/sessions/achats-responsables/reminders",
    "/emploi-quartiers/sessions/achats-responsables/reminders/60",
    "/vide/messages/reminders",
    "/demo/messages/reminders",
    "/emploi-quartiers/attendance",
    "/emploi-quartiers/figures",
    "/emploi-quartiers/messages/deliveries",
    "/emploi-quartiers/messages/deliveries?show=trouble",
    "/emploi-quartiers/messages/deliveries/{person}",
    "/emploi-quartiers/messages/deliveries/sender",
    "/vide/messages/deliveries",
    "/emploi-quartiers/messages/answers",
    "/emploi-quartiers/messages/answers?session=cites-de-l-emploi",
    "/vide/messages/answers",
    "/emploi-quartiers/close",
    "/emploi-quartiers/cancel",
    "/emploi-quartiers/delete",
    "/supprime",
    "/supprime/delete",
    "/emploi-quartiers/duplicate",
    "/emploi-quartiers/sessions/achats-responsables/duplicate",
    "/emploi-quartiers/sessions/add",
    "/emploi-quartiers/sessions/new",
    "/emploi-quartiers/sessions/achats-responsables",
    "/emploi-quartiers/sessions/achats-responsables/cancel",
    "/emploi-quartiers/sessions/insertion-activite-economique/seats",
    "/emploi-quartiers/sessions/achats-responsables/attendance",
    "/rencontres",
    "/rencontres/sessions/plus-tard",
    "/rencontres/sessions/plus-tard/update/word",
    "/rencontres/sessions/plus-tard/update/drop",
    "/rencontres/sessions/annulee/restore",
    "/rencontres/sessions/annulee/remove",
    "/vide",
    "/vide/publish",
    "/vide/preview",
    "/vide/remove",
    "/vide/people",
    "/vide/attendance",
    "/vide/figures",
    "/vide/messages",
    "/demo/messages",
    "/demo/messages/new",
    "/demo/messages/new?thanks=absent&session=demo-1",
    "/demo/messages/{message_draft}",
    "/demo/messages/{message_draft}/edit",
    "/demo/messages/{message_draft}/send",
    "/demo/messages/{message_draft}/schedule",
    "/demo/messages/{message_draft}/cancel",
    "/demo/messages/{message_draft}/read",
    "/demo/messages/{message_draft}/read/{reader}",
    "/demo/messages/{message_scheduled}",
    "/demo/messages/{message_scheduled}/cancel",
    "/demo/messages/{message_sent}",
    "/demo",
    "/demo/attendance",
    "/demo/figures",
    "/demo/figures?for=team",
    "/demo/sessions/demo-1",
    "/demo/sessions/demo-1/attendance",
    "/demo/sessions/demo-1/attendance/walk-in",
    "/demo/sessions/demo-1/attendance/headcount",
    "/demo/sessions/demo-1/attendance?show=present&q=a",
    "/demo/sessions/demo-1/attendance?q=personne",
    "/demo/sessions/demo-1/attendance/lines",
    "/demo/sessions/demo-1/attendance/lines?show=settled&q=a",
    "/demo/sessions/demo-1/attendance/imports/{report}/undo",
    "/demo/sessions/demo-1/attendance/review",
    "/demo/sessions/demo-1/attendance/review/{line}",
    "/demo/sessions/demo-1/attendance/review/{line}?answer=walk-in",
    "/demo/sessions/demo-1/attendance/review/{line}?answer=headcount",
    "/demo/sessions/demo-1/attendance/review/{line}?answer=search&q=cas",
]
PAGES = [*EVERYBODY, *ATTENDEE, *ORGANISER, *(f"/organise/vto/cycles{page}" for page in WORKSPACE)]
NO_PAGES = {
    "registration.likely",
    "static",
    "cycles.manifest",
    "share.cycle",
    "share.organisation",
    "share.session",
    "pages.accent_sheet",
    "pages.icon",
    "pages.picture",
    "pages.robots",
    "health.health",
    "health.service",
    "capitalisation.statistics",
    "messages.count",
    "messages.message_html",
    "mailbox.attached",
    "mailbox.html",
    "mailbox.source",
    "reminders.sample_html",
}
ELSEWHERE = {
    "reports.preview",  # the story drops a file first
    "incoming.tray",  # where there is one organisation: tests/replies looks at it
    "registration.form",  # leads to the cycle's page
}


@pytest.fixture(scope="module")
def instance(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance without a mail server: its mailbox shows what would have been sent."""
    with running(tmp_path_factory.mktemp("pages"), sends_mail=False) as instance:
        yield instance


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    """What the addresses of pages leave open."""
    with instance.app.app_context():
        found = set_scene(now=clock.now())
    return {**found, "mail": instance.kept_mail()}


@pytest.fixture(scope="module")
def windows(
    browser: Browser, instance: Instance, signed_in: object
) -> Iterator[dict[str, tuple[Page, Watch]]]:
    """A window for each kind of reader and language, kept open from page to page."""
    opened = {}
    for reader, state in (("organiser", signed_in), ("visitor", None)):
        for language in VIEWS:
            watch = Watch(instance.url)
            context = watch.over(new_context(browser, instance, language, storage_state=state))
            opened[reader, language] = context.new_page(), watch
    yield opened
    for page, _watch in opened.values():
        page.context.close()


@pytest.mark.parametrize("language", VIEWS)
@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_found_on(windows, places: dict[str, str], address: str, language: str):
    reader = "organiser" if address.startswith("/organise") else "visitor"
    page, watch = windows[reader, language]
    watch.troubles.clear()
    joint = "&" if "?" in address else "?"
    page.goto(f"{address.format(**places)}{joint}lang={language}")

    assert page.locator("html").get_attribute("lang") == language
    assert_accessible(page, VIEWS[language])
    assert watch.troubles == []


def test_no_page_is_forgotten(instance: Instance):
    with instance.app.test_request_context():
        every = {rule.endpoint for rule in instance.app.url_map.iter_rules() if "GET" in rule.methods}
    adapter = instance.app.url_map.bind("localhost")

    def endpoint(address: str) -> str:
        try:
            return str(adapter.match(address.partition("?")[0].replace("{member}", "1"))[0])
        except HTTPException:
            return ""

    visited = {
        endpoint(address)
        for address in [
            *PAGES,
            "/join/x/1",
            "/entry/x/1/y",
            "/entry/x/1/y/with/z",
            "/x/y/registered/s/r",
            "/x/y/registered/s/r/address",
            "/unsubscribe/x",
        ]
    }

    assert sorted(one for one in every - visited - NO_PAGES - ELSEWHERE if "feeds." not in one) == []
