"""JSON as it comes: read, or refused with the cause by its name."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import msgspec
from django.utils.translation import gettext as _

from helpdesk.api.problems import RequestRefused
from helpdesk.input.doubled_names import DoubledName, refuse_doubled_names

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UTF_16_OR_32: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_ZIPPED: Final = (b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd")
_HALF = re.compile("[\ud800-\udfff]")
_HALF_ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")


def parse(raw: bytes) -> Any:
    """Read JSON into plain values; a name that stands twice is refused, for nobody knows which was meant.

    A mark at its beginning is skipped, and half a character, which is what a text cut in its middle ends with,
    becomes a replacement character.
    """
    raw = raw.removeprefix(BYTE_ORDER_MARK)
    value = _read(raw)
    try:
        refuse_doubled_names(raw)
    except DoubledName as doubled:
        raise RequestRefused(400, "doubled-name", str(doubled), pointer="") from doubled
    return value


def _read(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except msgspec.ValidationError as error:
        raise RequestRefused(422, "misfit", _("A number is too large."), pointer="") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if _HALF_ESCAPED.search(raw):
            return _with_halves(raw, error)
        raise _refusal(raw, error) from error
    except RecursionError as error:
        raise _too_deep() from error


def _with_halves(raw: bytes, error: Exception) -> Any:
    try:
        value = json.loads(raw, parse_constant=_no_constant)
        whole = _HALF.sub("\ufffd", json.dumps(value, ensure_ascii=False))
        return msgspec.json.decode(whole)
    except RecursionError:
        raise _too_deep() from error
    except (ValueError, UnicodeError):
        raise _refusal(raw, error) from error


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _too_deep() -> RequestRefused:
    return RequestRefused(400, "too-deep", _("The body is nested too deeply."), pointer="")


def _refusal(raw: bytes, error: Exception) -> RequestRefused:
    return RequestRefused(400, "malformed-json", _cause(raw, error), pointer="")


def _cause(raw: bytes, error: Exception) -> str:
    """Say why this is no JSON, as plainly as can be told."""
    if raw.startswith(_UTF_16_OR_32) or raw[1:2] == b"\0" or raw[:1] == b"\0":
        return _("The body is written in UTF-16 or UTF-32; send it in UTF-8.")
    if raw.startswith(_ZIPPED):
        return _("The body is compressed, and no Content-Encoding says so.")
    if isinstance(error, UnicodeDecodeError) or not _is_utf_8(raw):
        return _("The body has bytes that are no UTF-8.")
    if "truncated" in str(error):
        return _("The JSON ends too early.") if raw.strip() else _("The body is empty.")
    place = re.search(r"byte (\d+)", str(error))
    return _("This is no JSON from byte %(byte)s on.") % {"byte": place[1] if place else "0"}


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
