"""Settings, read from the environment and the settings file, and checked once, at start."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError
from marshmallow.fields import Field, Float

import setting_values as written
from setting_values import PREFIX
from settings_file import NAMED_BY, WrongFile, with_file

ROOT = Path(__file__).parent
TRANSLATIONS = ROOT / "translations"
MODES = ("demonstration", "service")
LANGUAGES = {"fr": "fr_FR", "en": "en_GB"}  # each by its code, with the country whose usage it follows
NO_MODE = (
    "missing; write service for an instance with real people, demonstration to look around,"
    f" in the environment, in webinars.env beside this program, in /etc/webinars.env or in a file {NAMED_BY} names"
)


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
    database_answer_seconds: float = (
        2.0  # PostgreSQL says nothing: then a second connection is tried, as long
    )
    database_question_seconds: int = 15  # one question of a page; 0: no limit
    database_lock_seconds: int = 5  # a page waits for what somebody else is writing; 0: no limit
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
    mail_per_hour: int = 0
    mail_per_day: int = 0
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
    job_carrier: str = "none"  # none: a pipe calls workers of this machine; procrastinate: of any
    web_threads: int = 4
    web_bodies: int = 1000  # requests whose body is still to come
    web_bodies_per_client: int = 50
    timezone: str = "Europe/Paris"
    language: str = "fr"
    page_seconds: float = 1.0
    form_min_seconds: float = 2.0
    sign_ups_per_hour: int = 300  # of one client
    sign_ups_per_address: int = 6  # a day, by the form
    mails_per_address: int = 30  # a day, because of the form
    health_token: str = ""  # who brings it sees figures on /health/service
    health_late_minutes: int = 15  # the oldest due mail may be behind the set pace
    health_refused_percent: int = 50  # of the mails of an hour that may be refused or put off,
    health_refused_least: int = 10  # once so many are
    health_sweep_minutes: int = 5
    health_reading_periods: int = 3
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
            "BABEL_TRANSLATION_DIRECTORIES": str(TRANSLATIONS),
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": True,
            "MAIL_SERVER": self.mail_server or "localhost",
            "MAIL_PORT": self.mail_port,
            "MAIL_USE_TLS": self.mail_security == "starttls",
            "MAIL_USE_SSL": self.mail_security == "tls",
            "MAIL_USERNAME": self.mail_username or None,
            "MAIL_PASSWORD": self.mail_password or None,
            "SESSION_COOKIE_NAME": "__Host-webinars" if self.is_https else "webinars",
            "SESSION_COOKIE_SECURE": self.is_https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
        }


READERS: dict[str, Field[Any]] = {
    "mode": written.one_of(*MODES, missing=NO_MODE),
    "secret_key": written.text(),
    "public_url": written.web_address(),
    "host": written.listening_address(),
    "port": written.number(1, 65535),
    "database_url": written.database(),
    "database_answer_seconds": written.number(0.1, 60, Float),
    "database_question_seconds": written.number(0, 3600),
    "database_lock_seconds": written.number(0, 3600),
    "folder": written.folder(),
    "trusted_hosts": written.names(),
    "proxies": written.number(0, 5),
    "mail_server": written.text(),
    "mail_port": written.number(1, 65535),
    "mail_security": written.one_of("starttls", "tls", "none"),
    "mail_username": written.text(),
    "mail_password": written.text(),
    "mail_from": written.mail_address(),
    "mail_dkim_selector": written.label(),
    "mail_timeout": written.number(1, 300),
    "mail_poll_seconds": written.number(0.05, 60, Float),
    "mail_lease_seconds": written.number(5, 3600),
    "mail_per_minute": written.number(0, 1_000_000),
    "mail_per_domain": written.number(0, 1_000_000),
    "mail_per_hour": written.number(0, 100_000_000),
    "mail_per_day": written.number(0, 100_000_000),
    "mail_keep_days": written.number(0, 3650),
    "replies_keep_days": written.number(0, 3650),
    "replies_maildir": written.text(),
    "replies_imap": written.host_and_port(),
    "replies_security": written.one_of("tls", "starttls", "none"),
    "replies_username": written.text(),
    "replies_password": written.text(),
    "replies_folder": written.folder_name(),
    "authserv_id": written.text(),
    "settle_seconds": written.number(0, 86_400),
    "job_threads": written.number(0, 8),
    "job_carrier": written.one_of("none", "procrastinate"),
    "web_threads": written.number(1, 64),
    "web_bodies": written.number(1, 100_000),
    "web_bodies_per_client": written.number(1, 100_000),
    "timezone": written.zone(),
    "language": written.one_of(*LANGUAGES),
    "page_seconds": written.number(0, 60, Float),
    "form_min_seconds": written.number(0, 60, Float),
    "sign_ups_per_hour": written.number(1, 1_000_000),
    "sign_ups_per_address": written.number(1, 1_000_000),
    "mails_per_address": written.number(2, 1_000_000),
    "health_token": written.token(),
    "health_late_minutes": written.number(1, 10_000),
    "health_refused_percent": written.number(1, 100),
    "health_refused_least": written.number(1, 1_000_000),
    "health_sweep_minutes": written.number(2, 10_000),
    "health_reading_periods": written.number(2, 10_000),
    "log_level": written.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    "debug": written.yes(),
}


class SettingsSchema(Schema):
    """The settings as variables of the environment; any other name is refused."""

    error_messages = {"unknown": "no such setting; docs/settings.md lists them"}

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        """Gives a setting the name it has outside."""
        field_obj.data_key = PREFIX + field_name.upper()


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this environment, else of ours with the settings file beneath it.

    Raises WrongSetting naming every one that is wrong or missing.
    """
    if environment is None:
        try:
            environment = with_file(os.environ)
        except WrongFile as wrong:
            raise WrongSetting(str(wrong)) from None
    known = {PREFIX + name.upper() for name in READERS}
    said = {
        variable: raw.strip()
        for variable, raw in environment.items()
        if variable.startswith(PREFIX)
        and variable != NAMED_BY
        and not variable.startswith(f"{PREFIX}TEST_")
        and (raw.strip() or variable not in known)
    }
    try:
        values = SettingsSchema.from_dict(READERS)().load(said)
    except ValidationError as wrong:
        raise WrongSetting(_sentences(wrong.messages_dict, said)) from None
    return _completed(asdict(Settings()) | values)


def _sentences(wrong: Mapping[str, list[str]], said: Mapping[str, str]) -> str:
    return "\n".join(
        f"{variable}: {sentences[0].replace('%s', said.get(variable, ''))}"
        for variable, sentences in sorted(wrong.items())
    )


def _completed(values: dict[str, Any]) -> Settings:
    folder: Path = ROOT / values["folder"]  # a command from cron begins elsewhere
    values["folder"] = folder
    if values["replies_maildir"]:
        values["replies_maildir"] = str(ROOT / values["replies_maildir"])
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
