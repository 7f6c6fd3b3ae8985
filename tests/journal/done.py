"""Each deed of an organiser: the endpoint it is done on, what is sent, the entries it leaves."""

from collections.abc import Callable
from datetime import timedelta

from tests.accounts.conftest import ANOTHER, PASSWORD
from tests.journal.scene import (
    CLAIRE,
    COMING,
    CYCLE,
    HOME,
    INES,
    MESSAGE,
    PAST,
    SESSION,
    Post,
    Scene,
    a_copy_of_the_cycle,
    a_draft,
    cancelled,
    changed,
    counted,
    decided,
    file_of_cycles,
    letter_of_nobody,
    letter_of_the_cycle,
    marked,
    nobody_recorded,
    of_a_message,
    of_an_update,
    others_present,
    readdressed,
    refused,
    reminders_chosen,
    reminders_chosen_for_one,
    report_of,
    settings_of,
    somebody_comes,
    ticked,
    to_be_deleted,
    token_of,
    with_a_logo,
    withdrawn,
    without_a_password,
    without_its_logo,
)
from tests.planning.editor.test_workspace import SETTINGS
from tests.planning.typed import CYCLE as NEW_CYCLE
from tests.planning.typed import lines
from webinars import clock
from webinars.cycles.states import CycleState
from webinars.journal.deeds import Deed

D = Deed
ROW = ("title", "day", "start_time", "end_time")

