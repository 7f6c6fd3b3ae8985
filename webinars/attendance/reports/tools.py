"""The tools whose reports are read; one more is one more line here and one small module."""

from webinars.attendance.reports.tool import Tool
from webinars.attendance.reports.zoom import ZOOM_MEETING

TOOLS: tuple[Tool, ...] = (ZOOM_MEETING,)
