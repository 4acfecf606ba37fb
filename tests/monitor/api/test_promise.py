"""The customer's sentence: their language, their zone, or the store's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.helpdesk.api.conftest import Callers, told
from tests.make import Make


def promise(callers: Callers, make: Make, customer: dict[str, Any], **store: Any) -> dict[str, Any]:
    caller = callers(store=make.store("Shop", **store))
    said: dict[str, Any] = told(caller.post("/tickets", {"message": {"body": "Hi"}, "customer": customer}))
    return dict(said["promise"])


def test_it_is_when_the_first_response_is_due(callers: Callers, make: Make) -> None:
    caller = callers()
    ticket = told(caller.post("/tickets", {"message": {"body": "Hi"}}))

    due = [one["due_at"] for one in ticket["clocks"] if one["metric"] == "first_response"]
    assert [ticket["promise"]["by"]] == due
    assert ticket["promise"]["basis"] == "policy"


@pytest.mark.parametrize(
    ("customer", "store", "zone"),
    [
        ({"timezone": "Asia/Kolkata"}, {"timezone": "Europe/London"}, "Asia/Kolkata"),
        ({}, {"timezone": "Europe/Berlin"}, "Europe/Berlin"),
        ({}, {}, "UTC"),
        ({}, {"timezone": "Nowhere/At-All"}, "UTC"),
    ],
)
def test_it_is_told_in_the_customers_zone_else_the_stores(
    callers: Callers, make: Make, customer: dict[str, Any], store: dict[str, str], zone: str
) -> None:
    from zoneinfo import ZoneInfo

    said = promise(callers, make, customer | {"locale": "en-GB"}, **store)

    local = datetime.fromisoformat(said["by"]).astimezone(ZoneInfo(zone))
    assert f"{local:%H:%M}" in said["text"]
    assert f"{local.day} {local:%B}" in said["text"]


@pytest.mark.parametrize(
    ("locale", "store", "day_first"),
    [
        ("en-GB", "en", True),
        ("en-US", "en", False),
        ("en_GB", "en", True),
        ("tlh", "en-GB", True),
        ("", "en", False),
    ],
)
def test_it_is_told_in_a_language_that_we_speak(
    callers: Callers, make: Make, locale: str, store: str, day_first: bool
) -> None:
    said = promise(callers, make, {"locale": locale} if locale else {}, locale=store)

    by = datetime.fromisoformat(said["by"])
    assert said["text"].startswith("Somebody will answer you by ")
    assert (f"{by.day} {by:%B}" in said["text"]) is day_first
    assert str(by.year) in said["text"]
