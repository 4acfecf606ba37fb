"""Errors as RFC 9457 problem documents: one builder for views, middleware and the ASGI front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import storable

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: _("The request could not be read"),
    401: _("A valid API key is needed"),
    403: _("This key may not do that"),
    404: _("There is nothing here"),
    405: _("This method is not offered here"),
    406: _("Only JSON is spoken here"),
    408: _("The body took too long to arrive"),
    409: _("Something else got in the way"),
    411: _("The length of the body is needed"),
    412: _("It is not as you know it any more"),
    413: _("The body is too large"),
    415: _("The body is of a kind that is not taken here"),
    422: _("The request was understood, but cannot be carried out"),
    429: _("Too many requests"),
    431: _("The head of the request is too large"),
    500: _("Something went wrong on our side"),
    503: _("Not available for the moment"),
}


class Fault(msgspec.Struct, omit_defaults=True):
    """What is wrong with one place of the request: a JSON pointer into its body, or a query parameter."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    code: Annotated[str | None, msgspec.Meta(description="Where it is not that of the whole problem.")] = None
    allowed: Annotated[list[str], msgspec.Meta(description="What may stand here, where that is a list.")] = []


class Problem(msgspec.Struct):
    """An RFC 9457 problem document."""

    type: Annotated[str, msgspec.Meta(description="urn:attend:problem: followed by the code")]
    code: str
    title: str
    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    detail: str
    errors: list[Fault]


class RequestRefused(Exception):
    """The request gets a problem for an answer, which names the place in it that is wrong, if there is one."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        pointer: str | None = None,
        parameter: str | None = None,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = problem(status, code, detail, pointer=pointer, parameter=parameter, faults=faults)
        self.headers = dict(headers or {})


def problem(
    status: int,
    code: str,
    detail: str = "",
    *,
    pointer: str | None = None,
    parameter: str | None = None,
    faults: Sequence[Fault] = (),
) -> Problem:
    """Make a problem; without a detail of its own it repeats its only fault, counts several, or has the title's."""
    title = str(TITLES.get(status, TITLES[400 if status < 500 else 500]))
    said = str(detail) or _sum_of(faults) or title
    known = pointer is not None or parameter is not None
    return Problem(
        type=f"urn:attend:problem:{code}",
        code=code,
        title=title,
        status=status,
        detail=said,
        errors=[Fault(detail=said, pointer=pointer, parameter=parameter)] if known else list(faults),
    )


def _sum_of(faults: Sequence[Fault]) -> str:
    if len(faults) < 2:
        return "".join(fault.detail for fault in faults)
    said = gettext("%(count)d places of the request have to be mended; `errors` names each.")
    return said % {"count": len(faults)}


def response(trouble: Problem, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer with a problem, which nobody keeps."""
    told = {"Cache-Control": "no-store", **(headers or {})}
    return HttpResponse(
        msgspec.json.encode(trouble), status=trouble.status, content_type=MEDIA_TYPE, headers=told
    )


def pointer_to(path: Sequence[str | int]) -> str:
    """Write a path as a JSON pointer (RFC 6901), with nothing in it that could not be kept."""
    return "".join("/" + storable(str(step)).replace("~", "~0").replace("/", "~1") for step in path)
