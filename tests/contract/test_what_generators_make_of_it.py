"""The contract says nothing that a generator of clients chokes on, or has to make up a name for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from helpdesk.api.contract.named_schemas import NameTaken, with_named_schemas
from tests.contract.conftest import operations, schemas

BUILT_IN = {
    "Array", "Boolean", "Date", "Error", "Function", "List", "Map", "Number", "Object", "Promise", "Set",
    "String", "Symbol",
}  # fmt: skip
"""What some language calls a type of its own: a client's of the same name would hide it."""


def test_it_says_nothing_that_a_generator_chokes_on(contract: Any) -> None:
    for trail, schema in schemas(contract):
        assert "default" not in schema, f"{trail}: one generator takes a default for required"
        assert "enum" not in schema or schema.get("type") == "string", f"{trail}: an enum without its type"
        assert "uD8" not in schema.get("pattern", ""), f"{trail}: half a character in a pattern"
        assert "\\Z" not in schema.get("pattern", ""), f"{trail}: a pattern that is Python's alone"


def test_whatever_generators_make_a_type_of_has_a_name(contract: Any) -> None:
    for trail, schema in schemas(contract):
        if trail.count("/") > 3 or not trail.startswith("/components/schemas/"):
            assert not is_a_type(schema), f"{trail}: this is a type, and has no name"


def is_a_type(schema: Any) -> bool:
    """Tell what becomes a class, an enum or a union in a client; what may be null besides is none by that."""
    several = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    return "enum" in schema or schema.get("type") == "object" or len(several) > 1


def test_no_type_is_left_open(contract: Any) -> None:
    for trail, inner in inner_schemas(contract):
        assert inner.keys() & {"$ref", "anyOf", "type"}, f"{trail}: this may be anything"
        assert inner.get("type") != "array" or "items" in inner, f"{trail}: a list of anything"


def inner_schemas(described: Any, trail: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what stands where a schema has to stand."""
    for place, schema in schemas(described):
        named = {f"{place}/{name}": inner for name, inner in schema.get("properties", {}).items()}
        beside = {f"{place}/{key}": schema[key] for key in ("items", "additionalProperties") if key in schema}
        yield from (named | beside).items()


def test_no_name_is_a_language_s_own(contract: Any) -> None:
    assert not contract["components"]["schemas"].keys() & BUILT_IN


def test_the_fuller_of_two_stands_first(contract: Any) -> None:
    """A reader takes the first that fits, and whatever fits the fuller one fits the other."""
    known = contract["components"]["schemas"]
    unions = [schema["anyOf"] for schema in known.values() if "anyOf" in schema]
    assert len(unions) == 2
    for fuller, other in unions:
        required = [set(known[one["$ref"].rpartition("/")[2]]["required"]) for one in (fuller, other)]
        assert required[0] > required[1]


def test_who_may_not_read_is_told_a_receipt_by_whatever_they_change(contract: Any) -> None:
    for path, _, operation in operations(contract):
        if "`read`" not in operation["description"]:
            assert "schemas/Ticket'" not in str(operation["responses"]), path


def test_two_types_of_one_name_are_refused() -> None:
    one, other = {"x-name": "Level", "enum": ["a"]}, {"x-name": "Level", "enum": ["b"]}
    taken = {"Level": {"type": "object"}}
    for parts, there in (([one, other], {}), ([one], taken)):
        with pytest.raises(NameTaken):
            with_named_schemas({"parts": parts, "components": {"schemas": there}})


def test_what_is_said_of_a_place_stays_there() -> None:
    level = {"x-name": "Level", "enum": ["a"]}
    document = {"parts": [level, level | {"description": "How bad."}], "components": {"schemas": {}}}

    assert with_named_schemas(document) == {
        "parts": [
            {"$ref": "#/components/schemas/Level"},
            {"$ref": "#/components/schemas/Level", "description": "How bad."},
        ],
        "components": {"schemas": {"Level": {"title": "Level", "enum": ["a"]}}},
    }


def test_a_truth_is_asked_for_as_one(contract: Any) -> None:
    conditions = {one["name"]: one["schema"] for one in contract["paths"]["/flags"]["get"]["parameters"]}

    assert conditions["open"] == {"type": "boolean"}
