"""`python -m tests.patterns`: 0 when recheck finds every pattern linear; skipped, with its reason, where it is missing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config import ROOT
from tests.patterns.collection import Found, in_javascript, inline_patterns, patterns
from tests.requirements import ALL

SCRIPT = Path(__file__).with_name("check.mjs")
# two runs of blanks that may be shared between them in many ways: it held all outgoing mail, and must be seen
CONTROL = (
    r'boundary\s*(?:\*\d*\*?)?\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s";]{1,200}))',
    "i",
)


def judge(sources: list[tuple[str, str]]) -> list[dict[str, str]]:
    """What recheck says of each pattern (source and flags, as JavaScript has them)."""
    given = json.dumps([{"source": source, "flags": flags} for source, flags in sources])
    answer = subprocess.run(
        ["node", str(SCRIPT)], input=given, capture_output=True, text=True, check=True, cwd=ROOT, timeout=1200
    )
    found: list[dict[str, str]] = json.loads(answer.stdout)
    return found


def main() -> int:
    """0 when every pattern is safe and the control is not."""
    if not shutil.which("node") or not (ROOT / "node_modules/recheck").is_dir():
        print("patterns: not checked, recheck is not here (npm ci --ignore-scripts)")
        return 1 if os.environ.get(ALL) else 0
    found: list[Found] = patterns()
    control, *answers = judge([CONTROL, *(in_javascript(one) for one in found)])
    wrong = [f"{place}: name the pattern, as a constant of its module" for place in inline_patterns()]
    wrong += [
        f"{one.place}: {answer['status']}, {answer['complexity']}: {one.pattern.pattern!r} by {answer['attack']}"
        for one, answer in zip(found, answers, strict=True)
        if answer["status"] != "safe"
    ]
    if control["status"] != "vulnerable":
        wrong.append(f"recheck finds the control {control['status']}: it sees nothing")
    print("\n".join([*wrong, f"{len(found)} patterns, {len(wrong)} to mend"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
