"""What a file is, by what is in it; its name may only tell apart what looks alike from within.

Signatures are those of the formats' own specifications, as the IANA names their types.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from typing import Final

HEAD: Final = 512
"""Bytes at the beginning in which every signature stands."""

BYTES: Final = "application/octet-stream"
TEXT: Final = "text/plain"
ZIP: Final = "application/zip"
OLE: Final = "application/x-ole-storage"

_SIGNATURES: Final = (
    # where it stands, how it begins, what it is
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-executable"),
)

_WITHIN: Final = {
    ZIP: {
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt": "application/vnd.oasis.opendocument.text",
        "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "odp": "application/vnd.oasis.opendocument.presentation",
        "epub": "application/epub+zip",
    },
    OLE: {
        "doc": "application/msword",
        "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
        "msg": "application/vnd.ms-outlook",
    },
    TEXT: {
        "csv": "text/csv",
        "htm": "text/html",
        "html": "text/html",
        "ics": "text/calendar",
        "vcf": "text/vcard",
        "eml": "message/rfc822",
        "json": "application/json",
        "svg": "image/svg+xml",
        "xml": "application/xml",
    },
}
"""What a name's ending tells apart of those that begin alike; whatever it claims beyond that is not believed."""


def content_type_of(content: bytes, *, name: str) -> str:
    """Return a file's type; nothing is unpacked, and what is not known is mere bytes."""
    found = _family_of(content[:HEAD])
    ending = name.rpartition(".")[2].lower()
    return _WITHIN.get(found, {}).get(ending, found)


def _family_of(head: bytes) -> str:
    for place, signature, kind in _SIGNATURES:
        if head.startswith(signature, place):
            return kind
    return TEXT if _is_text(head) else BYTES


def _is_text(head: bytes) -> bool:
    """Tell whether it is UTF-8, or UTF-16 with its mark; a character may be cut off where the head ends."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    decoder = getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return bool(text) and all(sign.isprintable() or sign in "\t\n\r\f\ufeff" for sign in text)
