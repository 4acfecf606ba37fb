"""Who waits, by the helpdesk's account: what the clocks say, over random stories of one ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.tickets.state.ticket_state import TicketState, UnansweredMessage, opened
from helpdesk.tickets.state.ticket_story import after, comes_next, state_of
from monitor.clock.corrections import DELIVERY
from monitor.clock.replay import Event, checkpoint
from tests.clock.story import OPENING
from tests.clock.test_properties_of_replay import START, Happening, stories
from tests.monitor.machine.ticket_waits import (
    NO_PROMISES,
    Waits,
    waits_without_policies,
    without_due_times,
)

ANSWERS: Happening = ("public_reply_sent", {"author": "agent", "automatic": False})
RESOLVES: Happening = ("resolved", {})
TALK: tuple[Happening, ...] = (
    ("customer_message_received", {"automatic": False}),
    ("closed", {"by": "agent"}),
    ("reopened", {"by": "customer"}),
    ("no_reply_needed_marked", {}),
)


@st.composite
def likely_stories(draw: st.DrawFn) -> list[Event]:
    """Draw a ticket's events of which each could have been written after those before it."""
    told = [event for event in draw(stories(late=draw(st.booleans()))) if _is_likely(event)]
    return [*map(_moved_on, told), *draw(st.sampled_from([[], [_merged(told)]]))]


def _is_likely(event: Event) -> bool:
    return event.kind not in DELIVERY or event.payload["reply_seq"] < event.seq


def _moved_on(event: Event) -> Event:
    """Let a queue be another one each time."""
    if event.kind == "queue_changed":
        return replace(event, payload={"queue": 100 + event.seq})
    return event


def _merged(told: Sequence[Event]) -> Event:
    at = max(event.recorded_at for event in told)
    return Event(told[-1].seq + 1, "merged_into", at, at, imported=False, payload={"ticket": 2})


@st.composite
def bouncing_stories(draw: st.DrawFn) -> list[Event]:
    """Draw talk in which replies are late and bounce, much of it in the same instant."""
    events = [Event(1, "opened", START, START, imported=False, payload=OPENING)]
    at = START
    for seq in range(2, draw(st.integers(5, 10))):
        at += timedelta(minutes=draw(st.sampled_from([0, 0, 1])))
        sent = [event.seq for event in events if event.kind == "public_reply_sent"]
        became: list[Happening] = [
            (kind, {"reply_seq": reply_seq}) for kind in sorted(DELIVERY) for reply_seq in sent
        ]
        likely = st.sampled_from([ANSWERS, RESOLVES, *became])
        kind, payload = draw(st.one_of(likely, likely, st.sampled_from(TALK)))
        events.append(Event(seq, kind, at, at, imported=False, payload=payload))
    return events


any_story = st.one_of(likely_stories(), bouncing_stories())


@given(any_story, st.randoms(use_true_random=False))
def test_the_state_of_a_ticket_is_what_its_clocks_say(story: list[Event], chance: Any) -> None:
    shuffled = list(story)
    chance.shuffle(shuffled)

    assert waits(state_of(shuffled)) == waits_without_policies(story)


@given(any_story)
def test_a_ticket_stands_as_its_clocks_are_folded(story: list[Event]) -> None:
    folded = checkpoint(without_due_times(story), NO_PROMISES, zones="", keep=0, every=1)
    assert folded is not None

    state = state_of(story)
    assert ("void" if state.status in ("spam", "deleted") else state.status) == folded.status
    assert state.begun == folded.begun or folded.status in ("void", "merged")


@given(any_story)
def test_step_by_step_it_is_the_same(story: list[Event]) -> None:
    state = opened(START, initiated_by=story[0].payload["initiated_by"])
    for number, event in enumerate(story[1:], start=1):
        latest = max(earlier.occurred_at for earlier in story[:number])
        told = story[: number + 1]
        state = after(state, event) if comes_next(state, event, latest=latest) else state_of(told)
        state = as_stored(state)

        assert state == as_stored(state_of(told))


def waits(state: TicketState) -> Waits:
    return Waits(state.waiting_since, state.unacknowledged_since)


def as_stored(state: TicketState) -> TicketState:
    """Return the state as the columns of a ticket keep it."""
    questions = () if state.waiting_since is None else (UnansweredMessage(state.waiting_since),)
    return TicketState(state.status, questions, state.unacknowledged_since, state.begun)
