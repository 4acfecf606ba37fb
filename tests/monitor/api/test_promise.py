"""The customer's sentence: their language, their zone, or the store's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import get_language

from helpdesk.database.instant import database_now
from monitor.promises import customer_promise
from monitor.promises.customer_promise import promise_for
from monitor.relay import clock_state
from tests.helpdesk.api.conftest import Callers, told
from tests.make import NOW, Make

SECOND = timedelta(seconds=1)


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


@pytest.mark.parametrize("ago", [timedelta(hours=4), timedelta(hours=20)])
def test_nobody_is_promised_what_has_passed(callers: Callers, ago: timedelta) -> None:
    asked = {"message": {"body": "Hi"}, "occurred_at": (database_now() - ago).isoformat()}
    assert told(callers().post("/tickets", asked))["promise"] is None


@pytest.mark.parametrize(
    ("into_the_minute", "promised"),
    [(timedelta(seconds=-1), True), (timedelta(), False), (30 * SECOND, False)],
)
def test_a_promise_is_void_from_the_minute_on_that_it_names(
    make: Make, into_the_minute: timedelta, promised: bool
) -> None:
    ticket = make.ticket(now=NOW + 45 * SECOND)
    clocks = clock_state.tell([ticket], now=NOW + 45 * SECOND).told[ticket.pk].clocks or ()

    said = promise_for(
        clocks, locales=("en",), timezone="UTC", now=NOW + timedelta(hours=4) + into_the_minute
    )

    assert (said is not None) is promised


@pytest.mark.parametrize(
    ("spoken", "begins"), [(True, "X 19:00 "), (False, "Somebody will answer you by 19:00 ")]
)
def test_it_is_told_wholly_in_one_language(
    make: Make, monkeypatch: pytest.MonkeyPatch, spoken: bool, begins: str
) -> None:
    """Hebrew words for the date do not stand in a sentence that Hebrew has not got yet."""
    hebrew = {customer_promise.SENTENCE: "X %(time)s (%(zone)s) %(date)s"} if spoken else {}
    monkeypatch.setattr(
        customer_promise, "_", lambda text: hebrew.get(text, text) if get_language() == "he" else text
    )
    customer_promise._language.cache_clear()
    customer_promise._sentence.cache_clear()
    ticket = make.ticket(now=NOW)
    clocks = clock_state.tell([ticket], now=NOW).told[ticket.pk].clocks or ()

    said = promise_for(clocks, locales=("he-IL", "en-GB"), timezone="UTC", now=NOW)
    customer_promise._language.cache_clear()
    customer_promise._sentence.cache_clear()

    assert said is not None
    hebrew_letters = any("\u0590" <= letter <= "\u05ff" for letter in said.text)
    assert hebrew_letters is spoken
    assert said.text.startswith(begins)
