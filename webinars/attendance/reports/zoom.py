"""Reports of Zoom."""

from webinars.attendance.reports.tables.columns import Column
from webinars.attendance.reports.tool import Tool

ZOOM_MEETING = Tool(
    code="zoom_meeting",
    name="Zoom",
    headings={
        Column.NAME: (
            *("Name (Original Name)", "Name (user’s name)"),
            *("Nom (nom original)", "Nom (nom d’origine)"),
            "Name (ursprünglicher Name)",
        ),
        Column.EMAIL: ("User Email", "Email", "Adresse e-mail de l’utilisateur", "E-mail", "E-Mail-Adresse"),
        Column.HOST: ("Host", "Hôte", "Gastgeber"),
        Column.JOIN: ("Join Time", "Heure d’arrivée", "Beitrittszeit"),
        Column.LEAVE: ("Leave Time", "Heure de départ", "Austrittszeit"),
        Column.DURATION: (
            *("Duration (Minutes)", "Total Duration (Minutes)"),
            *("Durée (minutes)", "Durée totale (minutes)"),
            *("Dauer (Minuten)", "Gesamtdauer (Minuten)"),
        ),
        Column.WAITING_ROOM: (
            "In Waiting Room",
            "Salle d’attente",
            "Dans la salle d’attente",
            "Im Warteraum",
        ),
    },
    needs=(frozenset({Column.NAME}), frozenset({Column.JOIN, Column.DURATION})),
)
