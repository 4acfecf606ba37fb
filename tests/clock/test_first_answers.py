"""The first response measured otherwise: with bots, and by substance alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from monitor.clock.book.policy import Book
from monitor.clock.clock import OtherEnd, ReplayedClock
from monitor.clock.ledger import explain
from monitor.clock.metrics import Outcome
from monitor.clock.replay import Event, checkpoint, replay
from tests.clock.story import HOUR, MINUTE, Story, book, promise, tuesday
from tests.clock.test_properties_of_replay import books, stories

RULES = book(promise(first_response=4, next_response=2, resolution=16))


def asked() -> Story:
    return Story(RULES, opened=tuesday(9))


def held_off() -> Story:
    return asked().answers(tuesday(10), holding=True)


def first(story: Story) -> ReplayedClock:
    return story.clock("first_response")


def substance(story: Story) -> tuple[Outcome | None, datetime | None]:
    end = first(story).substantive_end
    assert end is not None
    return end.outcome, end.at


def test_an_answer_of_substance_is_the_first_response_itself() -> None:
    story = asked().answers(tuesday(10))

    assert first(story).substantive_end is first(story).any_end is None
    assert not story.all_of("first_substantive_response")


def test_whoever_is_held_off_has_their_first_response_and_waits_for_substance() -> None:
    assert first(held_off()).outcome is Outcome.MET
    assert substance(held_off()) == (None, None)

    story = held_off().answers(tuesday(12))
    assert first(story).ended_at == tuesday(10)
    assert substance(story) == (Outcome.MET, tuesday(12))


def test_holding_off_twice_is_holding_off() -> None:
    assert substance(held_off().answers(tuesday(11), holding=True)) == (None, None)


def test_a_later_question_takes_nothing_back() -> None:
    story = (
        held_off()
        .writes(tuesday(11))
        .answers(tuesday(12))
        .writes(tuesday(13))
        .answers(tuesday(14), holding=True)
    )

    assert substance(story) == (Outcome.MET, tuesday(12))


def test_holding_off_once_something_of_substance_was_said_changes_nothing() -> None:
    story = asked().answers(tuesday(10)).writes(tuesday(11)).answers(tuesday(12), holding=True)

    assert first(story).substantive_end is None
    assert story.clock("next_response").outcome is Outcome.MET


@pytest.mark.parametrize(
    ("kind", "payload", "outcome"),
    [
        ("resolved", {}, Outcome.UNANSWERED),
        ("closed", {"by": "system"}, Outcome.UNANSWERED),
        ("closed", {"by": "customer"}, Outcome.WITHDRAWN),
        ("merged_into", {"ticket": 2}, Outcome.MERGED),
        ("voided", {"reason": "spam"}, Outcome.VOID),
    ],
)
def test_what_ends_a_ticket_ends_the_wait_for_substance(
    kind: str, payload: dict[str, Any], outcome: Outcome
) -> None:
    story = held_off().then(tuesday(11), kind, **payload).answers(tuesday(12))

    assert substance(story) == (outcome, tuesday(11))
    assert first(story).outcome is Outcome.MET


def test_a_word_of_thanks_for_being_held_off_is_no_end_of_the_wait() -> None:
    story = held_off().writes(tuesday(11)).then(tuesday(11, 30), "no_reply_needed_marked")

    assert substance(story) == (None, None)


@pytest.mark.parametrize("author", ["bot", "system", "third_party"])
def test_substance_is_a_persons(author: str) -> None:
    assert substance(held_off().answers(tuesday(11), author)) == (None, None)


def test_where_bots_count_a_bots_word_is_of_substance_unless_it_holds_off() -> None:
    rules = book(promise(first_response=4, bots_count=True))
    story = Story(rules, opened=tuesday(9)).answers(tuesday(10), "bot", holding=True)
    assert substance(story) == (None, None)

    assert substance(story.answers(tuesday(11), "bot")) == (Outcome.MET, tuesday(11))


def test_a_holding_reply_that_bounced_held_nobody_off() -> None:
    story = held_off().then(tuesday(11), "reply_bounced", reply_seq=2)

    assert (first(story).outcome, first(story).substantive_end) == (None, None)


@pytest.mark.parametrize("meanwhile", ["resolved", "note_added"])
def test_an_answer_of_substance_that_bounced_is_none_whatever_ended_the_ticket_meanwhile(
    meanwhile: str,
) -> None:
    story = held_off().answers(tuesday(11)).then(tuesday(12), meanwhile)
    assert substance(story) == (Outcome.MET, tuesday(11))

    story.then(tuesday(13), "reply_bounced", reply_seq=3)
    assert substance(story) == (None, None)
    assert substance(story.answers(tuesday(14))) == (Outcome.MET, tuesday(14))


def test_resolving_that_was_undone_ended_no_wait_for_substance() -> None:
    story = held_off().then(tuesday(11), "resolved").then(tuesday(11), "undone", seqs=[3])

    assert substance(story) == (None, None)


def test_a_holding_reply_that_was_split_off_held_nobody_off_here() -> None:
    story = held_off().then(tuesday(11), "split_off", ticket=2, seqs=[2])

    assert (first(story).outcome, first(story).substantive_end) == (None, None)


def test_an_answer_that_was_under_way_when_the_question_came_is_none() -> None:
    story = Story(RULES, opened=tuesday(9), automatic=True).answers(tuesday(11), told=False)
    story.writes(tuesday(10), told=True)

    assert first(story).outcome is None


def test_both_count_open_hours_as_the_first_response_does() -> None:
    story = asked().answers(tuesday(16), "bot").answers(tuesday(16, 30), holding=True)
    story.answers(tuesday(9) + timedelta(days=1, hours=1))

    assert first(story).any_end == OtherEnd(tuesday(16), 2, Outcome.MET, 7 * HOUR)
    assert first(story).substantive_end == OtherEnd(tuesday(10) + timedelta(days=1), 4, Outcome.MET, 9 * HOUR)
    clock = story.clock("first_substantive_response")
    assert (clock.started_at, clock.target, clock.breach_at) == (tuesday(9), None, None)
    assert sum(one.seconds for one in explain(clock, RULES, tuesday(18)) if one.kind == "running") == 8 * 3600


def test_a_bot_is_heard_first_however_the_ticket_ends() -> None:
    story = asked().answers(tuesday(10), "bot").answers(tuesday(11), "bot").then(tuesday(12), "resolved")

    assert first(story).outcome is Outcome.UNANSWERED
    assert first(story).any_end == OtherEnd(tuesday(10), 2, Outcome.MET, HOUR)


@pytest.mark.parametrize("kind", ["voided", "queue_changed"])
def test_where_nobody_waited_no_bot_has_answered(kind: str) -> None:
    rules = book(promise(first_response=4, match={"queue": [1]}), promise(policy=2, position=2, update=1))
    story = Story(rules, opened=tuesday(9)).answers(tuesday(10), "bot")
    story.then(tuesday(11), kind, reason="spam", queue=2)

    assert first(story).outcome in (Outcome.VOID, Outcome.NOT_APPLICABLE)
    assert first(story).any_end is None


def test_a_bot_has_not_answered_who_waited_on_a_ticket_that_was_merged_in() -> None:
    story = asked().answers(tuesday(10), "bot")
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(8).isoformat())

    assert first(story).started_at == tuesday(8)
    assert first(story).any_end is None


def test_a_long_ticket_goes_on_from_its_checkpoint_with_the_wait_for_substance() -> None:
    story = asked().answers(tuesday(9, 30), "bot").answers(tuesday(10), holding=True)
    for minute in range(80):
        story.then(tuesday(11) + minute * MINUTE, "note_added")
    since = checkpoint(story.events, RULES, zones="")
    assert since is not None
    later = story.answers(tuesday(15)).events[since.events :]

    [went_on] = (one for one in replay(later, RULES, since=since, reports=False) if one.end_seq == 3)
    assert went_on._replace(segments=(), carried=first(story).carried) == first(story)._replace(segments=())


@settings(deadline=None)
@given(stories(late=True), books())
def test_neither_ever_promises_anything_or_lasts_longer_than_it_may(events: list[Event], rules: Book) -> None:
    clocks = replay(events, rules)
    firsts = {one.start_seq: one for one in clocks if one.metric.value == "first_response"}
    for clock in clocks:
        if clock.metric.value not in ("first_any_response", "first_substantive_response"):
            continue
        own = firsts[clock.start_seq]
        end = own.any_end if clock.metric.value == "first_any_response" else own.substantive_end
        assert end == OtherEnd(clock.ended_at, clock.end_seq, clock.outcome, clock.business)
        assert (clock.target, clock.due_at, clock.risk_at, clock.breach_at) == (None,) * 4
        assert clock.started_at == own.started_at
    for own in firsts.values():
        _check_order(own)


def _check_order(own: ReplayedClock) -> None:
    if own.any_end is not None:
        assert own.any_end.at is not None
        assert own.started_at < own.any_end.at
        assert own.ended_at is None or own.any_end.at <= own.ended_at
        assert own.any_end.outcome is Outcome.MET
    if own.substantive_end is not None:
        assert own.ended_at is not None
        assert own.outcome in (Outcome.MET, Outcome.LATE)
        assert own.substantive_end.at is None or own.substantive_end.at >= own.ended_at
        assert own.substantive_end.business >= own.business


@settings(deadline=None)
@given(stories(), books())
def test_without_the_mark_every_answer_is_of_substance(events: list[Event], rules: Book) -> None:
    for event in events:
        event.payload.pop("holding", None)

    assert all(one.substantive_end is None for one in replay(events, rules))
