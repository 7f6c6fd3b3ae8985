"""Copies front-end files out of node_modules: `npm ci && python vendor.py`; `--check` says whether the copies are still true.

What is copied, from which version and under which licence stands in vendored.json, so that a check needs neither npm nor a network.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent
RECORD = ROOT / "vendored.json"
COPIES = {
    "@fontsource-variable/source-sans-3": {
        "files/source-sans-3-latin-wght-normal.woff2": "static/fonts/source-sans-3-latin-wght-normal.woff2",
    },
    "axe-core": {
        "axe.min.js": "tests/vendor/axe-core/axe.min.js",
        "LICENSE": "tests/vendor/axe-core/LICENSE",
        "LICENSE-3RD-PARTY.txt": "tests/vendor/axe-core/LICENSE-3RD-PARTY.txt",
    },
}


def digest(path: Path) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wanted_versions() -> dict[str, str]:
    """The versions package.json names."""
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    versions: dict[str, str] = package["devDependencies"]
    return versions


def copy() -> None:
    """Takes the files from node_modules and records where they come from."""
    record = {}
    for name, files in COPIES.items():
        package = ROOT / "node_modules" / name
        facts = json.loads((package / "package.json").read_text(encoding="utf-8"))
        for source, target in files.items():
            (ROOT / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package / source, ROOT / target)
        record[name] = {
            "version": facts["version"],
            "licence": facts["license"],
            "files": {target: digest(ROOT / target) for target in sorted(files.values())},
        }
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def differences() -> list[str]:
    """What no longer agrees: versions with package.json, files with the record."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    wanted = wanted_versions()
    found = [
        f"{name}: {wanted.get(name)} is wanted, {facts['version']} is here"
        for name, facts in record.items()
        if wanted.get(name) != facts["version"]
    ]
    found += [f"{name}: not copied yet" for name in COPIES if name not in record]
    for facts in record.values():
        for target, known in facts["files"].items():
            path = ROOT / target
            if not path.is_file() or digest(path) != known:
                found.append(f"{target}: differs from what was copied")
    return found


def main() -> int:
    """Copies, or with --check only compares; 1 when something differs."""
    if "--check" not in sys.argv[1:]:
        copy()
    found = differences()
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
