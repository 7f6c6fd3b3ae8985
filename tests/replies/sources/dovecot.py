"""A real IMAP server, Dovecot, on loopback: one account, its folder a maildir."""

import getpass
import imaplib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.replies.sources.fake_imap import free_port

PROGRAM = shutil.which("dovecot") or next(iter(Path("/usr/sbin").glob("dovecot")), None)
STARTS_WITHIN = 10.0

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """The server while it runs."""

    port: int

    def take(self, content: bytes) -> None:
        """Puts one message into the folder, as a mail server would."""
        with self._client() as client:
            status, words = client.append("INBOX", None, None, content)
            assert status == "OK", words

    def flags(self) -> list[bytes]:
        """The flags of every message, in order."""
        with self._client() as client:
            client.select("INBOX", readonly=True)
            _status, answers = client.fetch("1:*", "(FLAGS)")
            return [answer for answer in answers if isinstance(answer, bytes)]

    @contextmanager
    def _client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=5) as client:
            client.login("us", "secret")
            yield client


@contextmanager
def running(folder: Path) -> Iterator[Dovecot]:
    """Dovecot with all it keeps in this folder; it is gone at the end."""
    port = free_port()
    owner = pwd.getpwnam("nobody" if os.getuid() == 0 else getpass.getuser())
    names = _users(owner)
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    for parent in (folder, *folder.parents):
        if parent.owner() == getpass.getuser() and parent.stat().st_mode & 0o711 != 0o711:
            parent.chmod(parent.stat().st_mode | 0o711)  # its own users pass through
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, port=port, uid=owner.pw_uid, gid=owner.pw_gid, **names)
    )
    process = subprocess.Popen([str(PROGRAM), "-F", "-c", str(configuration)])
    try:
        _wait_for(port, process, folder / "log")
        yield Dovecot(port)
    finally:
        process.terminate()
        process.wait(STARTS_WITHIN)


def _users(owner: pwd.struct_passwd) -> dict[str, str]:
    if os.getuid() == 0:
        return {"internal": "dovecot", "internal_group": "dovecot", "login": "dovenull"}
    import grp

    return {
        "internal": owner.pw_name,
        "internal_group": grp.getgrgid(owner.pw_gid).gr_name,
        "login": owner.pw_name,
    }


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=2).logout()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(log.read_text() if log.exists() else "Dovecot does not answer")