DONE: list[tuple[str, Callable[[Scene], Post], list[Deed]]] = [
    (
        "account.account",
        lambda _s: Post("/organise/account", {"name": "Nadia B.", "language": "fr"}),
        [D.ACCOUNT_CHANGED],
    ),
    (
        "account.change_password",
        lambda _s: Post("/organise/account/password", {"old_password": PASSWORD, "password": ANOTHER}),
        [D.PASSWORD_SET],
    ),
    (
        "entrance.set_password",
        lambda s: Post(f"/set-password/{token_of(s)}", {"password": ANOTHER}),
        [D.PASSWORD_SET],
    ),
    (
        "messages.new_message",
        lambda _s: Post(f"{CYCLE}/messages/new", MESSAGE),
        [D.MESSAGE_WRITTEN],
    ),
    ("messages.edit_message", lambda s: of_a_message(s, "edit", **MESSAGE), [D.MESSAGE_CHANGED]),
    ("messages.send_message", lambda s: of_a_message(s, "send"), [D.MESSAGE_SENT]),
    (
        "messages.schedule_message",
        lambda s: of_a_message(
            s, "schedule", day=f"{clock.now() + timedelta(days=9):%Y-%m-%d}", hour="10:00"
        ),
        [D.MESSAGE_SCHEDULED],
    ),
    ("messages.cancel_message", lambda s: of_a_message(s, "cancel"), [D.MESSAGE_THROWN_AWAY]),
    ("messages.cancel_message", lambda s: of_a_message(s, "call off"), [D.MESSAGE_CALLED_OFF]),
    ("members.invite_member", lambda _s: Post(f"{HOME}/settings/members", INES), [D.MEMBER_INVITED]),
    ("members.invite_again", without_a_password, [D.MEMBER_INVITED_AGAIN]),
    (
        "members.change_member",
        lambda s: Post(s.member(), {"role": "administrator"}),
        [D.MEMBER_MADE_ADMINISTRATOR],
    ),
    ("members.remove_member", lambda s: Post(f"{s.member()}/remove"), [D.MEMBER_REMOVED]),
    ("organisation.settings", settings_of, [D.SETTINGS_CHANGED]),
    ("organisation.settings", with_a_logo, [D.SETTINGS_CHANGED, D.LOGO_CHANGED]),
    ("organisation.remove_logo", without_its_logo, [D.LOGO_REMOVED]),
    (
        "planning.new_cycle",
        lambda _s: Post(f"{HOME}/cycles/new", NEW_CYCLE | lines({"title": "Une"})),
        [D.CYCLE_CREATED, D.SESSION_ADDED],
    ),
    (
        "duplication.duplicate_cycle",
        a_copy_of_the_cycle,
        [D.CYCLE_CREATED, D.CYCLE_DUPLICATED, D.SESSION_ADDED, D.SESSION_ADDED],
    ),
    (
        "duplication.duplicate_session",
        lambda _s: Post(f"{COMING}/duplicate", {"day": f"{clock.now() + timedelta(days=40):%Y-%m-%d}"}),
        [D.SESSION_ADDED],
    ),
    (
        "planning.load_cycles_file",
        file_of_cycles,
        [D.CYCLE_CREATED, D.CYCLE_PUBLISHED] * 3 + [D.CYCLES_LOADED],
    ),
    ("planning.cycle_settings", lambda _s: Post(f"{CYCLE}/settings", SETTINGS), [D.CYCLE_SETTINGS_CHANGED]),
    ("planning.change_state", lambda s: s.step("publish", CycleState.DRAFT), [D.CYCLE_PUBLISHED]),
    ("planning.change_state", lambda s: s.step("close", CycleState.PUBLISHED), [D.CYCLE_CLOSED]),
    ("planning.change_state", lambda s: s.step("reopen", CycleState.CLOSED), [D.CYCLE_REOPENED]),
    ("planning.change_state", lambda s: s.step("archive", CycleState.CLOSED), [D.CYCLE_ARCHIVED]),
    ("planning.new_session", lambda _s: Post(f"{CYCLE}/sessions/new", SESSION), [D.SESSION_ADDED]),
    (
        "planning.add_sessions",
        lambda _s: Post(f"{CYCLE}/sessions/add", {f"sessions-0-{key}": SESSION[key] for key in ROW}),
        [D.SESSION_ADDED],
    ),
    ("planning.session", lambda _s: Post(COMING, changed()), [D.SESSION_CHANGED]),
    (
        "planning.session",
        lambda s: somebody_comes(s) or Post(COMING, changed()),
        [D.UPDATE_PREPARED, D.SESSION_CHANGED],
    ),
    ("planning.send_update", lambda s: of_an_update(s, "send"), [D.UPDATE_SENT]),
    ("planning.edit_update", lambda s: of_an_update(s, "word", word="Pardon"), [D.UPDATE_CHANGED]),
    ("planning.drop_update", lambda s: of_an_update(s, "drop", sure="yes"), [D.UPDATE_DROPPED]),
    (
        "planning.cancel_cycle",
        lambda _s: Post(f"{CYCLE}/cancel", {"word": ""}),
        [D.CYCLE_CANCELLED, D.SESSION_CANCELLED],
    ),
    ("planning.remove_cycle", a_draft, [D.CYCLE_REMOVED]),
    (
        "deletion.delete_cycle",
        lambda s: Post(f"{CYCLE}/delete", {"name": s.past.cycle.title}),
        [D.SESSION_CANCELLED, D.CYCLE_DELETION_ASKED],
    ),
    ("deletion.take_back", to_be_deleted, [D.CYCLE_DELETION_TAKEN_BACK]),
    ("planning.session", lambda _s: Post(COMING, changed("80")), [D.SESSION_CHANGED, D.SEATS_CHANGED]),
    ("planning.enlarge_session", lambda _s: Post(f"{COMING}/seats", {"capacity": "60"}), [D.SEATS_CHANGED]),
    ("planning.cancel_session", lambda _s: Post(f"{COMING}/cancel"), [D.SESSION_CANCELLED]),
    ("planning.restore_session", cancelled, [D.SESSION_RESTORED]),
    ("planning.remove_session", lambda _s: Post(f"{COMING}/remove"), [D.SESSION_REMOVED]),
    ("planning.withdraw_person", withdrawn, [D.REGISTRATIONS_WITHDRAWN]),
    ("deliverability.correct_address", readdressed, [D.ADDRESS_CORRECTED]),
    ("deliverability.lift_mark", marked, [D.ADDRESS_MARK_LIFTED]),
    ("deliverability.send_again", lambda s: refused(s, "{person}/again"), [D.MAIL_SENT_AGAIN]),
    ("deliverability.send_all_again", lambda s: refused(s, "again"), [D.MAIL_SENT_AGAIN]),
    ("replies.handled", letter_of_the_cycle, [D.INCOMING_HANDLED]),
    ("incoming.tray_handled", letter_of_nobody, [D.INCOMING_HANDLED]),
    ("reminders.change", reminders_chosen, [D.REMINDERS_CHANGED]),
    ("reminders.change_session", reminders_chosen_for_one, [D.REMINDERS_CHANGED]),
    ("reminders.switch", lambda _scene: Post(f"{CYCLE}/messages/reminders/off"), [D.REMINDERS_CHANGED]),
    ("reminders.switch_session", lambda _scene: Post(f"{COMING}/reminders/off"), [D.REMINDERS_CHANGED]),
    ("attendance.tick", lambda s: ticked(s, "present"), [D.ATTENDANCE_STATED]),
    ("attendance.tick", lambda s: ticked(s, ""), [D.ATTENDANCE_TAKEN_BACK]),
    ("attendance.state_others", nobody_recorded, [D.OTHERS_STATED_PRESENT]),
    ("attendance.take_back_others", others_present, [D.OTHERS_TAKEN_BACK]),
    ("attendance.walk_in", lambda _s: Post(f"{PAST}/walk-in", CLAIRE), [D.WALK_IN_ADDED]),
    ("attendance.headcount", lambda _s: Post(f"{PAST}/headcount", {"heads-people": "3"}), [D.HEADCOUNT_SET]),
    ("attendance.remove_headcount", counted, [D.HEADCOUNT_REMOVED]),
    ("reports.undo", lambda s: Post(f"{PAST}/imports/{report_of(s)}/undo"), [D.IMPORT_UNDONE]),
    ("review.decide", lambda s: s.review(decision=f"person:{s.person('P12').public_id}"), [D.LINE_MATCHED]),
    ("review.decide", lambda s: s.review(decision="walk-in", **CLAIRE), [D.LINE_WALK_IN]),
    (
        "review.decide",
        lambda s: s.review(decision="headcount", **{"heads-people": "3"}),
        [D.LINE_HEADCOUNT],
    ),
    ("review.decide", lambda s: s.review(decision="ignore"), [D.LINE_IGNORED]),
    ("review.decide", lambda s: s.review(decision="team"), [D.LINE_TEAM]),
    ("review.undo", decided, [D.LINE_TAKEN_BACK]),
    (
        "capitalisation.publish_sentence",
        lambda _s: Post(f"{CYCLE}/figures/sentence"),
        [D.SENTENCE_PUBLISHED],
    ),
    ("capitalisation.participants", lambda _s: Post(f"{CYCLE}/participants.csv"), [D.PARTICIPANTS_EXPORTED]),
]
# done in `test_deeds` with what they need
APART = {"reports.apply": {D.REPORT_IMPORTED}}
SEEN_ELSEWHERE = {D.CYCLE_UNPUBLISHED, D.MEMBER_MADE_ORGANISER}  # the way back of a deed done here
