"""What msgspec says of our structs, in the words that every reader of OpenAPI understands.

Generators differ in what they choke on: half characters in a pattern, an enum without a type, a default, which one
of them takes for *required*, beside a reference. A contract needs none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

Json = dict[str, Any]
Schemas = Mapping[str, Json]

PREFIX: Final = "#/components/schemas/"
NULL: Final = {"type": "null"}
SOON: Final = "2026-03-09T15:00:00Z"
_OURS_ALONE = re.compile(r"\\u(?:D800|0000)")
"""Patterns about what a table cannot hold: what breaks them is mended, or refused in words."""


def public_name(name: str) -> str:
    """Return what the contract calls a shape: `Ticket` for `TicketShape`, whose plain name is its table's."""
    return name.removesuffix("Shape")


def portable(described: Any) -> Any:
    """Rewrite a schema, or anything that holds schemas."""
    match described:
        case dict():
            return _typed(
                {name: portable(inner) for name, inner in described.items() if _is_said(name, inner)}
            )
        case list():
            return [portable(inner) for inner in described]
        case str() if described.startswith(PREFIX):
            return public_name(described)
        case str() if described.endswith(r"\Z"):
            return described.removesuffix(r"\Z") + "$"  # which in Python would let a newline pass
    return described


def _is_said(name: str, inner: Any) -> bool:
    if name == "pattern" and isinstance(inner, str):
        return not _OURS_ALONE.search(inner)
    return name != "default" or (isinstance(inner, dict) and "$ref" in inner)


def _typed(schema: Json) -> Json:
    if "enum" in schema and "type" not in schema:
        schema["type"] = "string"
    if "x-pattern" in schema:
        schema["pattern"] = schema.pop("x-pattern")
    return schema


def nullable(schemas: Schemas, sent: Iterable[str]) -> dict[str, Json]:
    """Let what need not be sent be null, as null is not given, in these schemas and those that they refer to."""
    names = reachable(schemas, set(sent))
    return {name: _with_nulls(schema) if name in names else schema for name, schema in schemas.items()}


def _with_nulls(schema: Json) -> Json:
    required = schema.get("required", ())
    fields = schema.get("properties", {})
    open_to_null = {
        name: field if name in required or NULL in field.get("anyOf", ()) else _or_null(field)
        for name, field in fields.items()
    }
    return schema | {"properties": open_to_null}


def _or_null(field: Json) -> Json:
    about = {name: field[name] for name in ("description",) if name in field}
    return about | {"anyOf": [{name: field[name] for name in field if name not in about}, NULL]}


def reachable(schemas: Schemas, names: set[str]) -> set[str]:
    """Return these schemas and all that they refer to."""
    found = names | {other for name in names for other in _referred(schemas[name])}
    return found if found == names else reachable(schemas, found)


def _referred(described: Any) -> set[str]:
    match described:
        case {"$ref": str(place)}:
            return {place.removeprefix(PREFIX)}
        case dict():
            return set().union(*map(_referred, described.values()))
        case list():
            return set().union(*map(_referred, described))
    return set()


def with_examples(schemas: Schemas) -> dict[str, Json]:
    """Give each schema an example, put together from those of its fields."""
    return {name: schema | {"examples": [example_of(schema, schemas)]} for name, schema in schemas.items()}


def example_of(schema: Json, schemas: Schemas) -> Any:
    """Return a value that fits the schema, as plausible as its fields' own examples."""
    match schema:
        case {"$ref": str(place)}:
            return example_of(schemas[place.removeprefix(PREFIX)], schemas)
        case {"examples": [first, *_]} | {"enum": [first, *_]}:
            return first
        case {"anyOf": [first, *_]}:
            return example_of(first, schemas)
        case {"type": "object", "properties": dict(fields)}:
            return {name: _example_called(name, field, schemas) for name, field in fields.items()}
        case {"type": "array", "items": dict(item)}:
            return [example_of(item, schemas)]
        case {"format": "date-time"}:
            return SOON
        case {"minimum": least}:
            return least
    return _PLAIN.get(schema.get("type", ""), "text")


def _example_called(name: str, field: Json, schemas: Schemas) -> Any:
    """Return the example of a field: what tells more by its name, except in the place of an object."""
    example = example_of(field, schemas)
    return example if isinstance(example, dict) and example else _TELLING.get(name) or example


_TELLING: Final[Mapping[str, Any]] = {
    "subject": "Where is my order?",
    "name": "Jon",
    "locale": "en-GB",
    "timezone": "Europe/London",
    "tier": "vip",
    "queue": "Support",
    "assignee": "mira@example.com",
    "agent": "mira@example.com",
    "tags": ["wismo"],
    "metadata": {"page": "/orders/1001"},
    "code": "misfit",
    "pointer": "/customer/email",
    "policy": "Everybody",
    "calendar": "24×7",
}
"""What stands in some fields of the examples, wherever they are."""

_PLAIN: Final[Mapping[str, Any]] = {"integer": 1, "number": 1800.0, "boolean": False, "object": {}}
