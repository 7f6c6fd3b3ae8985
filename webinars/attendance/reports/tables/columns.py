"""What a column of a report may hold, and the headings that tell kinds of files apart."""

from enum import StrEnum

from webinars.words.folding import fold


class Column(StrEnum):
    """The columns that are read; all others are skipped."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    HOST = "host"
    JOIN = "join"
    LEAVE = "leave"
    DURATION = "duration"
    ATTENDED = "attended"
    WAITING_ROOM = "waiting_room"


def _folded(*headings: str) -> frozenset[str]:
    return frozenset(map(fold, headings))


# what any list of people has
IDENTITY = _folded(
    *("Name", "First name", "Last name", "Full name", "Email", "E-mail", "Email address", "User Email"),
    *("Nom", "Prénom", "Courriel", "E-mail", "Adresse e-mail", "Adresse électronique"),
    *("Vorname", "Nachname", "E-Mail-Adresse"),
)
# what only a list of registrations has
REGISTRATION = _folded(
    *("Registration Time", "Registration Date", "Registered at", "Approval Status", "Registration ID"),
    *("Heure d’inscription", "Date d’inscription", "Statut d’approbation", "Inscrit le"),
    *("Submitted Time", "Completed Time", "Serial", "SID", "webform_serial", "webform_sid"),
    *("Registrierungszeit", "Genehmigungsstatus"),
)
# what only a report of attendance has, whatever the tool
ATTENDANCE = _folded(
    *("Join Time", "Leave Time", "Duration", "Duration (Minutes)", "Attended", "Time in Session (minutes)"),
    *(
        "First Join",
        "Last Leave",
        "In-Meeting Duration",
        "Time joined",
        "Attendance Duration",
        "Attendance duration (minutes)",
    ),
    *("Heure d’arrivée", "Heure de participation", "Heure de départ", "Durée", "Durée (minutes)", "Présent"),
    *("Beitrittszeit", "Austrittszeit", "Dauer", "Dauer (Minuten)"),
)
