"""What the API offers, declared once: the views obey it and the OpenAPI is written from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from helpdesk.models import Scope

Method = TypeVar("Method", bound=Callable[..., Any])

METHODS = ("get", "post", "put")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one resource: what it takes, what it answers, which scope of a store's key it needs.

    Without a scope it is a report, read by an agent's report key.

    `is_raw` says that the body is taken as it comes, in the place of a struct; an answer that is `bytes` is given so.

    What is `versioned` tells of one ticket, whose version its answer says; what changes one heeds `If-Match`.

    Stands as a decorator over the method of the view that carries it out.
    """

    name: str
    summary: str
    scope: Scope | None
    answers: Mapping[int, Any]
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    is_raw: bool = False
    description: str = ""
    idempotency_key: bool = False
    versioned: bool = False

    def __call__(self, method: Method) -> Method:
        method.operation = self  # type: ignore[attr-defined]
        return method


@dataclass(frozen=True, slots=True)
class Route:
    """A path below `/api/v1/`, the view that serves it, and a pattern for each `{part}` of the path."""

    path: str
    view: type[Any]
    parts: Mapping[str, str] = field(default_factory=dict)

    def operations(self) -> dict[str, Operation]:
        """Give the operations by method, in lower case."""
        handlers = ((method, getattr(self.view, method, None)) for method in METHODS)
        return {method: handler.operation for method, handler in handlers if handler is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A message that we send to a store's address."""

    name: str
    operation_id: str
    summary: str
    description: str
    body: type[msgspec.Struct]
