"""A picture of strangers drawn anew: what a browser is shown is ours, whatever came."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps

LONGEST_SIDE: Final = 1600
"""In pixels: what is written on a screenshot can still be read."""

MOST_PIXELS: Final = 40_000_000
"""A picture that claims more is not unpacked: that takes four bytes for each."""

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
DRAWN_AS: Final = "image/webp"


class NoPreview(Exception):
    """There is no picture in it that could be shown; the message says why."""


def preview_of(content: bytes) -> bytes:
    """Return a picture of at most the longest side, turned as its camera was held, without what was written into it.

    Of one that moves it is the first frame. Raises `NoPreview` for what is none, is broken, or would be too large.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # one of them says that a picture may be a bomb
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                return _drawn_anew(picture)
        except NoPreview:
            raise
        except Exception as failure:  # whatever a decoder stumbles over
            raise NoPreview(f"{type(failure).__name__}: {failure}") from failure


def _drawn_anew(picture: Image.Image) -> bytes:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise NoPreview(f"{width} × {height} pixels are too many.")
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # of a JPEG no more is unpacked than is shown
    upright = ImageOps.exif_transpose(picture)
    drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn.info.clear()
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=80)
    return out.getvalue()
