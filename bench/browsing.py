"""A sign-up as a browser does it: three requests, and what everything uses until the last of its mails has left."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from sqlalchemy import NullPool, Row, Select, create_engine, func, select

from bench.client import Taken
from bench.databases import backends, database_options
from bench.figures import Cost, Figure, Pair
from bench.measures import ENOUGH_PAIRS, MILLISECONDS, Size
from bench.processes import cpu_seconds
from bench.serving import Server
from bench.site import AT_ONCE, Site
from webinars.outbox.models import Email

NOTHING_IS_LEFT = 0.5  # seconds after which a worker has recorded what it sent last


def measured(site: Site, size: Size) -> tuple[list[Figure], list[Cost]]:
    """What it costs beside the bare form, what the page that thanks does, how long the last mail takes."""
    site.browsed_sign_ups(size.warm_up)
    site.bare_sign_ups(size.warm_up)
    site.wait_for_mails()
    costs = [_thanks(site, size)]
    costs += [
        Cost("from POST to the last mail, one alone", "s", _last_mail(site, size, at_once=1), 0.3),
        Cost(f"the same, {AT_ONCE} sign-ups at once", "s", _last_mail(site, size, at_once=AT_ONCE), 1.5),
    ]
    name = "CPU of a browser’s sign-up, its mails and the database’s included"
    return [Figure(name, "ms", None, _pairs(site, size))], costs


def _pairs(site: Site, size: Size) -> list[Pair]:
    pairs: list[Pair] = []
    until = time.monotonic() + size.seconds
    while len(pairs) < size.pairs and (len(pairs) < ENOUGH_PAIRS or time.monotonic() < until):
        ours = _spent(site.product, site.databases.product, lambda: _browsed(site, size.sign_ups))
        bare = _spent(site.bare, site.databases.bare, lambda: site.bare_sign_ups(size.sign_ups))
        pairs.append(Pair(ours, bare))
    return pairs


def _browsed(site: Site, number: int) -> Taken:
    taken = site.browsed_sign_ups(number)
    site.wait_for_mails()
    return taken


def _thanks(site: Site, size: Size) -> Cost:
    """Asked again and again by many who chose the same: written once a second, given from memory meanwhile."""
    path = site.thanks()
    site.looks(size.warm_up, path)
    spent = _spent(site.product, site.databases.product, lambda: site.looks(size.looks, path))
    return Cost("CPU of the page that thanks", "ms", spent, 1.0)


def _spent(server: Server, url: str, visits: Callable[[], Taken]) -> float:
    """Milliseconds a visit of all processes of the server, and of those of its database that are still there."""
    before, database = server.cpu, {pid: cpu_seconds(pid) for pid in backends(url)}
    taken = visits()
    after = sum(cpu_seconds(pid) - database.get(pid, 0.0) for pid in backends(url))
    return MILLISECONDS * (server.cpu - before + after) / taken.visits


def _last_mail(site: Site, size: Size, *, at_once: int) -> float:
    """Seconds from a sign-up to the last mail of all that were sent at once: the median of the rounds."""
    lasted = []
    for _round in range(size.pairs):
        first = _last_id(site)
        site.browsed_sign_ups(at_once, at_once=at_once)
        site.wait_for_mails()
        lasted.append(_lasted(site, after=first))
        time.sleep(NOTHING_IS_LEFT)
    return median(lasted)


def _last_id(site: Site) -> int:
    return int(_asked(site, select(func.max(Email.id)))[0] or 0)


def _lasted(site: Site, *, after: int) -> float:
    wanted = select(func.min(Email.created_at), func.max(Email.sent_at)).where(Email.id > after)
    began, ended = _asked(site, wanted)
    return float((ended - began).total_seconds())


def _asked(site: Site, wanted: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]]:
    url = site.databases.product
    with create_engine(url, poolclass=NullPool, **database_options(url)).connect() as connection:
        return connection.execute(wanted).one()
