"""The stateless token of a public form: signed, dated, for one purpose (specification/security, rule 10)."""

import enum
import hashlib

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from webinars import clock
from webinars.web.links import derived_key

DAY = 24 * 3600


class TokenVerdict(enum.StrEnum):
    """What a form's token says about its sending."""

    GOOD = "good"
    TOO_FAST = "too_fast"
    TOO_OLD = "too_old"
    FORGED = "forged"


def issue_form_token(purpose: str) -> str:
    """A token for one form, dated now, to the second."""
    return _signer(purpose).sign("").decode()


def judge_form_token(token: str, purpose: str, *, minimum: float) -> TokenVerdict:
    """Whether the form was ours, shown long enough to be read, and not yesterday's."""
    try:
        _nothing, issued_at = _signer(purpose).unsign(token, max_age=DAY, return_timestamp=True)
    except SignatureExpired:  # or dated ahead of our clock, which was set back meanwhile
        return TokenVerdict.TOO_OLD
    except BadSignature:
        return TokenVerdict.FORGED
    is_too_fast = (clock.now() - issued_at).total_seconds() < minimum
    return TokenVerdict.TOO_FAST if is_too_fast else TokenVerdict.GOOD


def _signer(purpose: str) -> TimestampSigner:
    return TimestampSigner(derived_key("form"), salt=purpose, digest_method=hashlib.sha256)
