"""The short version of `make chaos`: workers are killed at random moments while mail leaves."""

import json
import subprocess
import sys

import pytest

from config import ROOT
from tests.requirements import answering_server, need

pytestmark = pytest.mark.slow("workers are processes, killed while they send")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_workers_killed_at_random_lose_nothing_and_repeat_only_what_was_just_answered(database):
    if database == "postgresql":
        need(answering_server(), "a PostgreSQL server")
    command = [sys.executable, "-m", "tests.chaos", "--kills", "8", "--mails", "80", "--only", database]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    outcome = json.loads(ended.stdout)
    assert (outcome["lost"], outcome["unexplained_copies"], outcome["out_of_order"]) == (0, 0, 0)
    assert outcome["arrived"] + outcome["refused_for_good"] == 80
    assert outcome["kills_while_mail_left"] > 0
