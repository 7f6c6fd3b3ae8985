"""Serves the bare form by the WSGI side of the same server: one Granian process, as many threads as the product.

What the product's own gateway costs is in the ratio.
"""

import gc
import os
import signal

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from bench.bare import from_environment
from bench.http1 import HOST
from config import Settings


def load() -> Flask:
    """The bare application, in the process that answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    app = from_environment()
    gc.freeze()  # as the product's supervisor does
    return app


def main() -> None:
    """Answers until told to stop."""
    Granian(
        "bench.bare:app",
        address=HOST,
        port=int(os.environ["BENCH_PORT"]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=Settings().web_threads,
        respawn_failed_workers=True,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main()
