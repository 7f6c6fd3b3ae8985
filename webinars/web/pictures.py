"""Pictures people upload: measured before they are decoded, written anew, named by their digest."""

import hashlib
from io import BytesIO
from pathlib import Path

from flask import current_app, url_for
from flask_babel import gettext as _

from config import Settings
from webinars.errors import WordedRefusal
from webinars.storage.folders import write_whole
from webinars.storage.pictures import is_digest

READ = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 4000  # a side
HIGH = 96 * 2  # shown at most 96 px high, on screens of twice the density
WIDE = 400 * 2


class PictureRefused(WordedRefusal):
    """The file is no picture we take; the sentence says what to do."""

    field = "logo"


def stored_picture(digest: str) -> bytes | None:
    """The picture of this name, in WebP; None when there is none."""
    path = _path(digest) if is_digest(digest) else None
    return path.read_bytes() if path is not None and path.is_file() else None


def picture_address(digest: str | None) -> str | None:
    """Where a stored picture is shown; None when there is none."""
    return url_for("pages.picture", digest=digest) if digest else None


def keep_picture(content: bytes) -> str:
    """Stores the picture, written anew as WebP and without what else the file held; gives its digest.

    Raises PictureRefused for what is no PNG, JPEG or WebP, or is too large; OSError where it cannot be written.
    """
    written = written_anew(content)
    digest = hashlib.sha256(written).hexdigest()
    write_whole(_path(digest), written)  # over the same one too: whoever removes old ones sees it as new
    return digest


def is_kept(digest: str) -> bool:
    """Whether the picture of this digest is stored."""
    return is_digest(digest) and _path(digest).is_file()


def written_anew(content: bytes) -> bytes:
    """The picture as small as it is shown, in WebP; raises PictureRefused."""
    if len(content) > MOST_BYTES:
        raise PictureRefused(too_many_bytes())
    from PIL import Image, ImageOps, UnidentifiedImageError  # loaded where a picture is sent: 2 MB

    try:
        with Image.open(BytesIO(content), formats=READ) as opened:
            if max(opened.size) > MOST_PIXELS:
                raise PictureRefused(_too_large(*opened.size))
            is_photograph = opened.format == "JPEG"
            upright = ImageOps.exif_transpose(opened)
            drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, PictureRefused):
            raise
        raise PictureRefused(
            _("Send a picture in PNG, JPEG or WebP: this file cannot be read as one.")
        ) from error
    drawn.thumbnail((WIDE, HIGH), Image.Resampling.LANCZOS)
    out = BytesIO()
    drawn.save(out, "WEBP", lossless=not is_photograph, quality=90, method=4)
    return out.getvalue()


def too_many_bytes() -> str:
    """What is said of a file over the limit, whether it was read or refused at the door."""
    return str(_("Send a smaller file: 2 MB at most."))


def logo_gone() -> str:
    """What is said of a picture that was sent before and is stored no more."""
    return str(_("This logo is no longer there: choose it again, or save without it."))


def _too_large(width: int, height: int) -> str:
    return _(
        "Send a smaller picture: 4000 × 4000 points at most, %(width)s × %(height)s now.",
        width=width,
        height=height,
    )


def _path(digest: str) -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.storage / digest
