"""The bench's own arithmetic."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.bare import create_app
from bench.figures import Figure, Goal, Pair
from bench.report import Result, kept, table

PAIRS = [Pair(50, 100), Pair(10, 40), Pair(90, 100)]


def test_the_ratio_is_the_median_of_the_pairs() -> None:
    assert Figure("sign-ups", "a second", pairs=PAIRS).ratio == 0.5


def test_the_spread_is_the_lowest_and_the_highest_ratio() -> None:
    assert Figure("sign-ups", "a second", pairs=PAIRS).spread == (0.25, 0.9)


def test_one_disturbed_pair_does_not_move_the_ratio() -> None:
    calm = [Pair(50, 100)] * 4

    assert Figure("sign-ups", "a second", pairs=[*calm, Pair(1, 100)]).ratio == 0.5


@pytest.mark.parametrize(
    ("goal", "reached"),
    [
        (Goal(0.5), True),
        (Goal(0.51), False),
        (Goal(0.5, at_most=True), True),
        (Goal(0.49, at_most=True), False),
    ],
)
def test_a_goal_is_reached_from_its_own_side(goal: Goal, reached: bool) -> None:
    assert Figure("sign-ups", "a second", goal, PAIRS).is_reached is reached


def test_a_figure_without_a_goal_is_not_judged() -> None:
    assert Figure("sign-ups", "a second", pairs=PAIRS).is_reached is None


def test_the_table_says_goal_and_whether_it_is_reached() -> None:
    lines = table([Figure("sign-ups", "a second", Goal(0.35), PAIRS), Figure("CPU", "ms", None, PAIRS)])

    assert [line.split()[-2:] for line in lines.splitlines()] == [
        ["goal", "reached"],
        ["0.35", "yes"],
        ["–", "–"],
    ]


def test_a_run_is_kept_whole(tmp_path: Path) -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    figure = Figure("sign-ups", "a second", Goal(0.35), PAIRS)

    path = kept(Result(at, "sqlite", False, [figure], {"client": 0.3}), tmp_path)

    facts = json.loads(path.read_text())
    assert path.name == "20260302-090000-sqlite.json"
    assert facts["figures"][0]["pairs"] == [[50, 100], [10, 40], [90, 100]]
    assert facts["figures"][0]["reached"] is True


def test_the_bare_page_is_as_long_as_it_is_told(tmp_path: Path) -> None:
    client = create_app(f"sqlite:///{tmp_path / 'bare.db'}", 23_456).test_client()

    assert len(client.get("/page").data) == 23_456
