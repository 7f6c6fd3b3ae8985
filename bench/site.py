"""The product and the bare form side by side, both answering; and rounds of visitors sent to either."""

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from bench.client import Taken
from bench.databases import Databases, written
from bench.http1 import HOST, HttpConnection
from bench.seed import PATH
from bench.serving import ROOT, Server, clean_environment, free_port, serving
from bench.visits import Plan, signed_up
from webinars.words import typology

AT_ONCE = 16
DRAINED_WITHIN = 120.0
IDENTITY = {
    "first_name": "Élodie",
    "last_name": "Lefèvre-Martin",
    "structure": "Régie de quartier Bellevue",
}


class Spoilt(RuntimeError):
    """The run means nothing: a visitor or a mail met something unexpected."""


@dataclass(slots=True)
class Site:
    """Both servers, and what the visitors have done so far."""

    databases: Databases
    product: Server
    bare: Server
    client_cpu: float = 0.0
    visits: int = 0
    signed_up: int = 0  # on the product
    lasted: dict[str, list[float]] = field(default_factory=dict)  # 95th percentiles by visit

    def sign_ups(self, number: int) -> Taken:
        """So many sign-ups for three sessions."""
        return self._visit(product_plan("sign_up", self.product.port, number, AT_ONCE))

    def browsed_sign_ups(self, number: int, *, at_once: int = AT_ONCE) -> Taken:
        """So many as a browser does them, which goes where the answer leads."""
        return self._visit(product_plan("browse", self.product.port, number, at_once))

    def bare_sign_ups(self, number: int) -> Taken:
        """So many on the bare form."""
        return self._visit(Plan("bare_sign_up", self.bare.port, "/", number, AT_ONCE, _name(), IDENTITY))

    def slowest(self, visit: str) -> float:
        """The median of the rounds' 95th percentiles, in milliseconds."""
        return median(self.lasted[visit])

    def looks(self, number: int, path: str = PATH) -> Taken:
        """So many readings of the cycle's page, or of another."""
        return self._visit(Plan("look", self.product.port, path, number, AT_ONCE, _name()))

    def thanks(self) -> str:
        """Where one more sign-up leads."""
        with HttpConnection(self.product.port) as connection:
            self.signed_up += 1
            return signed_up(connection, product_plan("browse", self.product.port, 1, 1), 0)

    def bare_looks(self, number: int) -> Taken:
        """So many of a bare page as long."""
        return self._visit(Plan("look", self.bare.port, "/page", number, AT_ONCE, _name()))

    def wait_for_mails(self) -> None:
        """Returns when every mail has left; raises Spoilt for one that could not."""
        until = time.monotonic() + DRAINED_WITHIN
        while (found := written(self.databases.product)).unsent:
            if time.monotonic() > until:
                raise Spoilt(f"{found.unsent} mails do not leave\n{self.product.complaints()}")
            time.sleep(0.1)
        if set(found.mails) - {"sent"}:
            raise Spoilt(f"mails were not sent: {found.mails}\n{self.product.complaints()}")

    def _visit(self, plan: Plan) -> Taken:
        run = subprocess.run(
            [sys.executable, "-m", "bench.client"],
            input=json.dumps(asdict(plan)),
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        if run.returncode:
            raise Spoilt(f"{run.stderr}\n{self.product.complaints()}\n{self.bare.complaints()}")
        taken = Taken(**json.loads(run.stdout))
        self.client_cpu += taken.client_cpu
        self.visits += taken.visits
        self.signed_up += taken.visits if plan.visit in ("sign_up", "browse") else 0
        self.lasted.setdefault(plan.visit, []).append(taken.p95_ms)
        return taken


def product_plan(visit: str, port: int, number: int, at_once: int) -> Plan:
    """So many visits of the product's cycle, with all that its form asks."""
    return Plan(visit, port, PATH, number, at_once, _name(), {**IDENTITY, **_answers()})


def _answers() -> dict[str, str]:
    """What the product's form asks beyond the bare one."""
    return {
        "structure_type": next(iter(typology.structure_types())),
        "function": next(iter(typology.functions())),
        "department": next(iter(typology.departments())),
        "works_in_qpv": "yes",
        "newsletter": "y",
        "website": "",
    }


def _name() -> str:
    return secrets.token_hex(4)


def product_environment(
    databases: Databases, folder: Path, *, port: int, job_threads: int, mail_port: int | None = None
) -> dict[str, str]:
    """Defaults throughout, except limits that keep one person from signing up so often."""
    settings = {
        "mode": "demonstration",
        "settings": "none",
        "database_url": databases.product,
        "folder": str(folder),
        "host": HOST,
        "port": str(port),
        "public_url": f"http://{HOST}:{port}",
        "form_min_seconds": "0",
        "sign_ups_per_hour": "1000000",
        "sign_ups_per_address": "1000000",
        "mails_per_address": "1000000",
        "log_level": "WARNING",
        "job_threads": str(job_threads),
    }
    if mail_port is not None:
        settings |= {"mail_server": HOST, "mail_port": str(mail_port), "mail_security": "none"}
    ours = {f"WEBINARS_{name.upper()}": value for name, value in settings.items()}
    return {**clean_environment(), **ours}


@contextmanager
def product_serving(
    databases: Databases, folder: Path, *, job_threads: int, mail_port: int | None = None
) -> Iterator[Server]:
    """The product as `flask serve` starts it."""
    port = free_port()
    environment = product_environment(
        databases, folder, port=port, job_threads=job_threads, mail_port=mail_port
    )
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    with serving(command, environment, port=port, path=PATH, printed=folder / "product.log") as server:
        yield server


@contextmanager
def bare_serving(databases: Databases, folder: Path, *, page_bytes: int) -> Iterator[Server]:
    """The bare form, on the plain side of the same server."""
    port = free_port()
    ours = {"BENCH_DATABASE": databases.bare, "BENCH_PORT": str(port), "BENCH_PAGE_BYTES": str(page_bytes)}
    command = [sys.executable, "-m", "bench.serve_bare"]
    environment = {**clean_environment(), **ours}
    with serving(command, environment, port=port, path="/", printed=folder / "bare.log") as server:
        yield server


@contextmanager
def site(
    databases: Databases,
    folder: Path,
    *,
    job_threads: int,
    mail_port: int | None = None,
) -> Iterator[Site]:
    """Both servers, ready; the bare page is as long as the cycle's."""
    with product_serving(databases, folder, job_threads=job_threads, mail_port=mail_port) as product:
        with HttpConnection(product.port) as connection:
            length = len(connection.get(PATH).body)
        with bare_serving(databases, folder, page_bytes=length) as bare:
            yield Site(databases, product, bare)
