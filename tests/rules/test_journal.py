"""Every POST of an organiser leaves an entry in the journal, or says here why it does not."""

from collections.abc import Iterator

from flask import Flask

from tests.rules.test_access import blueprint_of, rules
from webinars.journal.deeds import Deed
from webinars.web.access import PublicBlueprint

NOT_JOURNALLED = {
    "account.end_session": "ends one's own sign-in; nothing of an organisation changes",
    "account.end_other_sessions": "ends one's own sign-ins; nothing of an organisation changes",
    "entrance.sign_in": "who signs in is in the log",
    "entrance.sign_out": "ends one's own sign-in; nothing of an organisation changes",
    "entrance.forgotten_password": "anybody may ask, for any address; the password set by the link is an entry",
    "messages.test_message": "a test to one's own address; nothing of an organisation changes",
    "reports.drop": "keeps a file for a day to be looked at; importing it is an entry",
}
FROM_THE_COMMAND_LINE = {Deed.MEMBER_ADDED, Deed.PASSWORD_LINK_DRAWN}
BY_A_WORKER = {Deed.CYCLE_DELETED}


def posts(app: Flask) -> Iterator[str]:
    """Endpoints of organisers that take a POST."""
    for rule in rules(app):
        if "POST" in (rule.methods or ()) and not isinstance(blueprint_of(app, rule), PublicBlueprint):
            yield rule.endpoint


def deeds_of(app: Flask, endpoint: str) -> tuple[Deed, ...]:
    """What the view declares."""
    return getattr(app.view_functions[endpoint], "deeds", ())


def test_every_post_of_organisers_is_journalled_or_says_why_not(app: Flask) -> None:
    silent = {endpoint for endpoint in posts(app) if not deeds_of(app, endpoint)}

    assert silent == set(NOT_JOURNALLED)
    assert all(reason for reason in NOT_JOURNALLED.values())


def test_every_word_of_the_journal_is_declared_where_it_is_written(app: Flask) -> None:
    declared = {deed for endpoint in posts(app) for deed in deeds_of(app, endpoint)}

    assert set(Deed) - declared == FROM_THE_COMMAND_LINE | BY_A_WORKER
