"""What is configured for reading mail, and what is wrong with it."""

import os
from collections.abc import Iterator
from pathlib import Path

from config import Settings
from setting_values import PREFIX

NEAR = ("localhost", "127.0.0.1")


def findings(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each way answers come by, and what to do when it cannot work."""
    if settings.replies_maildir:
        yield settings.replies_maildir, _maildir_problem(Path(settings.replies_maildir) / "new")
    if settings.replies_imap:
        yield f"{settings.replies_imap}, folder {settings.replies_folder}", _imap_problem(settings)
    if not settings.replies_maildir and not settings.replies_imap:
        yield "`flask replies read -` alone, where the mail server calls it", ""


def _maildir_problem(new: Path) -> str:
    is_ours = new.is_dir() and os.access(new, os.W_OK)
    return "" if is_ours else f"Make it a maildir we may write in: {PREFIX}REPLIES_MAILDIR."


def _imap_problem(settings: Settings) -> str:
    if not settings.replies_username or not settings.replies_password:
        return f"Set {PREFIX}REPLIES_USERNAME and {PREFIX}REPLIES_PASSWORD."
    if settings.replies_security == "none" and settings.replies_imap.partition(":")[0] not in NEAR:
        return f"Set {PREFIX}REPLIES_SECURITY to tls or starttls."
    return ""
