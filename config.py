"""Settings, read from the environment and checked once, at start."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

ROOT = Path(__file__).parent
PREFIX = "WEBINARS_"
MODES = ("demonstration", "service")
LANGUAGES = ("fr", "en")


class WrongSetting(ValueError):
    """A setting is missing or cannot be used; the message names it and says what to write."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator can set; each field is WEBINARS_ + its name in capitals."""

    mode: str = "demonstration"
    secret_key: str = ""
    public_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str = ""
    folder: Path = ROOT / "var"  # SQLite file, uploaded pictures, mails while no server is set
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    mail_server: str = ""
    mail_port: int = 587
    mail_security: str = "starttls"  # starttls, tls or none
    mail_username: str = ""
    mail_password: str = ""
    mail_from: str = "webinaires@example.org"
    mail_dkim_selector: str = ""  # under which the mail server's key is published
    mail_timeout: int = 30
    mail_poll_seconds: float = 2.0
    mail_lease_seconds: int = 120
    mail_per_minute: int = 0  # 0: no limit
    mail_per_domain: int = 0  # a minute, to one domain; 0: no limit
    mail_keep_days: int = 0
    replies_maildir: str = ""
    replies_keep_days: int = 30
    replies_imap: str = ""  # host, or host:port
    replies_security: str = "tls"  # tls, starttls or none
    replies_username: str = ""
    replies_password: str = ""
    replies_folder: str = "INBOX"
    authserv_id: str = ""  # the name our own mail server signs Authentication-Results with
    settle_seconds: int = 300  # 0: changes are told at once
    job_threads: int = 1
    job_carrier: str = "none"  # none: workers look by themselves; procrastinate: they are called
    web_threads: int = 4
    timezone: str = "Europe/Paris"
    language: str = "fr"
    page_seconds: float = 1.0
    form_min_seconds: float = 2.0
    sign_ups_per_hour: int = 10
    confirmations_per_day: int = 3
    log_level: str = "INFO"
    debug: bool = False

    @property
    def is_service(self) -> bool:
        """Whether real people use this instance."""
        return self.mode == "service"

    @property
    def is_https(self) -> bool:
        """Whether visitors come by https."""
        return self.public_url.startswith("https://")

    @property
    def mail_folder(self) -> Path:
        """Where mails land as .eml files while no SMTP server is set."""
        return self.folder / "mail"

    @property
    def storage(self) -> Path:
        """Where uploaded pictures are kept, named by digest."""
        return self.folder / "storage"

    def flask(self) -> dict[str, Any]:
        """The same, as Flask and its extensions name them."""
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "PUBLIC_URL": self.public_url.rstrip("/"),
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "MAX_FORM_PARTS": 400,
            "BABEL_DEFAULT_LOCALE": self.language,
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": True,
            "MAIL_SERVER": self.mail_server or "localhost",
            "MAIL_PORT": self.mail_port,
            "MAIL_USE_TLS": self.mail_security == "starttls",
            "MAIL_USE_SSL": self.mail_security == "tls",
            "MAIL_USERNAME": self.mail_username or None,
            "MAIL_PASSWORD": self.mail_password or None,
            "MAIL_DEFAULT_SENDER": self.mail_from,
            "SESSION_COOKIE_NAME": "__Host-webinars" if self.is_https else "webinars",
            "SESSION_COOKIE_SECURE": self.is_https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
        }


@dataclass
class _Reader:
    """Reads one environment, remembering what it was asked for."""

    environment: Mapping[str, str]
    wrong: list[str] = field(default_factory=list)

    def read(self, name: str, default: Any, parse: Callable[[str], Any]) -> Any:
        variable = PREFIX + name.upper()
        raw = self.environment.get(variable, "").strip()
        if not raw:
            return default
        try:
            return parse(raw)
        except ValueError as error:
            self.wrong.append(f"{variable}: {error}")
            return default


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if raw not in choices:
            raise ValueError(f"write one of {', '.join(choices)}, not “{raw}”")
        return raw

    return parse


def _number(low: float, high: float, kind: type[int] | type[float] = int) -> Callable[[str], float]:
    def parse(raw: str) -> float:
        try:
            value = kind(raw)
        except ValueError:
            raise ValueError(f"write a number from {low} to {high}, not “{raw}”") from None
        if not low <= value <= high:
            raise ValueError(f"write a number from {low} to {high}, not “{raw}”")
        return value

    return parse


def _web_address(raw: str) -> str:
    address = urlsplit(raw)
    if address.scheme not in ("http", "https") or not address.hostname or address.query or address.fragment:
        raise ValueError(f"write an address such as https://webinars.example.org, not “{raw}”")
    return raw.rstrip("/")


def _database(raw: str) -> str:
    if raw.startswith("postgresql://"):
        raw = raw.replace("postgresql://", "postgresql+psycopg://", 1)
    if not raw.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
    return raw


def _listening_address(raw: str) -> str:
    try:
        return "127.0.0.1" if raw == "localhost" else str(ip_address(raw))
    except ValueError:
        raise ValueError(
            f"write an address of this machine such as 127.0.0.1, or 0.0.0.0 for all, not “{raw}”"
        ) from None


def _mail_address(raw: str) -> str:
    local, _at, domain = raw.rpartition("@")
    if not local or "." not in domain or not raw.isascii() or " " in raw:
        raise ValueError(f"write one plain address such as webinars@example.org, not “{raw}”")
    return raw


