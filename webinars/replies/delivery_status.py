"""Reading delivery reports (RFC 3464): what became of a mail, for whom, and which mail it was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from itertools import islice

from webinars.text import clean_line

MOST = 20  # recipients: each mail of ours has one
_TOKEN = re.compile(r"bounces\+([0-9a-f]{32})@([a-z0-9.-]+)", re.IGNORECASE)
_IDENTITY = re.compile(r"^message-id:\s*(<[!-;=?-~]{1,240}>)", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY = re.compile(r"\b([45]\d\d)\b")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the mail for one recipient."""

    action: str  # failed, delayed, delivered, relayed, expanded; empty when not said
    status: str  # 5.1.1; empty when not said anywhere
    recipients: tuple[str, ...]  # Original-Recipient, Final-Recipient
    words: str

    @property
    def has_failed(self) -> bool:
        """Whether the mail will not arrive."""
        return self.action == "failed" or (not self.action and self.status.startswith("5"))


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report; without fates when it is a report of another kind."""

    fates: tuple[Fate, ...] = ()
    message_id: str | None = None  # of the mail it is about
    is_of_delivery: bool = True


def tokens_in(recipients: str, domain: str) -> list[str]:
    """The tokens of bounce addresses of this domain, as servers named them."""
    return [token.lower() for token, place in _TOKEN.findall(recipients) if place.lower() == domain.lower()]


def read_report(message: Message) -> Report:
    """What a multipart/report says."""
    kind = str(message.get_param("report-type") or "delivery-status").lower()
    if kind != "delivery-status":
        return Report(is_of_delivery=False)
    fates: list[Fate] = []
    message_id = None
    for part in _parts(message):
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            fates.extend(islice(_fates(part), MOST))
        elif part.get_content_type() in ("message/rfc822", "message/global", "text/rfc822-headers"):
            message_id = message_id or _enclosed(part)
    return Report(tuple(fates[:MOST]), message_id)


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _enclosed(part: Message) -> str | None:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else payload
    text = f"message-id: {inner.get('Message-ID', '')}" if isinstance(inner, Message) else str(inner)
    found = _IDENTITY.search(text[:64_000])
    return found.group(1) if found else None


def _fates(part: Message) -> Iterator[Fate]:
    payload = part.get_payload()
    for block in payload if isinstance(payload, list) else []:
        if isinstance(block, Message) and (block.get("Final-Recipient") or block.get("Action")):
            yield _fate(block)


def _fate(block: Message) -> Fate:
    words = clean_line(str(block.get("Diagnostic-Code", "")).partition(";")[2])[:300]
    # servers that forget Status often say it in their words
    found = _CODE.search(str(block.get("Status", ""))[:40]) or _CODE.search(words)
    reply = _REPLY.search(words)
    status = found.group(1) if found else f"{reply.group(1)[0]}.0.0" if reply else ""
    named = [str(block.get(name, "")) for name in ("Original-Recipient", "Final-Recipient")]
    addresses = (clean_line(parseaddr(value.rpartition(";")[2].strip())[1]).lower() for value in named)
    return Fate(
        action=str(block.get("Action", "")).strip().lower()[:20],
        status=status,
        recipients=tuple(dict.fromkeys(address for address in addresses if "@" in address)),
        words=words,
    )
