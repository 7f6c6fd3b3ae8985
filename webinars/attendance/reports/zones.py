"""Time zones as reports state them."""

import re
from datetime import UTC, timedelta, timezone

_ABBREVIATIONS = {
    **dict.fromkeys(("z", "utc", "gmt", "wet"), 0.0),
    **dict.fromkeys(("cet", "bst", "west", "mez"), 1.0),
    **dict.fromkeys(("cest", "eet", "mesz"), 2.0),
    **dict.fromkeys(("eest", "msk"), 3.0),
    "ist": 5.5,
    "edt": -4.0,
    "est": -5.0,
    "cdt": -5.0,
    "cst": -6.0,
    "mdt": -6.0,
    "mst": -7.0,
    "pdt": -7.0,
    "pst": -8.0,
}
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])([0-9]{1,2}):?([0-9]{2})?")


def read_zone(text: str) -> timezone | None:
    """The zone of `GMT`, `Z`, `CEST`, `+02:00` or `UTC+2`; nothing for other words."""
    text = text.strip().lower()
    if text in _ABBREVIATIONS:
        return timezone(timedelta(hours=_ABBREVIATIONS[text]))
    offset = _OFFSET.fullmatch(text)
    if offset is None or int(offset[2]) > 14:
        return None
    hours = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(hours if offset[1] == "+" else -hours) if hours else UTC
