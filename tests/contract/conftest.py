"""The contract as it is served, and ways through it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.helpdesk.api.conftest import quota, told

__all__ = ["quota"]


@pytest.fixture
def contract(client: Client) -> Any:
    response = client.get("/api/v1/schema")
    assert response.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.1"
    return told(response)


def operations(contract: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in contract["paths"].items():
        yield from ((path, method, item[method]) for method in item if method != "parameters")


def schemas(described: Any, trail: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every schema below, with where it stands; examples are none."""
    if isinstance(described, dict):
        if described.keys() & {"type", "anyOf", "enum", "$ref"}:
            yield trail, described
        for name, inner in described.items():
            if name != "examples":
                yield from schemas(inner, f"{trail}/{name}")
    elif isinstance(described, list):
        for index, inner in enumerate(described):
            yield from schemas(inner, f"{trail}/{index}")
