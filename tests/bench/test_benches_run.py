"""The benchmarks that need servers, tiny: each runs to its end, and names every figure."""

from __future__ import annotations

import pytest
from django.db import connection

from config import addresses
from helpdesk.mail.reading import letter as letters
from helpdesk.models import Ticket
from monitor.models import RollupShare
from monitor.promises.defaults import ensure_defaults
from monitor.reports.adjusted.hidden_lateness import HIDING
from tests.bench import (
    dashboards,
    dryrun,
    hiding,
    lag,
    lists,
    mail,
    mail_corpus,
    months,
    past,
    rollups,
    search,
    stage,
    sweep,
    thread,
)
from tests.bench.figure import Effort, Figure
from tests.config.running import database_url, free_port

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

ONCE = Effort(rounds=1, rows=100)


@pytest.fixture(autouse=True)
def stage_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let them play in the database of this test, and have its copies where they ask for an empty one."""
    monkeypatch.setattr(addresses, "DATABASE", connection.settings_dict["NAME"])
    monkeypatch.setenv("DATABASE_URL", database_url())
    stage.let_clocks_hang_on_nothing()
    ensure_defaults()


def names(figures: list[Figure]) -> list[str]:
    assert all(figure.ours > 0 for figure in figures)
    return [figure.name for figure in figures]


def test_what_hides_lateness_and_freezes_are_looked_at_and_folded() -> None:
    figures = hiding.run(ONCE)

    assert [figure.name for figure in figures if figure.limit] == [
        "what hides lateness, 4 weeks",
        "what hides lateness, a year",
        *(f"tickets, {act}" for act in HIDING),
        "freezes",
        "what a freeze would excuse",
        "tickets that a freeze excuses",
        "folding: with / without",
    ]


def test_the_sweep_asks_over_each_size_and_raises_in_each_batch() -> None:
    figures = sweep.run(ONCE, sizes=(100, 200), asked=5, due=50)

    assert names(figures) == [
        "nothing due, 100 clocks: p50",
        "nothing due, 200 clocks: p50",
        "nothing due, 100 clocks: p99",
        "nothing due, 200 clocks: p99",
        "nothing due, p50: 200 / 100 clocks",
        "flags raised, batches of 500: ours / bare claim",
        "flags raised, batches of 1000: ours / bare claim",
        "flags raised, batches of 2000: ours / bare claim",
    ]


def test_the_lag_sees_each_alarm_flagged_by_those_who_watch() -> None:
    figures = lag.run(ONCE, seconds=0.4, warming=5)

    assert names(figures[:3]) == [
        f"1e+02 running clocks, 10 alarms: {what}" for what in ("p50", "p99", "longest")
    ]
    assert figures[3].name == "flags noticed by Celery workers / all"
    assert figures[3].control == 10


def test_a_thread_costs_something_at_each_length() -> None:
    figures = thread.run(ONCE, lengths=(10, 20), turns=2)

    assert names(figures) == [
        *(f"{deed}: after 20 / 10 events" for deed in thread.DEEDS),
        *(
            f"page of {which}: {what}"
            for which in ("10 messages", "20 messages", "50 messages of 100,000 characters")
            for what in ("of it", "their time", "processor", "/ shortest")
        ),
    ]


def test_every_kind_of_word_is_looked_for_among_few_and_many() -> None:
    figures = search.run(ONCE, few=50, asked=1)

    assert len(names(figures)) == 3 * len(search.QUESTIONS)


def test_every_filter_of_the_lists_is_looked_through_among_few_and_many() -> None:
    figures = lists.run(ONCE, few=50, asked=1)

    filters = {name.partition(":")[0].partition(", p50")[0] for name in names(figures)}
    assert len(figures) == 3 * len(filters)
    assert {"tickets, spam", "tickets, ended by silence", "queue, late"} <= filters


def test_the_board_is_looked_at_among_few_and_many_and_held_against_exact_percentiles() -> None:
    figures = dashboards.run(ONCE, few=50, asked=1)

    assert len(figures) == 3 * (2 * len(dashboards.PANELS) + 2) + 3
    assert all(figure.met for figure in figures if "error" in figure.name)


def test_figures_are_kept_beside_whoever_writes_and_their_age_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stage, "PORT", free_port())
    monkeypatch.setenv("PORT", str(stage.PORT))

    figures = rollups.run(ONCE, seconds=1)

    assert len(figures) == 6
    assert figures[0].ours > 0
    assert RollupShare.objects.count() == Ticket.objects.count()


def test_mail_is_filed_beside_the_same_messages_through_the_api() -> None:
    figures = mail.run(ONCE, mails=20)

    assert names(figures[:2]) == [
        "kept, parsed and filed: mail / batches of 500",
        "kept, parsed and filed: mail / API one by one",
    ]
    assert figures[2].met


def test_the_corpus_of_mail_says_the_same_each_time_and_reads_as_it_was_meant() -> None:
    once, again = (mail_corpus.questions(40, name="corpus") for _ in range(2))

    assert once == again
    for question in once:
        letter = letters.read(question.raw)
        assert letter.text.strip() == question.ticket["message"]["body"]  # type: ignore[index]
        assert letter.sender.address == question.ticket["customer"]["email"]  # type: ignore[index]
    assert any(letters.read(question.raw).files for question in once)


def test_the_past_is_looked_at_an_hour_to_four_weeks_ago() -> None:
    figures = past.run(ONCE)

    assert [figure.name for figure in figures[:2]] == ["queue an hour ago", "replayed for an hour ago"]
    assert len(figures) == 8


def test_the_dry_run_is_held_against_the_real_change_clock_by_clock() -> None:
    figures = dryrun.run(Effort(rounds=1, rows=30))

    assert names(figures)[-2:] == [
        "open clocks as published on a copy",
        "past clocks as recounted on a copy",
    ]
    assert [figure.ratio for figure in figures[-2:]] == [1, 1]


def test_a_month_is_closed_and_held_against_now() -> None:
    figures = months.run(Effort(rounds=1, rows=30))

    assert names(figures)[1:] == ["the longest step", "what changed since"]
