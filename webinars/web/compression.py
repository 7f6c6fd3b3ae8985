"""What leaves compressed: only what everybody gets alike, and only for whoever takes it (specification/security, rule 9)."""

import gzip
from functools import lru_cache

from werkzeug.http import parse_accept_header

LONGEST_LIST = 1000  # characters of Accept-Encoding: the lists that were read are kept


def compressed(body: bytes, *, level: int) -> bytes:
    """The bytes in gzip, the same each time."""
    return gzip.compress(body, level, mtime=0)


def may_compress(accepted: str) -> bool:
    """Whether a browser that sends this Accept-Encoding takes gzip: it names it, and does not forbid it."""
    return len(accepted) <= LONGEST_LIST and _names_gzip(accepted)


@lru_cache(maxsize=1024)
def _names_gzip(accepted: str) -> bool:
    return any(coding.lower() == "gzip" and quality for coding, quality in parse_accept_header(accepted))
