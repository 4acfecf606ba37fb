"""What bears a name in the contract has a schema of its own, to which each of its places refers."""

from __future__ import annotations

from typing import Any

from helpdesk.api.contract.portable import PREFIX, Json
from helpdesk.input.named_type import NAME


class NameTaken(Exception):
    """Two different schemas would have the same name."""


def with_named_schemas(document: Json) -> Json:
    """Return the document with a schema for each name; raises `NameTaken`."""
    found: dict[str, Json] = {}
    lifted: Json = _lifted(document, found)
    schemas = lifted["components"]["schemas"]
    if taken := found.keys() & schemas.keys():
        raise NameTaken(*taken)
    schemas |= found
    return lifted


def _lifted(described: Any, found: dict[str, Json]) -> Any:
    match described:
        case dict():
            schema = {name: _lifted(inner, found) for name, inner in described.items()}
            return _reference(schema, found) if NAME in schema else schema
        case list():
            return [_lifted(inner, found) for inner in described]
    return described


def _reference(schema: Json, found: dict[str, Json]) -> Json:
    """Put the schema among the found, and refer to it; what is said of its place stays there."""
    name = schema.pop(NAME)
    about = {"description": schema.pop("description")} if "description" in schema else {}
    named = {"title": name, **schema}
    if found.setdefault(name, named) != named:
        raise NameTaken(name)
    return {"$ref": PREFIX + name} | about
