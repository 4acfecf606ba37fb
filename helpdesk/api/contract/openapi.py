"""The OpenAPI 3.1 document, written from the routes and their structs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from helpdesk.api import message_shapes, shapes, ticket_representation
from helpdesk.api.contract.named_schemas import with_named_schemas
from helpdesk.api.contract.operation import Operation, Route, Webhook
from helpdesk.api.contract.portable import PREFIX, Json, nullable, portable, public_name, with_examples
from helpdesk.api.problems import MEDIA_TYPE, TITLES, Problem
from helpdesk.api.request.idempotency import FORM
from helpdesk.api.request.ticket_version import StaleProblem

REFERENCE = PREFIX + "{name}"
ALWAYS = (400, 401, 403, 404, 405, 406, 429, 500, 503)
WITH_BODY = (408, 409, 411, 413, 415, 422)

ABOUT = """Send tickets, read them and their clocks, act on them; read reports.

Every request needs a key, `Authorization: Bearer att_…`; a key sees the tickets of its store and nothing
else. Reports are read by an agent's report key, `Authorization: Bearer atr_…`, which sees what they see.
Errors are RFC 9457 problems. An `Idempotency-Key` makes a POST safe to repeat for 24
hours."""

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Any text of your choice, such as a UUID. The same request sent again under it gets the same"
    " answer, marked `Idempotency-Replayed: true`; another request under it is refused with 422.",
    "schema": {"type": "string", "pattern": f"^({FORM})$"},
}

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The `ETag` of the ticket as you know it. Where something has happened on it since, nothing is"
    " changed, and the answer is 412.",
    "schema": {"type": "string"},
}
ETAG = {"ETag": "The version of the ticket, for `If-Match`."}

KEY = {"type": "http", "scheme": "bearer", "description": "A store's key, `att_…`."}
REPORT_KEY = {"type": "http", "scheme": "bearer", "description": "An agent's report key, `atr_…`."}

RAW = "application/octet-stream"
BYTES: Json = {"schema": {"type": "string", "format": "binary"}}
AS_IT_COMES: Json = {"schema": {"type": "string", "minLength": 1, "format": "binary"}}

TOLD = {
    "RateLimit": "What is left (`r`) and for how many seconds (`t`).",
    "RateLimit-Policy": "How many requests (`q`) a key may make in how many seconds (`w`).",
}
COME_AGAIN = {409: False, 429: True, 503: False}
"""What may do better later; whether it always says when."""


def document(routes: Sequence[Route], webhooks: Sequence[Webhook]) -> bytes:
    """Write the document."""
    described: Json = {
        "openapi": "3.1.0",
        "info": {"title": "Attend", "version": "1", "description": ABOUT, "license": LICENSE},
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "paths": {f"/{route.path}": path_item(route) for route in routes},
        "webhooks": {webhook.name: {"post": webhook_item(webhook)} for webhook in webhooks},
        "components": {
            "securitySchemes": {"key": KEY, "reportKey": REPORT_KEY},
            "responses": {"Problem": problem_response("What went wrong")},
        },
    }
    described = portable(described)
    described["components"]["schemas"] = schemas(routes, webhooks)
    described = with_named_schemas(described)
    described["components"]["schemas"] = with_examples(described["components"]["schemas"])
    return msgspec.json.encode(described)


LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}


def path_item(route: Route) -> Json:
    parts = [path_parameter(name, pattern) for name, pattern in route.parts.items()]
    tag = {"tags": [route.path.partition("/")[0]]}
    operations = {method: operation_item(offered) | tag for method, offered in route.operations().items()}
    return operations | ({"parameters": parts} if parts else {})


def path_parameter(name: str, pattern: str) -> Json:
    schema = {"type": "string", "pattern": f"^{pattern}$"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def operation_item(offered: Operation) -> Json:
    item: Json = {
        "operationId": offered.name,
        "summary": offered.summary,
        "description": f"{offered.description}\n\n{needed(offered)}".strip(),
        "parameters": [*query_parameters(offered), *header_parameters(offered)],
        "responses": responses(offered),
    }
    if offered.body is not None:
        item["requestBody"] = {"required": True, "content": content(offered.body)}
    if offered.is_raw:
        item["requestBody"] = {"required": True, "content": {RAW: AS_IT_COMES}}
    if offered.scope is None:
        item["security"] = [{"reportKey": []}]
    return item


def needed(offered: Operation) -> str:
    """Say by what key it is asked for."""
    return f"Needs the scope `{offered.scope}`." if offered.scope else "Needs a report key."


def webhook_item(webhook: Webhook) -> Json:
    """Describe what we send; any 2xx says that it has arrived."""
    return {
        "operationId": webhook.operation_id,
        "summary": webhook.summary,
        "description": webhook.description,
        "tags": ["webhooks"],
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": about,
                "schema": {"type": "string"},
            }
            for name, about in SIGNED.items()
        ],
        "requestBody": {"required": True, "content": content(webhook.body)},
        "responses": {"2XX": {"description": "It has arrived."}},
    }


SIGNED = {
    "webhook-id": "The same when a message comes again.",
    "webhook-timestamp": "Seconds since 1970.",
    "webhook-signature": "`v1,` and the HMAC-SHA256 of id, timestamp and body, as Standard Webhooks has it.",
}


def header_parameters(offered: Operation) -> list[Json]:
    heeds_versions = offered.versioned and offered.body is not None
    return [IDEMPOTENCY_KEY] * offered.idempotency_key + [IF_MATCH] * heeds_versions


def query_parameters(offered: Operation) -> list[Json]:
    """Describe the fields of the query struct; what is null in the struct is left out of a query."""
    if offered.query is None:
        return []
    _, components = msgspec.json.schema_components([offered.query], ref_template=REFERENCE)
    fields = components[offered.query.__name__]["properties"]
    return [query_parameter(name, described) for name, described in fields.items()]


def query_parameter(name: str, described: Json) -> Json:
    kinds = [kind for kind in described.get("anyOf", [described]) if kind.get("type") != "null"]
    schema = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    schema = {key: value for key, value in schema.items() if key != "description"}
    about = described.get("description") or kinds[0].get("description")
    told = {"description": about} if about else {}
    return {"name": name, "in": "query", "required": False, "schema": schema} | told


def responses(offered: Operation) -> Json:
    more = ETAG if offered.versioned else {}
    good = {str(status): good_response(status, shape, more) for status, shape in offered.answers.items()}
    stale = {"412": stale_response()} if offered.versioned and offered.body else {}
    bad = [
        *ALWAYS,
        *(WITH_BODY if offered.body or offered.is_raw else ()),
        *([422] if offered.query else []),
    ]
    return good | {str(status): bad_response(status) for status in sorted(set(bad))} | stale


def good_response(status: int, shape: Any, more: Mapping[str, str]) -> Json:
    headers = header_items({**TOLD, **more})
    told = {RAW: BYTES} if shape is bytes else content(shape)
    return {"description": SAID[status], "headers": headers, "content": told}


def header_items(told: Mapping[str, str]) -> Json:
    return {name: {"description": about, "schema": {"type": "string"}} for name, about in told.items()}


def stale_response() -> Json:
    told = {"description": str(TITLES[412]), "headers": header_items(ETAG)}
    return told | {"content": content(StaleProblem, MEDIA_TYPE)}


SAID = {200: "As it stands", 201: "Made", 202: "Kept, and still to be read", 207: "What became of each"}


def bad_response(status: int) -> Json:
    described = problem_response(TITLES[status])
    return described | ({"headers": retry_after(status)} if status in COME_AGAIN else {})


def retry_after(status: int) -> Json:
    described = {
        "description": "After how many seconds to come again.",
        "required": COME_AGAIN[status],
        "schema": {"type": "integer", "minimum": 1},
    }
    return {"Retry-After": described}


def problem_response(about: object) -> Json:
    return {"description": str(about), "content": content(Problem, MEDIA_TYPE)}


def content(shape: Any, media_type: str = "application/json") -> Json:
    """Describe a body, which has this shape."""
    [schema], _ = msgspec.json.schema_components([shape], ref_template=REFERENCE)
    return {media_type: {"schema": schema}}


def schemas(routes: Iterable[Route], webhooks: Iterable[Webhook]) -> Json:
    """Describe every struct that is spoken of; a ticket as the extension extends it."""
    offered = [one for route in routes for one in route.operations().values()]
    sent = [one.body for one in offered if one.body]
    told = [shape for one in offered for shape in one.answers.values() if shape is not bytes]
    spoken = [
        Problem,
        StaleProblem,
        *message_shapes.RECEIPTS,
        *sent,
        *(webhook.body for webhook in webhooks),
        *told,
    ]
    more = ticket_representation.extension()
    _, components = msgspec.json.schema_components(
        [*spoken, *([more.shape] if more else [])], ref_template=REFERENCE
    )
    found = portable(extended(components, more.shape if more else shapes.TicketShape))
    return nullable(found, [public_name(shape.__name__) for shape in sent])


def extended(components: Mapping[str, Json], shape: type[shapes.TicketShape]) -> Json:
    """Let the extended ticket stand where the plain one is referred to."""
    kept = {
        public_name(name): described | {"title": public_name(name)}
        for name, described in components.items()
        if name != shape.__name__
    }
    return kept | {"Ticket": components[shape.__name__] | {"title": "Ticket"}}
