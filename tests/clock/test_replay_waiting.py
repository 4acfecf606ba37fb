"""Who waits for an answer: nobody answers what had not arrived, and nothing that waits is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from monitor.clock.metrics import Outcome
from tests.clock.story import HOUR, MINUTE, Story, book, promise, tuesday

RULES = book(promise(acknowledgement=1, first_response=4, next_response=2, resolution=16))


def responses(story: Story) -> list[tuple[str, int, Outcome | None]]:
    clocks = [one for one in story.clocks(reports=False) if one.metric.value.endswith("_response")]
    return [(one.metric.value, one.start_seq, one.outcome) for one in clocks]


def test_a_message_under_way_when_we_answered_waits_from_its_own_time() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(10))
    story.writes(tuesday(9, 50), recorded=tuesday(10, 10))

    assert responses(story) == [("first_response", 1, Outcome.MET), ("next_response", 3, None)]
    clock = story.clock("next_response")
    assert (clock.started_at, clock.due_at, clock.cycle) == (tuesday(9, 50), tuesday(11, 50), 1)
    assert clock.alarm_floor == tuesday(10, 10)

    story.answers(tuesday(11)).writes(tuesday(10, 50), recorded=tuesday(11, 10))
    assert [one.cycle for one in story.all_of("next_response")] == [1, 2]


def test_it_is_counted_through_pauses_and_terms_since_it_was_said() -> None:
    rules = book(
        promise(
            first_response=4, next_response={"normal": 8, "high": 2}, pauses={"next_response": ["pending"]}
        )
    )
    story = Story(rules, opened=tuesday(9)).turns(tuesday(10), "pending").turns(tuesday(10, 30), "open")
    story.then(tuesday(10, 40), "priority_changed", priority="high").answers(tuesday(11))
    story.writes(tuesday(9, 50), recorded=tuesday(11, 10))

    clock = story.clock("next_response")
    assert (clock.started_at, clock.due_at) == (tuesday(9, 50), tuesday(12, 20))
    assert clock.elapsed_at(tuesday(11)) == (40 * MINUTE, 40 * MINUTE)
    assert [one.paused for one in clock.segments] == [False, True, False, False]


def test_what_was_already_broken_when_we_heard_is_backdated() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 30))
    story.writes(tuesday(9, 20), recorded=tuesday(12))

    clock = story.clock("next_response")
    assert (clock.breach_at, clock.breach_kind, clock.alarm_floor) == (
        tuesday(11, 20),
        "backdated",
        tuesday(12),
    )


def test_an_answer_that_was_told_takes_all_that_was_said_before_it() -> None:
    story = Story(RULES, opened=tuesday(9)).writes(tuesday(9, 50))
    story.answers(tuesday(9, 30), recorded=tuesday(10))

    assert responses(story) == [("first_response", 1, Outcome.MET), ("next_response", 2, None)]
    assert story.clock("first_response").ended_at == tuesday(9, 30)


def test_of_three_that_wait_the_oldest_that_is_left_has_the_next_turn() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(11))
    story.writes(tuesday(10, 30), recorded=tuesday(11, 5)).writes(tuesday(10), recorded=tuesday(11, 10))

    assert responses(story) == [("first_response", 1, Outcome.MET), ("next_response", 4, None)]
    assert responses(story.answers(tuesday(11, 20)))[1:] == [("next_response", 4, Outcome.MET)]


def test_an_answer_takes_what_it_may_though_an_older_message_waits_on() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).writes(tuesday(10)).answers(tuesday(11))
    story.writes(tuesday(9, 30), recorded=tuesday(11, 10))

    assert responses(story)[1:] == [("next_response", 5, None)]
    assert responses(story.answers(tuesday(12)))[1:] == [("next_response", 5, Outcome.LATE)]


@pytest.mark.parametrize(
    ("kind", "payload"), [("resolved", {}), ("closed", {"by": "agent"}), ("closed", {"by": "customer"})]
)
def test_a_mail_under_way_when_the_ticket_ended_keeps_its_one_wait(
    kind: str, payload: dict[str, Any]
) -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 30)).then(tuesday(10, 50), kind, **payload)
    story.writes(tuesday(10, 40), recorded=tuesday(11, 10))
    story.then(tuesday(11, 10), "reopened", by="customer", message_seq=4)

    assert responses(story)[1:] == [("next_response", 4, None)]
    assert story.clock("next_response").started_at == tuesday(10, 40)
    assert story.clock("acknowledgement").started_at == tuesday(11, 10)


def test_nobody_acknowledges_what_had_not_arrived() -> None:
    story = Story(RULES, opened=tuesday(9), automatic=True).then(tuesday(10), "acknowledged")
    story.writes(tuesday(9, 50), recorded=tuesday(10, 10))
    assert story.clock("acknowledgement").outcome is None

    story.then(tuesday(10, 5), "acknowledged", recorded=tuesday(10, 20))
    assert (story.clock("acknowledgement").outcome, story.clock("acknowledgement").ended_at) == (
        Outcome.MET,
        tuesday(10, 5),
    )


@pytest.mark.parametrize(("told", "outcome"), [(False, None), (True, Outcome.MET)])
def test_what_was_told_and_what_was_done_here_is_said_beside_its_dates(
    told: bool, outcome: Outcome | None
) -> None:
    story = Story(RULES, opened=tuesday(9), automatic=True)
    story.then(tuesday(10), "acknowledged", recorded=tuesday(10 if told else 11), told=told)
    story.writes(tuesday(9, 50), recorded=tuesday(11, 10))

    assert story.clock("acknowledgement").outcome is outcome


def test_an_answer_acknowledges_nothing_that_had_not_arrived() -> None:
    story = Story(RULES, opened=tuesday(9), automatic=True).answers(tuesday(10))
    story.writes(tuesday(9, 50), recorded=tuesday(10, 10))

    assert {clock.outcome for clock in story.clocks()} == {None}


def test_nobody_acknowledges_a_reopening_that_had_not_arrived() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).then(tuesday(9, 20), "resolved")
    story.then(tuesday(10), "acknowledged")
    story.then(tuesday(9, 50), "reopened", recorded=tuesday(10, 10), by="customer")

    assert (story.clock("acknowledgement").start_seq, story.clock("acknowledgement").outcome) == (5, None)


def test_unassigned_it_asks_whoever_acknowledges_next() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(9, 5), "acknowledged")
    story.then(tuesday(10), "acknowledged").then(tuesday(9, 30), "unassigned", recorded=tuesday(10, 10))

    assert story.clock("acknowledgement").ended_at == tuesday(10)


@pytest.mark.parametrize("status", ["pending", "resolved", "closed", "reopened"])
def test_a_status_that_was_told_when_something_newer_was_known_is_dropped(status: str) -> None:
    kind = "status_changed" if status == "pending" else status
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).writes(tuesday(10))
    before = story.then(tuesday(10, 30), "note_added").clocks()
    story.then(tuesday(9, 30), kind, recorded=tuesday(10, 30), status="pending", by="agent")

    assert story.clocks() == before


def test_one_that_nothing_newer_contradicts_takes_its_place() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).then(tuesday(10), "note_added")
    story.writes(tuesday(10), automatic=True)
    story.then(tuesday(9, 30), "resolved", recorded=tuesday(10, 30))

    assert story.clock("resolution").ended_at == tuesday(9, 30)


def test_one_at_the_very_instant_of_what_is_newest_takes_its_place_too() -> None:
    story = Story(RULES, opened=tuesday(9)).writes(tuesday(10))
    story.then(tuesday(10), "resolved", recorded=tuesday(10, 30))

    assert story.clock("resolution").ended_at == tuesday(10)


def test_the_newest_is_the_latest_of_all_that_came_before() -> None:
    story = Story(RULES, opened=tuesday(9)).writes(tuesday(10)).writes(tuesday(9, 30))
    story.then(tuesday(9, 45), "resolved", recorded=tuesday(10, 30))

    assert story.clock("resolution").outcome is None


def test_what_was_dropped_or_undone_overtakes_nothing() -> None:
    story = Story(RULES, opened=tuesday(9)).turns(tuesday(11), "pending")
    story.then(tuesday(11), "undone", seqs=[2]).writes(tuesday(9, 20))
    story.turns(tuesday(9, 10), "on_hold", recorded=tuesday(11, 10))
    story.turns(tuesday(10), "pending", recorded=tuesday(11, 20))

    assert story.clock("resolution").paused_at == tuesday(10)


@pytest.mark.parametrize(
    ("kind", "payload"), [("merged_into", {"ticket": 2}), ("voided", {"reason": "spam"})]
)
def test_a_merge_and_spam_overtake_what_was_told(kind: str, payload: dict[str, Any]) -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(11), kind, **payload)
    story.then(tuesday(10), "resolved", recorded=tuesday(11, 10))

    assert story.clock("first_response").ended_at == tuesday(11)


def test_a_hand_over_that_drops_a_response_lets_the_messages_go_that_it_knows() -> None:
    here = promise(match={"queue": [1]}, first_response=4, next_response=2)
    elsewhere = promise(policy=2, position=2, resolution=4)
    story = Story(book(here, elsewhere), opened=tuesday(9)).writes(tuesday(9, 10))
    story.then(tuesday(10), "queue_changed", queue=2).writes(tuesday(9, 50), recorded=tuesday(10, 10))

    assert responses(story) == [("first_response", 1, Outcome.NOT_APPLICABLE), ("next_response", 4, None)]


def test_an_older_wait_that_was_merged_in_has_the_turn_of_a_message_heard_later() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 30))
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(10).isoformat())
    story.writes(tuesday(10, 30), recorded=tuesday(11, 10))

    assert responses(story)[1:] == [("next_response", 3, None)]
    assert (story.clock("next_response").started_at, story.clock("next_response").cycle) == (tuesday(10), 1)
    story.answers(tuesday(11, 5), recorded=tuesday(11, 5), told=False)
    assert responses(story)[1:] == [("next_response", 3, Outcome.MET)]


def test_a_first_response_that_was_merged_in_and_answered_is_the_only_one() -> None:
    story = Story(RULES, opened=tuesday(9), automatic=True)
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(10).isoformat())
    story.answers(tuesday(12)).writes(tuesday(13))

    assert responses(story) == [("first_response", 2, Outcome.MET), ("next_response", 4, None)]


def test_a_message_under_way_when_a_merged_wait_was_answered_waits_though_nobody_had_begun() -> None:
    story = Story(RULES, opened=tuesday(9), automatic=True)
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(10).isoformat())
    story.answers(tuesday(12)).writes(tuesday(11, 30), recorded=tuesday(12, 10))

    assert responses(story) == [("first_response", 2, Outcome.MET), ("next_response", 4, None)]
    assert story.clock("next_response").started_at == tuesday(11, 30)


@pytest.mark.parametrize("since", [tuesday(10), tuesday(10, 30)])
def test_a_merged_wait_that_began_later_starts_no_clock_beside_an_older_message(since: datetime) -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 30))
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=since.isoformat())
    story.writes(tuesday(10), recorded=tuesday(11, 10))

    assert responses(story)[1:] == [("next_response", 4, None)]


def test_the_first_response_too_gives_its_turn_to_an_older_wait_that_was_merged_in() -> None:
    story = Story(RULES, opened=tuesday(9), automatic=True)
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(9, 30).isoformat())
    story.answers(tuesday(11, 5)).writes(tuesday(10), recorded=tuesday(11, 10))

    assert responses(story) == [("first_response", 2, Outcome.MET), ("next_response", 4, None)]
    assert story.clock("next_response").started_at == tuesday(10)


def test_of_a_ticket_resolved_between_a_reply_and_its_bounce_the_response_lives_on() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(10)).then(tuesday(10, 5), "resolved")
    story.then(tuesday(10, 30), "reply_bounced", reply_seq=2)

    assert responses(story) == [("first_response", 1, None)]
    assert story.clock("acknowledgement").outcome is Outcome.UNANSWERED


def test_numbers_say_what_lies_between_a_reply_and_its_bounce_not_times() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(10))
    story.then(tuesday(11), "reply_bounced", reply_seq=2).then(tuesday(11), "resolved")

    assert responses(story) == [("first_response", 1, Outcome.UNANSWERED)]


def test_what_runs_on_after_a_bounce_follows_the_status_again() -> None:
    rules = book(promise(first_response=20, basis="wall", pauses={"first_response": ["pending"]}))
    story = Story(rules, opened=tuesday(10)).answers(tuesday(11)).turns(tuesday(11), "pending")
    story.then(tuesday(12), "resolved").then(tuesday(13), "reply_bounced", reply_seq=2)
    story.then(tuesday(13), "reopened", by="agent")

    clock = story.clock("first_response")
    assert clock.due_at == tuesday(7, days_later=1)
    assert [(one.start, one.reason, one.seq) for one in clock.segments] == [
        (tuesday(10), "opened", 1),
        (tuesday(11), "pending", 3),
        (tuesday(12), "resolved", 4),
    ]


def test_a_pause_pressed_with_a_reply_that_bounced_stays_until_the_status_changes() -> None:
    rules = book(promise(first_response=4, pauses={"first_response": ["pending"]}))
    story = Story(rules, opened=tuesday(9)).answers(tuesday(10)).turns(tuesday(10), "pending")
    story.then(tuesday(11), "reply_bounced", reply_seq=2)
    assert story.clock("first_response").remaining == 3 * HOUR

    assert story.turns(tuesday(12), "open").clock("first_response").due_at == tuesday(15)


def test_after_an_opening_of_ours_that_bounced_the_first_message_does_what_an_opening_does() -> None:
    story = Story(RULES, opened=tuesday(9), initiated_by="agent")
    story.then(tuesday(10), "reply_bounced", reply_seq=1)
    assert story.clocks() == ()

    story.then(tuesday(10), "queue_changed", queue=2).then(tuesday(10), "unassigned").writes(tuesday(11))
    assert {(one.metric.value, one.start_seq) for one in story.clocks(reports=False)} == {
        ("acknowledgement", 5),
        ("first_response", 5),
        ("resolution", 5),
    }


def test_a_bot_that_counts_answers_what_a_person_would() -> None:
    rules = book(promise(first_response=4, next_response=2, bots_count=True))
    story = Story(rules, opened=tuesday(9)).answers(tuesday(10), author="bot")
    story.writes(tuesday(9, 50), recorded=tuesday(10, 10))

    assert responses(story) == [("first_response", 1, Outcome.MET), ("next_response", 3, None)]


def test_a_bounce_of_what_answered_nobody_changes_no_wait() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(10)).answers(tuesday(10, 10))
    before = responses(story)

    assert responses(story.then(tuesday(11), "reply_bounced", reply_seq=3)) == before


def test_a_ticket_resolved_after_a_machines_bounced_message_leaves_nobody_waiting() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(10), author="bot")
    story.then(tuesday(10, 5), "resolved").then(tuesday(10, 30), "reply_bounced", reply_seq=2)

    assert responses(story) == [("first_response", 1, Outcome.UNANSWERED)]


def test_a_bounce_keeps_no_message_waiting_of_which_the_answer_knew_nothing() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).answers(tuesday(12))
    story.writes(tuesday(11), recorded=tuesday(12, 10)).then(tuesday(12, 20), "resolved")
    story.then(tuesday(12, 30), "reply_bounced", reply_seq=3)

    assert responses(story)[1:] == [("next_response", 4, Outcome.UNANSWERED)]


def test_a_bounce_lets_a_message_ring_of_which_the_answer_knew_nothing() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).answers(tuesday(11))
    story.then(tuesday(14), "reply_bounced", reply_seq=3).writes(tuesday(10), recorded=tuesday(11, 10))

    clock = story.clock("next_response")
    assert (clock.start_seq, clock.breach_at, clock.breach_kind) == (5, tuesday(12), "due")


def test_a_turn_that_is_given_up_is_no_cycle() -> None:
    story = (
        Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).writes(tuesday(9, 20)).answers(tuesday(9, 30))
    )
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(10).isoformat())
    story.writes(tuesday(10, 30), recorded=tuesday(11, 10))

    assert [(one.start_seq, one.cycle) for one in story.all_of("next_response")] == [(3, 1), (5, 2)]
