"""The states and kinds cycles and sessions know."""

import enum


class CycleState(enum.StrEnum):
    """Life of a cycle."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    ARCHIVED = "archived"


class SessionState(enum.StrEnum):
    """Whether a session takes place."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class Format(enum.StrEnum):
    """How people attend."""

    ONLINE = "online"
    ON_SITE = "on_site"
    HYBRID = "hybrid"


class ContributorKind(enum.StrEnum):
    """Speakers are shown; the team runs the session. Neither is counted as attending."""

    SPEAKER = "speaker"
    TEAM = "team"


class ResourceKind(enum.StrEnum):
    """What remains of a session."""

    DOCUMENT = "document"
    REPLAY = "replay"
    LINK = "link"


class PartnerRole(enum.StrEnum):
    """How an organisation takes part in a cycle."""

    CO_ORGANISER = "co_organiser"
    PARTNER = "partner"
    FUNDER = "funder"
