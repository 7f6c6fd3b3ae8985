"""What kind of file an upload is, by its content and never by its name."""

import json
import re

from webinars.attendance.reports.errors import FileEmpty, FileTooLarge, FormatUnsupported, MalformedJson

MAX_BYTES = 20 * 1024 * 1024
MAX_VALUES = 500_000  # of a JSON file: each takes many times its bytes once it is read

# how the files that are not text begin
_SIGNATURES = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"\x1f\x8b\x08", "GZIP"),
)
_JSON_START = re.compile(r'\s*(\{\s*["}]|\[\s*[\[{"\]0-9])')


def check_size(content: bytes) -> None:
    """Refuses what is empty or larger than 20 MiB."""
    if len(content) > MAX_BYTES:
        raise FileTooLarge(limit="bytes")
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FileEmpty


def check_is_text(content: bytes) -> None:
    """Refuses documents, pictures, workbooks and archives."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        raise FormatUnsupported(kind="image")
    if b"%PDF-" in content[:1024].split(b"\n", 1)[0]:
        raise FormatUnsupported(kind="PDF")
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            raise FormatUnsupported(kind="XLSX" if b"xl/workbook.xml" in content else kind)


def check_is_no_json(text: str) -> None:
    """Refuses JSON, saying where it is damaged when it is; one of very many values is not looked through."""
    if not _JSON_START.match(text):
        return
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        raise FormatUnsupported(kind="JSON")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise MalformedJson(line=error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise MalformedJson(line=1) from error
    raise FormatUnsupported(kind="JSON")
