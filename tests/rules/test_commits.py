"""Only views, commands, chores, mail delivery and the browser's session commit: one request is one fact."""

import ast

from tests.rules.sources import modules, name_of, tree

MAY_COMMIT = ("routes.py", "cli.py", "_routes.py")
ALSO = {
    # a long report is written in lots that count nowhere, until its last transaction
    "webinars/attendance/imports/actions.py",
    "webinars/attendance/imports/leftovers.py",
    "webinars/attendance/imports/lots.py",
    "webinars/outbox/delivery.py",
    "webinars/outbox/chores.py",
    "webinars/outbox/queue/lease.py",
    "webinars/app/session_interface.py",
    "webinars/replies/chores.py",
    "webinars/app/diagnosis/key_check.py",
    "webinars/app/supervisor.py",
}


def commits(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"


def test_only_the_edges_commit() -> None:
    strangers = {
        name_of(path)
        for path in modules()
        if any(commits(node) for node in ast.walk(tree(path))) and not path.name.endswith(MAY_COMMIT)
    }

    assert strangers == ALSO
