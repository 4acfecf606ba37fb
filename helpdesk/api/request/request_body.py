"""Request bodies: from raw bytes to a struct, or to a problem that points at the fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from helpdesk.api.problems import RequestRefused, pointer_to

T = TypeVar("T", bound=msgspec.Struct)

PATH_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
FAULT = re.compile(r"(?P<what>.*?) - at (?:`key` in )?`\$(?P<path>.*)`", re.DOTALL)
WHOLE_NUMBER = re.compile(r"[0-9]{1,6}")
MOST_UNKNOWN_FIELDS = 20


def raw_body(request: HttpRequest) -> bytes:
    """Read the body of a request that says it is JSON and is not too long (411, 413, 415 else)."""
    if request.content_type != "application/json":
        raise RequestRefused(415, "unsupported-media-type", _("Send the body as application/json."))
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        raise RequestRefused(411, "length-required")
    if length.isdecimal() and int(length) > settings.API_MAX_BODY:
        raise too_large()
    return read_all(request)


def too_large() -> RequestRefused:
    limit = settings.API_MAX_BODY // 1024
    return RequestRefused(413, "too-large", _("A body may have at most %(limit)s KiB.") % {"limit": limit})


def read_all(request: HttpRequest) -> bytes:
    try:
        return request.read(settings.API_MAX_BODY + 1)
    except UnreadablePostError as error:
        raise RequestRefused(400, "body-cut-off", _("The body ended too early.")) from error


def parse(raw: bytes) -> Any:
    """Read JSON into plain values; of a name given twice, the last one counts."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.ValidationError as error:
        raise misfit(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RequestRefused(400, "malformed-json", str(error), pointer="") from error
    except RecursionError as error:
        raise RequestRefused(400, "too-deep", _("The body is nested too deeply."), pointer="") from error


def fit(value: Any, shape: type[T], *, under: str = "") -> T:
    """Fit plain values into a struct; `under` is the pointer to where the value stands in the body."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise misfit(error, under=under) from error


def query(given: QueryDict, shape: type[T]) -> T:
    """Fit query parameters into a struct; of a parameter given twice, the last one counts.

    An unknown one is refused: a misspelt condition must not list everything.
    """
    values = {name: as_number(name, str(text)) for name, text in given.items()}
    for name in values.keys() - (known_of(shape).fields or {}).keys():
        raise RequestRefused(422, "unknown-parameter", _("There is no such parameter."), parameter=name[:100])
    try:
        return msgspec.convert(values, shape)
    except msgspec.ValidationError as error:
        what, path = fault_and_place(error)
        raise RequestRefused(422, "bad-parameter", what, parameter=path.removeprefix(".")) from error


def as_number(name: str, text: str) -> str | int:
    return int(text) if name == "limit" and WHOLE_NUMBER.fullmatch(text) else text


def misfit(error: msgspec.ValidationError, *, under: str = "") -> RequestRefused:
    """Say what does not fit the schema, and where."""
    what, path = fault_and_place(error)
    steps = [name or index for name, index in PATH_STEP.findall(path) if name or index]
    return RequestRefused(422, "misfit", what, pointer=under + pointer_to(steps))


def fault_and_place(error: msgspec.ValidationError) -> tuple[str, str]:
    """Split what msgspec says into the fault and its place; a regular expression tells nobody anything."""
    found = FAULT.fullmatch(str(error))
    what, path = (found["what"], found["path"]) if found else (str(error), "")
    return (_("This is not written as it has to be here.") if " matching regex " in what else what), path


def unknown_fields(value: Any, shape: type, *, under: str = "") -> list[str]:
    """Warn of fields that the schema does not know; at most twenty are named."""
    found: list[str] = []
    for pointer in unknown_pointers(value, known_of(shape), under):
        if len(found) == MOST_UNKNOWN_FIELDS:
            break
        found.append(_("Unknown field %(pointer)s was ignored.") % {"pointer": pointer[:200]})
    return found


class KnownFields(NamedTuple):
    """The fields of a struct, or what a list holds; neither for what has no fields of its own."""

    fields: Mapping[str, KnownFields] | None = None
    items: KnownFields | None = None


def unknown_pointers(value: Any, known: KnownFields, under: str) -> Iterator[str]:
    """Yield pointers to the fields of `value` that are not known."""
    if known.items is not None and isinstance(value, list):
        for index, element in enumerate(value):
            yield from unknown_pointers(element, known.items, f"{under}/{index}")
    if known.fields is None or not isinstance(value, dict):
        return
    for name, inner in value.items():
        if name not in known.fields:
            yield under + pointer_to([name])
        elif isinstance(inner, (dict, list)):
            yield from unknown_pointers(inner, known.fields[name], under + pointer_to([name]))


@cache
def known_of(shape: Any) -> KnownFields:
    return _known(msgspec.inspect.type_info(shape))


def _known(kind: msgspec.inspect.Type) -> KnownFields:
    for option in kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,):
        if isinstance(option, msgspec.inspect.StructType):
            return KnownFields(fields={field.encode_name: _known(field.type) for field in option.fields})
        if isinstance(option, msgspec.inspect.ListType):
            return KnownFields(items=_known(option.item_type))
    return KnownFields()
