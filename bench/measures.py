"""What is measured, and how: rounds A B A B, each pair a ratio."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.client import Taken
from bench.figures import Figure, Goal, Pair
from bench.large import Neighbourhood
from bench.mailing import Load, queue_again, set_aside
from bench.reports import Length
from bench.serving import Server
from bench.site import Site, Spoilt

MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done."""

    pairs: int
    sign_ups: int  # in a round, with mails
    looks: int
    quiet_sign_ups: int  # in a round, without a worker
    warm_up: int
    seconds: float  # for one measure; past them no pair begins, once there are enough
    load: Load
    busy_sign_ups: int  # in a round, while mails leave
    report: Length
    neighbourhood: Neighbourhood


ENOUGH_PAIRS = 2

FULL = Size(
    pairs=7,
    sign_ups=200,
    looks=6000,
    quiet_sign_ups=300,
    warm_up=60,
    seconds=45.0,
    load=Load(300, 2000, 5, 10_000),
    busy_sign_ups=150,
    report=Length(45_000, alone=6.0, rounds=3),
    neighbourhood=Neighbourhood(200, people=20_000, rounds=7),
)
QUICK = Size(
    pairs=2,
    sign_ups=40,
    looks=1500,
    quiet_sign_ups=60,
    warm_up=20,
    seconds=6.0,
    load=Load(60, 200, 2, 1000),
    busy_sign_ups=30,
    report=Length(2_000, alone=2.0, rounds=1),
    neighbourhood=Neighbourhood(20, people=2_000, rounds=3),
)


def with_mails(site: Site, size: Size) -> list[Figure]:
    """Sign-ups while mails leave; and what one costs, until its last mail has left."""
    _warm_up(site, size)
    site.wait_for_mails()
    rates, costs = _side_by_side(
        site,
        size,
        lambda: site.sign_ups(size.sign_ups),
        lambda: site.bare_sign_ups(size.sign_ups),
        settle=site.wait_for_mails,
    )
    return [
        Figure("complete sign-ups, mails leaving", "a second", Goal(0.35), rates),
        Figure("CPU of a sign-up, its four mails included", "ms", None, costs),
    ]


def without_mails(site: Site, size: Size) -> list[Figure]:
    """What the two requests of a sign-up cost, no worker running; and how many there are in a second."""
    _warm_up(site, size)
    rates, costs = _side_by_side(
        site,
        size,
        lambda: site.sign_ups(size.quiet_sign_ups),
        lambda: site.bare_sign_ups(size.quiet_sign_ups),
    )
    return [
        Figure("CPU of a sign-up’s requests", "ms", Goal(2.5, at_most=True), costs),
        Figure("complete sign-ups, no worker", "a second", None, rates),
    ]


def pages(site: Site, size: Size) -> list[Figure]:
    """Readings of the cycle's page, and what one costs."""
    site.looks(size.warm_up)
    site.bare_looks(size.warm_up)
    rates, costs = _side_by_side(
        site, size, lambda: site.looks(size.looks), lambda: site.bare_looks(size.looks)
    )
    return [
        Figure("readings of the cycle’s page", "a second", Goal(0.5), rates),
        Figure("CPU of a reading", "ms", None, costs),
    ]


def _side_by_side(
    site: Site,
    size: Size,
    ours: Callable[[], Taken],
    bare: Callable[[], Taken],
    *,
    settle: Callable[[], None] = lambda: None,
) -> tuple[list[Pair], list[Pair]]:
    """Rates and costs of each pair; what a round of ours leaves to do is waited for, and paid by it."""
    rates: list[Pair] = []
    costs: list[Pair] = []
    until = time.monotonic() + size.seconds
    while len(rates) < size.pairs and (len(rates) < ENOUGH_PAIRS or time.monotonic() < until):
        taken, cost = _paid(site.product, ours, settle)
        bare_taken, bare_cost = _paid(site.bare, bare)
        rates.append(Pair(taken.rate, bare_taken.rate))
        costs.append(Pair(cost, bare_cost))
    return rates, costs


def _paid(
    server: Server, visits: Callable[[], Taken], settle: Callable[[], None] = lambda: None
) -> tuple[Taken, float]:
    before = server.cpu
    taken = visits()
    settle()
    return taken, MILLISECONDS * (server.cpu - before) / taken.visits


def _warm_up(site: Site, size: Size) -> None:
    site.sign_ups(size.warm_up)
    site.bare_sign_ups(size.warm_up)


def beside_mails(site: Site, size: Size) -> Figure:
    """Sign-ups while so many mails leave, beside sign-ups while none does: what people feel of a mass mailing."""
    pairs: list[Pair] = []
    url = site.databases.product
    _warm_up(site, size)
    until = time.monotonic() + size.seconds
    while len(pairs) < size.pairs and (len(pairs) < ENOUGH_PAIRS or time.monotonic() < until):
        queue_again(url)
        busy = site.sign_ups(size.busy_sign_ups)
        if not set_aside(url):
            raise Spoilt("the mails had left before the visitors had: more mails are needed")
        time.sleep(1.0)  # the worker ends its batch
        quiet = site.sign_ups(size.busy_sign_ups)
        site.wait_for_mails()
        pairs.append(Pair(busy.rate, quiet.rate))
    name = f"sign-ups while {size.load.queued:,} mails leave, beside none"
    return Figure(name, "a second", Goal(0.75), pairs)
