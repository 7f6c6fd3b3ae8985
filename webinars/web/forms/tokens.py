"""The stateless token of a public form: signed, dated, for one purpose (specification/security, rule 10)."""

import enum
import hmac
import time

from webinars.web.links import derived_key

DAY = 24 * 3600


class TokenVerdict(enum.StrEnum):
    """What a form's token says about its sending."""

    GOOD = "good"
    TOO_FAST = "too_fast"
    TOO_OLD = "too_old"
    FORGED = "forged"


def issue_form_token(purpose: str, *, at: float | None = None) -> str:
    """A token for one form, dated now."""
    issued = format(int((at if at is not None else time.time()) * 1000), "x")
    return f"{issued}.{_mac(purpose, issued)}"


def judge_form_token(token: str, purpose: str, *, minimum: float, at: float | None = None) -> TokenVerdict:
    """Whether the form was ours, shown long enough to be read, and not yesterday's."""
    issued, _dot, mac = token.partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(purpose, issued).encode()):
        return TokenVerdict.FORGED
    age = (at if at is not None else time.time()) - int(issued, 16) / 1000
    if age < minimum:
        return TokenVerdict.TOO_FAST
    return TokenVerdict.TOO_OLD if age > DAY else TokenVerdict.GOOD


def _mac(purpose: str, issued: str) -> str:
    return hmac.digest(derived_key("form"), f"{purpose}\n{issued}".encode(), "sha256").hex()[:40]
