"""Request bodies and queries: from raw bytes to a struct, or to a problem that points at every fault."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from helpdesk.api.problems import Fault, RequestRefused, pointer_to
from helpdesk.input import fitting
from helpdesk.input.fitting import CheckInstant
from helpdesk.input.misfit import FaultFound, Misfit

T = TypeVar("T", bound=msgspec.Struct)

WHOLE_NUMBER = re.compile(r"[0-9]{1,6}")
TRUTHS = {"true": True, "false": False}
LOST_PLUS = re.compile(r"(?P<time>[0-9W-]+[T ][0-9:.,]+) (?P<offset>[0-9]{2}(?::?[0-9]{2})?)")
"""An instant whose offset was written `+02:00` into an address: there, a plus that is not escaped means a blank."""
MAIL_KINDS = ("message/rfc822", "application/octet-stream")
MOST_UNKNOWN_FIELDS = 20
MOST_FAULTS = 50


def raw_body(request: HttpRequest) -> bytes:
    """Read the body of a request that says it is JSON and is not too long (411, 413, 415 else)."""
    if request.content_type != "application/json":
        raise RequestRefused(415, "unsupported-media-type", _("Send the body as application/json."))
    return received(request, most=settings.API_MAX_BODY)


def raw_mail(request: HttpRequest) -> bytes:
    """Read the body of a request that is a mail as it came (411, 413, 415, or 422 where there is nothing in it)."""
    if request.content_type not in ("", *MAIL_KINDS):
        raise RequestRefused(415, "unsupported-media-type", _("Send the mail as message/rfc822."))
    raw = received(request, most=settings.MAIL_MAX_SIZE)
    if not raw:
        raise RequestRefused(422, "no-mail", _("There is nothing in the body."))
    return raw


def raw_file(request: HttpRequest) -> bytes:
    """Read the body of a request that is a file itself (411, 413, 415)."""
    if (request.content_type or "").startswith("multipart/"):
        raise RequestRefused(
            415, "unsupported-media-type", _("Send the file itself as the body, and no form.")
        )
    return received(request, most=settings.FILE_MAX_SIZE)


def received(request: HttpRequest, *, most: int) -> bytes:
    """Read a body of at most so many bytes, and unpack it (400, 411, 413, 415)."""
    encoding = encoding_of(request)
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        raise RequestRefused(411, "length-required")
    if length.isdecimal() and int(length) > most:
        raise too_large(most)
    raw = read_all(request, most=most)
    return unzipped(raw, most=most) if encoding == "gzip" else raw


def encoding_of(request: HttpRequest) -> str:
    """Return how the body is packed: with gzip or not at all (415 else)."""
    encoding: str = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        detail = _("A body may be compressed with gzip, and not otherwise.")
        raise RequestRefused(415, "unsupported-encoding", detail)
    return encoding


def unzipped(raw: bytes, *, most: int) -> bytes:
    """Return what was compressed, of which there may be as much as of a body that was not."""
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(raw, most + 1)
    except zlib.error as error:
        raise RequestRefused(400, "malformed-gzip", _("The body is no whole gzip file.")) from error
    if len(plain) > most:
        raise too_large(most)
    if not unzip.eof:
        raise RequestRefused(400, "malformed-gzip", _("The body is no whole gzip file."))
    return plain


def too_large(most: int) -> RequestRefused:
    limit = most // 1024
    return RequestRefused(413, "too-large", _("A body may have at most %(limit)s KiB.") % {"limit": limit})


def read_all(request: HttpRequest, *, most: int) -> bytes:
    try:
        return request.read(most + 1)
    except UnreadablePostError as error:
        raise RequestRefused(400, "body-cut-off", _("The body ended too early.")) from error


def fit(value: Any, shape: type[T], *, under: str = "", check_instant: CheckInstant | None = None) -> T:
    """Fit plain values into a struct; `under` is the pointer to where the value stands in the body."""
    try:
        return fitting.fit(value, shape, check_instant=check_instant)
    except Misfit as misfit:
        faults = [_in_body(fault, under) for fault in misfit.faults[:MOST_FAULTS]]
        raise RequestRefused(422, _code_of(misfit.faults), faults=faults) from misfit


def _in_body(fault: FaultFound, under: str) -> Fault:
    code = None if fault.code == "misfit" else fault.code
    pointer = under + pointer_to(fault.path)
    return Fault(detail=fault.sentence, pointer=pointer, code=code, allowed=list(fault.allowed))


def _code_of(faults: list[FaultFound]) -> str:
    codes = {fault.code for fault in faults}
    return codes.pop() if len(codes) == 1 else "misfit"


def query(given: QueryDict, shape: type[T]) -> T:
    """Fit query parameters into a struct; an unknown one is refused: misspelt, it must not list everything."""
    kinds = _parameters(shape)
    unknown = [name[:100] for name in given if name not in kinds][:MOST_FAULTS]
    if unknown:
        said = _("There is no such parameter.")
        faults = [Fault(detail=said, parameter=name) for name in unknown]
        raise RequestRefused(422, "unknown-parameter", faults=faults)
    odd = [
        fault for name in given for fault in _oddities(name, given.getlist(name), many=_is_list(kinds[name]))
    ]
    try:
        found = fitting.fit({name: _value(given.getlist(name), kinds[name]) for name in given}, shape)
    except Misfit as misfit:
        odd += [_in_query(fault) for fault in misfit.faults]
    if odd:
        raise RequestRefused(422, "bad-parameter", faults=odd[:MOST_FAULTS])
    return found


@cache
def _parameters(shape: type[msgspec.Struct]) -> dict[str, msgspec.inspect.Type]:
    """Return what each parameter of a query is, by its name."""
    return {field.encode_name: _kind_of(field.type) for field in fitting.fields_of(shape)}


def _kind_of(kind: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """Return the kind without what is said beside it, and without null, which no query can hold."""
    match kind:
        case msgspec.inspect.Metadata(type=inner):
            return _kind_of(inner)
        case msgspec.inspect.UnionType(types=options):
            return _kind_of(next(one for one in options if not isinstance(one, msgspec.inspect.NoneType)))
    return kind


def _is_list(kind: msgspec.inspect.Type) -> bool:
    return isinstance(kind, msgspec.inspect.ListType)


def _oddities(name: str, texts: list[str], *, many: bool) -> Iterator[Fault]:
    """Yield what is wrong with a parameter whatever it may hold: nothing in it, or given twice where one counts."""
    if "" in texts:
        detail = _("This parameter is empty: give it a value, or leave it out.")
        yield Fault(detail=detail, parameter=name)
    elif len(texts) > 1 and not many:
        yield Fault(detail=_("This parameter can be given once."), parameter=name)


def _value(texts: list[str], kind: msgspec.inspect.Type) -> Any:
    """Return what the texts of a parameter mean; one that means nothing of its kind is left for `fit` to refuse."""
    match kind:
        case msgspec.inspect.ListType():
            return [text for text in texts if text]
        case msgspec.inspect.IntType() if WHOLE_NUMBER.fullmatch(texts[-1]):
            return int(texts[-1])
        case msgspec.inspect.BoolType():
            return TRUTHS.get(texts[-1], texts[-1])
        case msgspec.inspect.DateTimeType() if lost := LOST_PLUS.fullmatch(texts[-1]):
            return f"{lost['time']}+{lost['offset']}"
    return texts[-1]


def _in_query(fault: FaultFound) -> Fault:
    return Fault(detail=fault.sentence, parameter=str(fault.path[0]), allowed=list(fault.allowed))


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
