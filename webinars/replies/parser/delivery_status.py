"""Reading delivery reports (RFC 3464): what became of a mail, for whom, and which mail it was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from itertools import islice

from webinars.outbox.queue.status_codes import status_of
from webinars.replies.parser.bounds import parts_within
from webinars.replies.parser.charsets import text_of
from webinars.words.folding import fold
from webinars.words.text import cut_line

MOST = 20  # recipients: each mail of ours has one
LONGEST = 1000  # of an address
_TOKEN = re.compile(r"bounces\+([0-9a-f]{32})@([a-z0-9.-]+)", re.IGNORECASE)
_IDENTITY = re.compile(r"^message-id:\s*(<[!-;=?-~]{1,240}>)", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
# in a text only together, as a server answers: a number alone may be anything
_SERVER_REPLY = re.compile(
    r"(?<![\d.])([45]\d\d)[ -]+\(?#?([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)([^\r\n]{0,300})"
)
# folded: a server that has not given up says so, in French, English, German, Spanish, Italian, Dutch, Portuguese
_TRIES_ON = re.compile(
    r"will (?:be )?(?:retr|try|tried|continue|keep|attempt)|(?:still|keep|continue) (?:to )?(?:try|retry|attempt)|attempts will continue"
    r"|not yet been delivered|not been delivered yet|been delayed|delivery delayed|warning message only|no action is required"
    r"|pas encore (?:ete|pu)|(?:va|vont|sera|seront|allons|nous) (?:de nouveau )?(?:reessa|retent)|reessaier|retentera|nouvelles? tentatives? ser"
    r"|(?:ete|est) retarde|tentatives se poursui"
    r"|erneut (?:versuch|zuzustell|zugestell)|verzoger|weitere zustell|noch nicht zugestellt|weiter versuch"
    r"|(?:seguira|seguiremos|volvera a) intent|reintentar[ae]|retrasad|aun no se ha"
    r"|riprover|nuov[oi] tentativ|ritentat|ritardat|opnieuw geprobeerd|vertraagd|tentara novamente|novas? tentativa|atrasad"
)
_GAVE_UP = re.compile(
    r"(?:gave|given|giving) up|permanent (?:error|failure)|(?:erreur|echec) (?:permanente?|definiti)"
    r"|permanenter fehler|endgultig|error permanente|errore permanente"
)
MOST_TEXT = 5_000


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """What became of the mail for one recipient."""

    action: str  # failed, delayed, delivered, relayed, expanded; empty when not said
    status: str  # 5.1.1; empty when not said anywhere
    recipients: tuple[str, ...]  # Original-Recipient, Final-Recipient
    words: str

    @property
    def reason(self) -> str:
        """The status and the server's words, as a mail keeps them."""
        return f"{self.status} {self.words}".strip()

    @property
    def has_failed(self) -> bool:
        """Whether the mail will not arrive."""
        return self.action == "failed" or (not self.action and self.status.startswith("5"))


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A delivery report; without fates when it is a report of another kind."""

    fates: tuple[RecipientStatus, ...] = ()
    message_id: str | None = None  # of the mail it is about
    is_of_delivery: bool = True


def tokens_in(recipients: str, domain: str) -> list[str]:
    """The tokens of bounce addresses of this domain, as servers named them."""
    return [token.lower() for token, host in _TOKEN.findall(recipients) if host.lower() == domain.lower()]


def read_report(message: Message) -> DeliveryReport:
    """What a multipart/report says."""
    kind = str(message.get_param("report-type") or "delivery-status").lower()
    if kind != "delivery-status":
        return DeliveryReport(is_of_delivery=False)
    fates: list[RecipientStatus] = []
    message_id = None
    for part in parts_within(message):
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            fates.extend(islice(_fates(part), MOST))
        elif part.get_content_type() in ("message/rfc822", "message/global", "text/rfc822-headers"):
            message_id = message_id or _enclosed(part)
    return DeliveryReport(tuple(fates[:MOST]), message_id)


def fate_in_words(text: str) -> RecipientStatus:
    """What a server says that knows nothing of delivery status: returned, unless it says that it tries on."""
    found = _SERVER_REPLY.search(text[:MOST_TEXT])
    status, words = (found.group(2), found.group(3)) if found else ("", "")
    folded = fold(text[:MOST_TEXT])
    is_final = status.startswith("5") or _GAVE_UP.search(folded) is not None
    if not is_final and (status.startswith("4") or _TRIES_ON.search(folded)):
        return RecipientStatus(action="delayed", status=status, recipients=(), words=cut_line(words, 300))
    return RecipientStatus(
        action="failed",
        status=status,
        recipients=(),
        words=cut_line(words, 300) or "returned without a report",
    )


def _enclosed(part: Message) -> str | None:
    inner = parts_within(part)
    text = f"message-id: {inner[0].get('Message-ID', '')}" if inner else text_of(part)
    found = _IDENTITY.search(text[:64_000])
    return found.group(1) if found else None


def _fates(part: Message) -> Iterator[RecipientStatus]:
    for block in parts_within(part):
        if block.get("Final-Recipient") or block.get("Action"):
            yield _fate(block)


def _fate(block: Message) -> RecipientStatus:
    words = cut_line(str(block.get("Diagnostic-Code", "")).partition(";")[2], 300)
    named = [str(block.get(name, "")) for name in ("Original-Recipient", "Final-Recipient")]
    addresses = (cut_line(parseaddr(value.rpartition(";")[2].strip())[1], LONGEST).lower() for value in named)
    return RecipientStatus(
        action=str(block.get("Action", "")).strip().lower()[:20],
        status=_status(str(block.get("Status", ""))[:40], words),
        recipients=tuple(dict.fromkeys(address for address in addresses if "@" in address)),
        words=words,
    )


def _status(stated: str, words: str) -> str:
    """The status as stated; where that says nothing, as the server's words begin: further on they may quote another."""
    found = _CODE.search(stated)
    status = found.group(1) if found else ""
    if status and not status.endswith(".0.0"):
        return status
    said = status_of(words)
    is_more = said and (not status or said[0] == status[0])
    return said if is_more else status
