"""`python -m bench`: the product beside a bare Flask form, as ratios, in one run."""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bench import browsing, large, mailing, measures, report, reports, waits
from bench.databases import Databases, two_databases, written
from bench.figures import Cost, Figure
from bench.measures import FULL, QUICK, Size
from bench.serving import ROOT, free_port
from bench.site import Site, Spoilt, product_environment, site
from webinars import clock

SESSIONS = 3


def main() -> None:
    """Measures, prints the table, keeps the result."""
    arguments = _arguments()
    size = QUICK if arguments.quick else FULL
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        if arguments.only == "browsing":
            print(report.table(*_browsing(arguments.database, folder, size)))
            return
        with two_databases(arguments.database, folder) as databases:
            result = run(databases, folder, size, at=clock.now(), is_quick=arguments.quick)
        browsing_folder = folder / "browsing"
        browsing_folder.mkdir()
        browsed, costs = _browsing(arguments.database, browsing_folder, size)
        result = replace(result, figures=[*result.figures, *browsed], costs=costs)
        mail_folder = folder / "mailing"
        mail_folder.mkdir()
        with two_databases(arguments.database, mail_folder) as databases:
            result = with_mail(result, databases, mail_folder, size)
        reports_folder = folder / "reports"
        reports_folder.mkdir()
        with two_databases(arguments.database, reports_folder) as databases:
            found = reports.measured(databases, reports_folder, size.report)
            result = replace(result, figures=[*result.figures, *found])
        large_folder = folder / "large"
        large_folder.mkdir()
        with two_databases(arguments.database, large_folder) as databases:
            result = with_large(result, databases, large_folder, size)
    print(report.told(result))
    print(f"\nKept in {report.kept(result).relative_to(ROOT)}; docs/benchmarks.md says how to read it.")


def run(databases: Databases, folder: Path, size: Size, *, at: datetime, is_quick: bool) -> report.Result:
    """One whole run; raises Spoilt when anything was not as it should be."""
    _sow(databases, folder)
    with site(databases, folder, job_threads=1) as first:
        figures = measures.with_mails(first, size)
        readings = measures.pages(first, size)
    with site(databases, folder, job_threads=0) as second:
        requests = measures.without_mails(second, size)
    _verify(databases, [first, second])
    return report.Result(
        at=at,
        database=databases.kind,
        is_quick=is_quick,
        figures=[figures[0], readings[0], requests[0], figures[1], requests[1], readings[1]],
        notes=_notes(first, second),
    )


def _browsing(server: str | None, folder: Path, size: Size) -> tuple[list[Figure], list[Cost]]:
    """A sign-up as a browser does it, mails leaving to a server that takes them."""
    with two_databases(server, folder) as databases:
        _sow(databases, folder)
        with (
            mailing.sink() as port,
            site(databases, folder, job_threads=1, mail_port=port) as busy,
        ):
            found = browsing.measured(busy, size)
        _verify(databases, [busy])
    return found


def with_mail(result: report.Result, databases: Databases, folder: Path, size: Size) -> report.Result:
    """The same run with what mail costs, by itself and to those who sign up meanwhile."""
    figures, costs = mailing.measured(databases.product, folder, size.load)
    with (
        mailing.sink() as port,
        site(databases, folder, job_threads=1, mail_port=port) as busy,
    ):
        figures.append(measures.beside_mails(busy, size))
    return replace(result, figures=[*result.figures, *figures], costs=[*result.costs, *costs])


def with_large(result: report.Result, databases: Databases, folder: Path, size: Size) -> report.Result:
    """The same run with what a large instance costs, and on PostgreSQL what it costs that every wait has an end."""
    figures = large.measured(databases, folder, size.neighbourhood)
    if databases.kind == "postgresql":
        figures += waits.measured(databases.bare, rounds=5 if result.is_quick else 25)
    return replace(result, figures=[*result.figures, *figures])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="half a minute: says whether it runs, not how fast"
    )
    parser.add_argument("--database", help="a PostgreSQL server, postgresql+psycopg://…; SQLite without it")
    parser.add_argument("--only", choices=["browsing"], help="a sign-up as a browser does it, and no more")
    return parser.parse_args()


def _sow(databases: Databases, folder: Path) -> None:
    environment = product_environment(databases, folder, port=free_port(), job_threads=0)
    subprocess.run([sys.executable, "-m", "bench.seed"], env=environment, cwd=ROOT, check=True)


def _verify(databases: Databases, sites: list[Site]) -> None:
    """The database holds what the visitors were told, no more and no less."""
    found = written(databases.product)
    people = sum(one.signed_up for one in sites)
    mails = sum(found.mails.values())
    if (found.registrants, found.registrations, mails) != (
        people,
        SESSIONS * people,
        (SESSIONS + 1) * people,
    ):
        raise Spoilt(f"{people} sign-ups left {found}")


def _notes(first: Site, second: Site) -> dict[str, float]:
    visits = first.visits + second.visits
    return {
        "CPU of the visitors themselves, ms a visit (counted apart)": 1000
        * (first.client_cpu + second.client_cpu)
        / visits,
        "sign-up, mails leaving: 95th percentile of GET and POST together, ms": first.slowest("sign_up"),
        "bare form: the same, ms": first.slowest("bare_sign_up"),
    }


if __name__ == "__main__":
    main()
