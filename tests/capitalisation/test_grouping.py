"""Nobody is recognised by a figure that is public."""

from hypothesis import given
from hypothesis import strategies as st

from webinars.capitalisation.small_cells import Breakdown, Cell, for_the_team, to_publish

COUNTS = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 30))


def test_small_categories_join_one_line() -> None:
    published = to_publish({"COL": 6, "ETA": 2, "ESS": 5, "ASS": 1, "EMP": 2, "ETU": 1, "NR": 1})

    assert published.cells == (Cell("COL", 6), Cell("ESS", 5), Cell("GRP", 7, is_group=True))
    assert sorted(published.grouped) == ["ASS", "EMP", "ETA", "ETU", "NR"]


def test_a_group_that_is_too_small_takes_the_smallest_category() -> None:
    assert to_publish({"A": 9, "B": 6, "C": 6, "D": 2}).cells == (
        Cell("A", 9),
        Cell("C", 6),
        Cell("GRP", 8, is_group=True),
    )


def test_under_five_people_nothing_is_broken_down() -> None:
    assert to_publish({"A": 3, "B": 1}) == Breakdown((), is_withheld=True)


def test_nobody_at_all_is_no_secret() -> None:
    assert to_publish({"A": 0}) == Breakdown(())


@given(COUNTS, st.integers(3, 11))
def test_no_published_line_is_small_and_nobody_is_lost(counts: dict[str, int], smallest: int) -> None:
    published = to_publish(counts, smallest=smallest)

    assert all(cell.people >= smallest for cell in published.cells)
    assert published.total in (0, sum(counts.values()))
    assert len(published.grouped) != 1  # a single hidden category would be had by subtraction


@given(COUNTS)
def test_the_team_sees_every_line_but_the_empty_ones(counts: dict[str, int]) -> None:
    shown = {cell.code: cell.people for cell in for_the_team(counts).cells}

    assert shown == {code: people for code, people in counts.items() if people}
