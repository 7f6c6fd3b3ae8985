"""What the pages are made of is read once: files replaced under a running service change nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemLoader

from config import LANGUAGES, Settings
from webinars import create_app
from webinars.web.pages import keep_texts
from webinars.words.mail_environment import PARTS, environment, render_mail


def app_with_a_page(settings: Settings, folder: Path) -> tuple[Flask, Path]:
    app = create_app(settings)
    app.jinja_env.loader.app.template_folder = str(folder)  # type: ignore[union-attr]
    file = folder / "page.html"
    file.write_text("before {% include 'part.html' %}")
    (folder / "part.html").write_text("before")
    return app, file


def test_a_template_that_is_replaced_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    app, file = app_with_a_page(settings, tmp_path)
    keep_texts(app)
    for changed in (file, tmp_path / "part.html"):
        changed.write_text("after")

    assert app.jinja_env.get_template("page.html").render() == "before before"
    file.unlink()
    app.jinja_env.cache.clear()  # type: ignore[union-attr]
    page = app.jinja_env.get_template("page.html")
    assert (page.render(), page.filename) == ("before before", str(file))


def test_whoever_writes_templates_sees_them_at_once(settings: Settings, tmp_path: Path) -> None:
    app, file = app_with_a_page(replace(settings, debug=True), tmp_path)
    keep_texts(app)
    file.write_text("after")

    assert app.jinja_env.get_template("page.html").render() == "after"


def test_a_template_of_a_mail_that_is_replaced_changes_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mail" / "note"
    folder.mkdir(parents=True)
    for part in PARTS:
        (folder / part).write_text("before")
    for language in LANGUAGES:
        monkeypatch.setattr(environment(language), "loader", FileSystemLoader(tmp_path))
    keep_texts(create_app(settings))
    keep_texts(create_app(settings))
    for part in PARTS:
        (folder / part).unlink()

    assert [render_mail("note", language) for language in LANGUAGES] == [("before",) * 3] * 2
