"""The visitors of one round, in a process of their own: a plan comes in as JSON, what it took goes out."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bench.http1 import HttpConnection
from bench.visits import VISITS, Plan


@dataclass(frozen=True, slots=True)
class Taken:
    """What a round took."""

    visits: int
    seconds: float
    client_cpu: float
    median_ms: float
    p95_ms: float

    @property
    def rate(self) -> float:
        """Visits in a second."""
        return self.visits / self.seconds


def round_of(plan: Plan) -> Taken:
    """Carries the plan out; raises what the first visitor met who was not answered as expected."""
    numbers = iter(range(plan.visits))
    lasted: list[float] = []
    wrong: list[BaseException] = []
    threads = [
        threading.Thread(target=_go, args=(plan, one, numbers, lasted, wrong)) for one in range(plan.at_once)
    ]
    began, cpu_began = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    if wrong:
        raise wrong[0]
    lasted.sort()
    return Taken(len(lasted), seconds, cpu, 1000 * _share(lasted, 0.5), 1000 * _share(lasted, 0.95))


def _go(
    plan: Plan, visitor: int, numbers: Iterator[int], lasted: list[float], wrong: list[BaseException]
) -> None:
    visit = VISITS[plan.visit]
    try:
        # each comes from a machine of their own: what is counted by address is not counted for all together
        with HttpConnection(plan.port, own_address=f"127.0.1.{visitor + 1}") as connection:
            for number in numbers:  # shared: each number goes to one visitor
                began = time.perf_counter()
                visit(connection, plan, number)
                lasted.append(time.perf_counter() - began)
                if wrong:
                    return
    except Exception as error:  # noqa: BLE001 — told by the one who waits for all
        wrong.append(error)


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main() -> None:
    """Reads a plan, writes what it took."""
    plan = Plan(**json.load(sys.stdin))
    json.dump(asdict(round_of(plan)), sys.stdout)


if __name__ == "__main__":
    main()
