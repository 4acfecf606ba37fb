"""What was refused, kept for the developer behind the key: the shape of the body, never its values."""

from __future__ import annotations

import logging
import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import Any

import msgspec
from django.db import DatabaseError
from rest_framework.request import Request

from helpdesk.access.api_keys import Admission
from helpdesk.access.redaction import redacted as redacted_text
from helpdesk.access.report_keys import ReportAdmission
from helpdesk.api.problems import Problem
from helpdesk.models import ApiKey, RefusedRequest, ReportKey

logger = logging.getLogger(__name__)

PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
DEEPEST = 4
WIDEST = 30
LONGEST = 4000
LARGEST_LOOKED_AT = 200_000

KEPT_AT_ONCE = 30.0
KEPT_PER_SECOND = 0.5


class RefusalRation:
    """How many refusals of one key are written down: thirty at once, then one every two seconds."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left: dict[tuple[str, int], tuple[float, float]] = defaultdict(
            lambda: (KEPT_AT_ONCE, time.monotonic())
        )

    def take(self, key: tuple[str, int]) -> bool:
        with self._lock:
            left, since = self._left[key]
            now = time.monotonic()
            left = min(KEPT_AT_ONCE, left + (now - since) * KEPT_PER_SECOND)
            granted = left >= 1
            self._left[key] = (left - granted, now)
            return granted


ration = RefusalRation()


def note(request: Request, problem: Problem, raw: bytes) -> None:
    """Write down a refusal of a known key, outside the request's transaction and at a bounded rate."""
    if problem.status != 429:
        _write_down(request, [(problem, lambda: shape_of(raw))])


def note_items(request: Request, refused: Sequence[tuple[Problem, Any]]) -> None:
    """Write down what was refused of a batch, each with its item, at the same rate."""
    _write_down(request, [(problem, partial(shape_of_value, item)) for problem, item in refused])


def _write_down(request: Request, refused: Sequence[tuple[Problem, Callable[[], str]]]) -> None:
    admission = getattr(request, "_auth", None)  # `request.auth` would try to authenticate once more
    if not isinstance(admission, Admission | ReportAdmission):
        return
    key = admission.key
    named = (type(key).__name__, key.pk)
    rows = [_row(key, request, problem, shape()) for problem, shape in refused if ration.take(named)]
    try:
        RefusedRequest.objects.bulk_create(rows)
    except DatabaseError:
        logger.warning("refused requests could not be written down", exc_info=True)


def _row(key: ApiKey | ReportKey, request: Request, problem: Problem, shape: str) -> RefusedRequest:
    return RefusedRequest(
        api_key=key if isinstance(key, ApiKey) else None,
        report_key=key if isinstance(key, ReportKey) else None,
        method=request.method or "",
        path=redacted_text(request.path).replace("\0", "")[:500],
        status=problem.status,
        problem=summary(problem),
        body=shape,
    )


def summary(problem: Problem) -> dict[str, object]:
    """Keep what tells nothing about anybody: codes, and pointers and parameters with plain names."""
    pointers = [redacted_pointer(fault.pointer) for fault in problem.errors if fault.pointer is not None]
    parameters = [redacted_name(fault.parameter) for fault in problem.errors if fault.parameter is not None]
    told: dict[str, object] = {"code": problem.code, "title": problem.title, "pointers": pointers}
    return told | ({"parameters": parameters} if parameters else {})


def redacted_pointer(pointer: str) -> str:
    return "".join("/" + redacted_name(step) for step in pointer.split("/")[1:])[:500]


def shape_of(raw: bytes) -> str:
    """Describe a body without its values; of one that cannot be read, only its length."""
    try:
        value = msgspec.json.decode(raw if len(raw) <= LARGEST_LOOKED_AT else b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"({len(raw)} bytes)"
    return shape_of_value(value)


def shape_of_value(value: Any) -> str:
    return msgspec.json.encode(redacted(value, DEEPEST)).decode()[:LONGEST]


def redacted(value: Any, depth: int) -> Any:
    match value:
        case dict() | list() if depth == 0:
            return "…"
        case dict():
            kept = list(value.items())[:WIDEST]
            return {redacted_name(name): redacted(inner, depth - 1) for name, inner in kept}
        case list():
            return [redacted(inner, depth - 1) for inner in value[:WIDEST]]
        case str():
            return f"string of {len(value)}"
        case None:
            return None
    return type(value).__name__


def redacted_name(name: str) -> str:
    return name if PLAIN_NAME.fullmatch(name) else "…"
