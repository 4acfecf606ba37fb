"""Durations and instants in words: by CLDR, rounded down, never with a sign."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from helpdesk.pages.frame.viewer import zone
from helpdesk.templatetags.times import BELOW_A_DAY, in_all_units, in_words, moving_sentence, on_the_clock

NOW = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 sec"),
        (timedelta(seconds=59.9), "59 sec"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(minutes=60), "1 hr"),
        (timedelta(hours=2, minutes=10), "2 hr 10 min"),
        (timedelta(hours=23, minutes=59), "23 hr 59 min"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=3, hours=4, minutes=50), "3 days 4 hr"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(span: timedelta, words: str) -> None:
    assert in_words(span) == words
    assert in_words(-span) == words


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=25, seconds=40), "due in 25 min"),
        (timedelta(seconds=1), "due in 1 sec"),
        (timedelta(milliseconds=400), "due now"),
        (timedelta(0), "due now"),
        (timedelta(minutes=-12), "12 min late"),
    ],
)
def test_a_due_time_is_said_by_words_and_never_by_a_minus_sign(ahead: timedelta, words: str) -> None:
    assert moving_sentence("due", NOW + ahead, NOW) == words
    assert "-" not in words


def test_a_promise_is_named_where_its_name_is_given() -> None:
    assert (
        moving_sentence("due", NOW + timedelta(minutes=25), NOW, "first response")
        == "first response due in 25 min"
    )
    assert (
        moving_sentence("due", NOW - timedelta(minutes=1), NOW, "first response")
        == "first response 1 min late"
    )


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 sec"),
        (timedelta(minutes=16, seconds=20.9), "16 min 20 sec"),
        (timedelta(days=1, seconds=1), "1 day 1 sec"),
        (timedelta(hours=2, minutes=10), "2 hr 10 min"),
    ],
)
def test_where_times_must_add_up_a_duration_is_said_to_the_second(span: timedelta, words: str) -> None:
    assert in_all_units(span) == words


def test_open_time_is_said_without_days_which_would_be_taken_for_days_of_the_calendar() -> None:
    assert in_all_units(timedelta(days=3, minutes=2), BELOW_A_DAY) == "72 hr 2 min"


def test_units_follow_the_language_of_the_viewer() -> None:
    with translation.override("he"):
        assert in_words(timedelta(minutes=25)) == "25 דק׳"
    with translation.override("ta"):
        assert in_words(timedelta(minutes=25)).startswith("25 நிமி")


def test_the_time_of_day_is_the_viewers_and_has_its_date_unless_it_is_today() -> None:
    with timezone.override(zone("Asia/Kathmandu")):
        assert on_the_clock(NOW, NOW).replace("\u202f", " ") == "8:45 PM"
        assert on_the_clock(NOW - timedelta(days=2), NOW).startswith("Mar 7, ")
        assert on_the_clock(NOW - timedelta(days=400), NOW).startswith("Feb 2, 2025, ")


def test_an_unknown_language_or_zone_falls_back_and_never_breaks_a_page() -> None:
    assert str(zone("Mars/Olympus")) == "UTC"
    with translation.override("zz"):
        assert in_words(timedelta(minutes=1)) == "1 min"


def test_what_moves_is_marked_for_the_browser_with_the_servers_sentence_inside() -> None:
    template = Template("{% load times %}{% due_time at what='next response' %}{% due_time none %}")
    html = template.render(Context({"at": NOW + timedelta(hours=1), "none": None, "now": NOW}))

    assert html.startswith(
        '<due-time kind="due" what="next response"><time datetime="2026-03-09T16:00:00+00:00"'
    )
    assert html.endswith(">next response due in 1 hr</time></due-time>")
