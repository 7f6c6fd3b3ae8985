"""Pages kept for a moment: fresh enough, written once at a time, the same as if they were not kept."""

import gzip
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import abort

from config import Settings
from tests.conftest import NOW
from tests.cycles.published import published_cycle
from tests.page import read
from webinars import create_app
from webinars.accounts.models import Organisation
from webinars.cycles.models import Session
from webinars.storage.database import Model
from webinars.storage.extensions import db
from webinars.web.page_cache import OLD_FOR, PageCache


class Watch:
    """A clock one moves by hand."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def cache(watch):
    return PageCache(1.0, most=3, clock=watch)


def test_a_page_is_written_once_while_it_is_fresh(cache, watch):
    pages = iter(["first", "second"])
    given = []
    for watch.seconds in (0.0, 0.9, 1.0):
        given.append(cache.page("key", lambda: next(pages)).body)

    assert given == [b"first", b"first", b"second"]


def test_its_age_counts_from_before_it_was_written(cache, watch):
    def slowly():
        watch.seconds += 0.8
        return "slow"

    cache.page("key", slowly)
    watch.seconds = 1.1

    assert cache.page("key", lambda: "new").body == b"new"


def test_a_page_comes_packed_too(cache):
    page = cache.page("key", lambda: "été" * 100)

    assert gzip.decompress(page.best_for("br, gzip")[0]).decode() == "été" * 100
    assert page.best_for("br, gzip")[1] == "gzip"
    assert page.best_for("identity") == (("été" * 100).encode(), "")
    assert page.best_for("gzip;q=0, *") == (("été" * 100).encode(), "")


def test_one_writes_and_the_others_wait_for_the_first_page(cache):
    begun, may_end = threading.Event(), threading.Event()
    written, given = [], []

    def write():
        begun.set()
        may_end.wait(5)
        written.append(1)
        return "page"

    threads = [threading.Thread(target=lambda: given.append(cache.page("key", write).body)) for _ in range(5)]
    for thread in threads:
        thread.start()
    begun.wait(5)
    may_end.set()
    for thread in threads:
        thread.join(5)

    assert (written, given) == ([1], [b"page"] * 5)


def test_while_one_writes_anew_the_others_get_the_old_page(cache, watch):
    cache.page("key", lambda: "old")
    watch.seconds = 2.0
    seen = []

    def write():
        other = threading.Thread(target=lambda: seen.append(cache.page("key", lambda: "never").body))
        other.start()
        other.join(5)
        return "new"

    assert cache.page("key", write).body == b"new"
    assert seen == [b"old"]


def test_while_one_writes_anew_nobody_else_need_go_and_ask(cache, watch):
    page = cache.page("key", lambda: "old")
    watch.seconds = 2.0
    may_be_given = {"before": cache.may_be_given(page)}

    def write():
        may_be_given["meanwhile"] = cache.may_be_given(page)
        watch.seconds = 1.0 + OLD_FOR
        may_be_given["too late"] = cache.may_be_given(page)
        return "new"

    new = cache.page("key", write)
    may_be_given["after"] = cache.may_be_given(page)

    assert may_be_given == {"before": False, "meanwhile": True, "too late": False, "after": False}
    assert not cache.may_be_given(new)  # it took longer to write than a page is kept


def test_a_page_that_is_too_old_is_given_to_nobody(cache, watch):
    cache.page("key", lambda: "old")
    watch.seconds = 1.0 + OLD_FOR

    assert cache.page("key", lambda: "new").body == b"new"


def test_a_failure_is_not_kept(cache):
    def fails():
        abort(404)

    for _ in range(2):
        with pytest.raises(Exception, match="404"):
            cache.page("key", fails)

    assert cache.page("key", lambda: "page").body == b"page"


def test_pages_that_do_not_exist_push_no_other_out(cache):
    cache.page("key", lambda: "kept")
    for number in range(10):
        with pytest.raises(Exception, match="404"):
            cache.page(number, lambda: abort(404))

    assert cache.page("key", lambda: "again").body == b"kept"


def test_the_page_asked_longest_ago_goes_first(cache):
    for key in ("a", "b", "c"):
        cache.page(key, lambda: "old")
    cache.page("a", lambda: "never")
    cache.page("d", lambda: "old")

    assert cache.page("a", lambda: "new").body == b"old"
    assert cache.page("b", lambda: "new").body == b"new"


@pytest.fixture
def kept(tmp_path):
    """A visitor of an application that keeps its pages for an hour."""
    settings = Settings(
        secret_key="k" * 40,
        folder=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'kept.db'}",
        public_url="http://localhost",
        trusted_hosts=("localhost",),
        page_seconds=3600.0,
        log_level="WARNING",
    )
    app = create_app(replace(settings))
    with app.app_context():
        Model.metadata.create_all(db.engine)
        house = Organisation(
            slug="vto", name="VTO", short_name="VTO", contact="c@vto.example.org", created_at=NOW
        )
        cycle = published_cycle(house, "emploi", now=NOW)
        start = NOW + timedelta(days=10_000)
        session = Session(
            cycle=cycle, slug="un", title="Un", timezone="Europe/Paris", created_at=NOW, changed_at=NOW
        )
        session.move(starts_at=start, ends_at=start + timedelta(hours=1), now=NOW)
        db.session.add(session)
        db.session.commit()
    yield app.test_client()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


ONE_ANSWER = ("X-Request-Id", "Content-Length")


def dress(answer):
    return sorted((name, value) for name, value in answer.headers if name not in ONE_ANSWER)


@pytest.mark.parametrize("address", ["/", "/vto", "/vto/emploi", "/vto/emploi/un"])
def test_a_kept_answer_is_the_answer(kept, address):
    first, second = kept.get(address), kept.get(address)

    assert (second.status_code, second.data, dress(second)) == (200, first.data, dress(first))
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert "Content-Security-Policy" in second.headers
    assert second.headers["Cache-Control"] == "public, max-age=0, s-maxage=3600, must-revalidate"


def test_a_kept_page_has_a_language_each(kept):
    def language(**asked):
        return read(kept.get("/vto/emploi", **asked)).language

    for _ in range(2):
        assert language() == "fr"
        assert language(headers={"Accept-Language": "en-GB,en;q=0.9"}) == "en"
        assert language(headers={"Accept-Language": "fr-FR, en;q=0.5"}) == "fr"
        assert language(query_string="lang=en") == "en"
        assert language(query_string="lang=xx") == "fr"


def test_links_of_a_kept_page_keep_only_ones_own_language(kept):
    kept.get("/vto/emploi?lang=xx")

    page = read(kept.get("/vto/emploi"))
    assert [address for address in page.addresses + page.actions if "lang=" in address] == []
    [switch] = page.all("button", name="in_language")
    assert switch.attributes["formaction"] == "/vto/emploi/register?lang=en#sign-up"


def test_a_kept_page_comes_packed_to_whoever_takes_it(kept):
    plain = kept.get("/vto/emploi").data
    packed = kept.get("/vto/emploi", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain
    assert "Content-Encoding" not in kept.get("/vto/emploi").headers


def test_another_host_gets_no_kept_page(kept):
    kept.get("/vto/emploi")

    assert kept.get("/vto/emploi", base_url="http://evil.example.org").status_code == 400


def test_head_and_post_are_not_answered_from_memory(kept):
    kept.get("/vto/emploi")

    assert kept.head("/vto/emploi").data == b""
    assert kept.post("/vto/emploi").status_code == 405


def test_what_is_not_found_is_asked_again(kept):
    assert [kept.get("/vto/rien").status_code for _ in range(2)] == [404, 404]


def test_a_search_is_written_each_time(kept):
    assert kept.get("/vto?q=zzz").headers["Cache-Control"] == "no-store"
    assert "zzz" not in kept.get("/vto").text


def test_the_form_of_a_kept_page_works(kept):
    from tests.registration.reading_pages import filled

    kept.get("/vto/emploi")
    page = read(kept.get("/vto/emploi"))
    kept.application.config["SETTINGS"] = replace(kept.application.config["SETTINGS"], form_min_seconds=0)
    data = filled(form_token=page.values["form_token"], take="some", sessions=page.values["sessions"])
    answer = kept.post("/vto/emploi/register", data=data)

    assert answer.status_code == 303
