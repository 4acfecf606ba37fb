"""The contract: valid, complete, and what the answers keep to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from helpdesk.api.urls import ROUTES
from helpdesk.models import WebhookKind
from tests.contract.conftest import operations


def strings(schema: Any, trail: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every string schema below, with where it stands."""
    if isinstance(schema, dict):
        if schema.get("type") == "string":
            yield trail, schema
        for name, inner in schema.items():
            yield from strings(inner, f"{trail}/{name}")
    elif isinstance(schema, list):
        for index, inner in enumerate(schema):
            yield from strings(inner, f"{trail}/{index}")


A_FILE = ("/attachments/{attachment}", "200")
"""The one answer that is no JSON."""


def test_it_is_valid(contract: Any) -> None:
    assert contract["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(contract).iter_errors()) == []


def test_every_operation_has_a_name_a_summary_and_its_errors(contract: Any) -> None:
    names = [operation["operationId"] for _, _, operation in operations(contract)]

    assert len(names) == len(set(names)) == 41
    for path, _, operation in operations(contract):
        assert operation["summary"]
        statuses = set(operation["responses"])
        assert {"401", "403", "404", "405", "406", "429", "500"} <= statuses, path
        if "requestBody" in operation:
            assert {"400", "408", "409", "413", "415", "422"} <= statuses, path


def test_every_error_is_a_problem(contract: Any) -> None:
    for path, _, operation in operations(contract):
        for status, response in operation["responses"].items():
            kind = "application/json" if status < "400" else "application/problem+json"
            kind = "application/octet-stream" if (path, status) == A_FILE else kind
            assert list(response["content"]) == [kind]


def test_every_operation_says_that_a_key_without_quota_is_told_when_to_come_again(contract: Any) -> None:
    for path, _, operation in operations(contract):
        told = {
            status: "Retry-After" in answer.get("headers", {})
            for status, answer in operation["responses"].items()
        }
        assert {status for status in told if told[status]} == {"409", "429", "503"} & set(told), path
        assert operation["responses"]["429"]["headers"]["Retry-After"]["required"] is True


def test_each_path_leads_to_the_view_that_it_describes(contract: Any) -> None:
    by_path = {f"/{route.path}": route.view for route in ROUTES}
    examples = {"{ref}": "T-0000000", "{flag}": "1"}
    for path, view in by_path.items():
        address = path
        for part, example in examples.items():
            address = address.replace(part, example)
        try:
            found = resolve(f"/api/v1{address}").func
        except Resolver404:
            pytest.fail(f"{path} leads nowhere")
        assert getattr(found, "view_class", None) is view
    assert set(contract["paths"]) == set(by_path)


def test_every_instant_says_that_it_is_one(contract: Any) -> None:
    for trail, schema in strings(contract["components"]["schemas"]):
        is_instant = trail.split("/properties/")[-1].split("/")[0] in INSTANTS | {"from", "to", "by", "at"}
        of_promise = "/by" not in trail or "Promise" in trail
        assert not (is_instant and of_promise) or schema.get("format") == "date-time", trail


INSTANTS = {
    "occurred_at", "received_at", "updated_at", "sent_at", "bounced_at", "started_at", "due_at", "stopped_at",
    "breached_at", "raised_at", "noticed_at", "withdrawn_at", "acknowledged_at", "timestamp",
}  # fmt: skip


def test_what_need_not_be_sent_may_be_null(contract: Any) -> None:
    components = contract["components"]["schemas"]
    for name in reachable(contract, {name for _, _, op in operations(contract) for name in bodies(op)}):
        for field, schema in components[name].get("properties", {}).items():
            if field not in components[name]["required"]:
                assert {"type": "null"} in schema["anyOf"], f"{name}.{field}"


def test_every_schema_has_an_example_that_fits_it(contract: Any) -> None:
    for name, schema in contract["components"]["schemas"].items():
        validator = OAS31Validator(contract | {"$ref": f"#/components/schemas/{name}"})
        for example in schema["examples"]:
            assert list(validator.iter_errors(example)) == [], name


def test_what_leaves_by_itself_is_described(contract: Any) -> None:
    told = contract["webhooks"]
    bodies = {
        name: item["post"]["requestBody"]["content"]["application/json"]["schema"]
        for name, item in told.items()
    }

    assert set(told) == {"flags.changed", *WebhookKind.values}
    assert bodies["flags.changed"] == {"$ref": "#/components/schemas/FlagsChanged"}
    assert bodies["message.sent"] == {"$ref": "#/components/schemas/MessageSent"}
    headers = {"webhook-id", "webhook-timestamp", "webhook-signature"}
    for item in told.values():
        assert {parameter["name"] for parameter in item["post"]["parameters"]} == headers


def bodies(operation: Any) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {}).values()
    return [one["schema"]["$ref"].rpartition("/")[2] for one in content if "$ref" in one["schema"]]


def reachable(contract: Any, names: set[str]) -> set[str]:
    """Return the schemas that these refer to, and they themselves."""
    found = set(names)
    for name in names:
        text = str(contract["components"]["schemas"][name])
        found |= {other for other in contract["components"]["schemas"] if f"schemas/{other}'" in text}
    return found if found == names else reachable(contract, found)


def test_a_ticket_has_clocks_and_a_promise(contract: Any) -> None:
    ticket = contract["components"]["schemas"]["Ticket"]

    assert {"reference", "environment", "clocks", "promise", "warnings"} <= set(ticket["required"])
    assert "WatchedTicket" not in str(contract)


def test_the_docs_load_from_here_alone(client: Client, db: None) -> None:
    response = client.get("/api/v1/docs")

    page = response.content.decode()
    assert response.status_code == 200
    assert "swagger-ui-bundle.js" in page
    assert "http:" not in page
    assert "https:" not in page
    assert "<script>" not in page
    assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
