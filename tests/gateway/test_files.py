"""What bodies and answers leave on disk: nothing."""

import os
import time

import pytest

from webinars.gateway.responses import sweep


def test_what_a_killed_server_left_is_removed_and_nothing_else(tmp_path):
    folder = tmp_path / "var" / "bodies"
    sweep(folder, before=time.time())
    for name, age in (("old", 400), ("new", 0)):
        (folder / name).touch()
        os.utime(folder / name, (time.time() - age,) * 2)
    sweep(folder, before=time.time() - 300)

    assert [path.name for path in folder.iterdir()] == ["new"]
    assert oct(folder.stat().st_mode & 0o777) == "0o700"


@pytest.mark.parametrize("leaves", [True, False])
def test_a_server_that_stops_leaves_no_answer_behind(own_front, leaves):
    client = own_front.client().send(own_front.head("/probe/lines?number=100", method="GET"))
    if not leaves:
        assert len(client.answer().body) == 100_000
    client.socket.close()
    own_front.process.terminate()

    assert (own_front.process.wait(10), own_front.kept()) == (0, [])
