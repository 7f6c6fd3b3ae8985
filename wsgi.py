"""The WSGI entry point; `flask` finds it too."""

from config import read_settings
from webinars import create_app

app = create_app(read_settings())