def _label(raw: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", raw):
        raise ValueError(f"write a name such as mail2026, not “{raw}”")
    return raw


def _zone(raw: str) -> str:
    if raw not in available_timezones():
        raise ValueError(f"write a zone such as Europe/Paris, not “{raw}”")
    return raw


def _host_and_port(raw: str) -> str:
    host, _colon, port = raw.partition(":")
    if (
        not host
        or "/" in host
        or (port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536))
    ):
        raise ValueError(
            f"write a host such as imap.example.org, or with a port imap.example.org:993, not “{raw}”"
        )
    return raw


def _folder_name(raw: str) -> str:
    if not raw.isascii() or not raw.isprintable() or '"' in raw or "\\" in raw:
        raise ValueError(f"write the folder in plain letters, as the server names it, not “{raw}”")
    return raw


def _names(raw: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in raw.split(",") if name.strip())


def _yes(raw: str) -> bool:
    return _one_of("yes", "no")(raw) == "yes"


READERS: dict[str, Callable[[str], Any]] = {
    "mode": _one_of(*MODES),
    "secret_key": str,
    "public_url": _web_address,
    "host": _listening_address,
    "port": _number(1, 65535),
    "database_url": _database,
    "folder": Path,
    "trusted_hosts": _names,
    "proxies": _number(0, 5),
    "mail_server": str,
    "mail_port": _number(1, 65535),
    "mail_security": _one_of("starttls", "tls", "none"),
    "mail_username": str,
    "mail_password": str,
    "mail_from": _mail_address,
    "mail_dkim_selector": _label,
    "mail_timeout": _number(1, 300),
    "mail_poll_seconds": _number(0.05, 60, float),
    "mail_lease_seconds": _number(5, 3600),
    "mail_per_minute": _number(0, 1_000_000),
    "mail_per_domain": _number(0, 1_000_000),
    "mail_keep_days": _number(0, 3650),
    "replies_keep_days": _number(0, 3650),
    "replies_maildir": str,
    "replies_imap": _host_and_port,
    "replies_security": _one_of("tls", "starttls", "none"),
    "replies_username": str,
    "replies_password": str,
    "replies_folder": _folder_name,
    "authserv_id": str,
    "settle_seconds": _number(0, 86_400),
    "job_threads": _number(0, 8),
    "job_carrier": _one_of("none", "procrastinate"),
    "web_threads": _number(1, 64),
    "timezone": _zone,
    "language": _one_of(*LANGUAGES),
    "page_seconds": _number(0, 60, float),
    "form_min_seconds": _number(0, 60, float),
    "sign_ups_per_hour": _number(1, 1_000_000),
    "confirmations_per_day": _number(1, 1_000_000),
    "log_level": _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    "debug": _yes,
}


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this environment; raises WrongSetting naming every one that is wrong or missing."""
    reader = _Reader(environment)
    defaults = Settings()
    values = {name: reader.read(name, getattr(defaults, name), parse) for name, parse in READERS.items()}
    known = {PREFIX + name.upper() for name in READERS}
    for variable in sorted(environment):
        if (
            variable.startswith(PREFIX)
            and variable not in known
            and not variable.startswith("WEBINARS_TEST_")
        ):
            reader.wrong.append(f"{variable}: no such setting; README lists them")
    if reader.wrong:
        raise WrongSetting("\n".join(reader.wrong))
    return _completed(values)


def _completed(values: dict[str, Any]) -> Settings:
    folder: Path = values["folder"].absolute()
    values["folder"] = folder
    if values["mode"] == "service":
        missing = [
            name
            for name in ("secret_key", "public_url", "mail_from")
            if values[name] == getattr(Settings(), name)
        ]
        if missing:
            raise WrongSetting(
                "\n".join(
                    f"{PREFIX}{name.upper()}: missing, and service mode has no default for it"
                    for name in missing
                )
            )
        if len(values["secret_key"]) < 32:
            raise WrongSetting(f"{PREFIX}SECRET_KEY: write at least 32 signs nobody can guess")
    elif values["public_url"] == Settings().public_url:
        values["public_url"] = f"http://127.0.0.1:{values['port']}"
    _make(folder)
    values["database_url"] = values["database_url"] or f"sqlite:///{folder / 'webinars.db'}"
    values["secret_key"] = values["secret_key"] or _kept_key(folder / "secret_key")
    if values["mail_lease_seconds"] < 2 * values["mail_timeout"]:
        raise WrongSetting(
            f"{PREFIX}MAIL_LEASE_SECONDS: write at least twice {PREFIX}MAIL_TIMEOUT, which is {values['mail_timeout']}"
        )
    if values["job_carrier"] == "procrastinate" and not values["database_url"].startswith("postgresql"):
        raise WrongSetting(
            f"{PREFIX}JOB_CARRIER: procrastinate carries work through PostgreSQL; set {PREFIX}DATABASE_URL to one, or write none"
        )
    if not values["trusted_hosts"]:
        values["trusted_hosts"] = (urlsplit(values["public_url"]).hostname or "localhost",)
    return Settings(**values)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise WrongSetting(f"{PREFIX}FOLDER: {folder} cannot be made ({error.strerror})") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WrongSetting(f"{PREFIX}FOLDER: we may not write into {folder}")


def _kept_key(path: Path) -> str:
    """The demonstration's own key: made at the first start, kept beside its database."""
    if path.exists():
        return path.read_text().strip()
    key = secrets.token_hex(32)
    path.touch(mode=0o600)
    path.write_text(key)
    return key
