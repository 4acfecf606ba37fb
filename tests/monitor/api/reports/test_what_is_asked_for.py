"""Reports are asked for by the words of the board's address; what it would pass over is refused, by its name."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.models import RollupEdition, UncountedTicket
from tests.helpdesk.api.conftest import Caller, assert_problem, told
from tests.make import Make

WAITS = "/reports/waits"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("queue=x", ["queue"]),
        ("queue=99999999", ["queue"]),
        ("store=99999999&topic=99999999", ["store", "topic"]),
        ("priority=asap", ["priority"]),
        ("days=15", ["days"]),
        ("from=2026-02-30&to=2026-03-01", ["from", "to"]),
        ("from=2026-03-01", ["from"]),
        ("from=2020-03-01&to=2026-03-01", ["from", "to"]),
        ("from=soon&to=2026-03-01", ["from"]),
        ("metric=speed", ["metric"]),
        ("time=shut", ["time"]),
        ("compared=no", ["compared"]),
        ("tier=" + "x" * 51, ["tier"]),
        ("channel=", ["channel"]),
        ("days=7&days=14", ["days"]),
    ],
)
def test_nonsense_is_refused_by_its_name(reader: Caller, query: str, names: list[str]) -> None:
    answer = reader.get(f"{WAITS}?{query}")

    assert_problem(answer, 422, "bad-parameter")
    assert [fault["parameter"] for fault in told(answer)["errors"]] == names


def test_an_unknown_word_is_refused(reader: Caller) -> None:
    answer = reader.get(f"{WAITS}?quue=1")

    assert_problem(answer, 422, "unknown-parameter")
    assert [fault["parameter"] for fault in told(answer)["errors"]] == ["quue"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("priority=urgent", 1),
        ("tier=vip", 1),
        ("tier=none", 2),
        ("topic=none", 3),
        ("channel=chat", 1),
        ("channel=chat&priority=urgent", 0),
        ("metric=resolution", 3),
        ("days=7&compared=1&time=open", 3),
    ],
)
def test_it_counts_what_the_words_say(
    make: Make, reader: Caller, now: datetime, query: str, count: int
) -> None:
    make.ticket(now=now, priority="urgent")
    make.ticket(now=now, channel="chat")
    make.ticket(now=now, customer={"email": "vip@example.com", "tier": "vip"})
    report = told(reader.get(f"{WAITS}?{query}"))

    assert report["whole"]["asked"]["count"] == count


def test_it_says_of_what_it_is(reader: Caller) -> None:
    report = told(reader.get(f"{WAITS}?from=2026-03-09&to=2026-03-02&time=open&compared=1&metric=resolution"))

    assert report["days"] == {"first": "2026-03-02", "last": "2026-03-09"}
    assert report["before"]["days"] == {"first": "2026-02-22", "last": "2026-03-01"}
    assert (report["zone"], report["environment"]) == ("UTC", "live")
    assert (report["metric"], report["basis"]) == ("resolution", "business")
    assert report["board"].endswith(
        "/board/?from=2026-03-02&to=2026-03-09&metric=resolution&time=open&compared=1&environment=live"
    )


def test_while_there_are_no_figures_yet_it_says_so(reader: Caller) -> None:
    RollupEdition.objects.all().delete()
    answer = reader.get(WAITS)

    assert_problem(answer, 503, "no-figures-yet")
    assert answer.headers["Retry-After"] == "60"


def test_a_report_says_how_many_could_not_be_counted(make: Make, reader: Caller, now: datetime) -> None:
    ticket = make.ticket(now=now)
    assert told(reader.get(WAITS))["uncounted"] == 0

    UncountedTicket.objects.create(pk=ticket.pk, set_aside_at=now, retry_at=now, last_error="KeyError")

    assert told(reader.get(WAITS))["uncounted"] == 1
    assert told(reader.get(f"{WAITS}?channel=chat"))["uncounted"] == 0
