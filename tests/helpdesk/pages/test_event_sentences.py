"""What happened to a ticket, in words."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from helpdesk.models import Author, EventKind, TicketEvent
from helpdesk.pages.ticket.event_sentences import EventNames, sentence


@pytest.mark.parametrize(
    ("named", "said"), [("monitor.models.METRIC_LABELS", "next response"), ("", "next_response")]
)
def test_a_due_time_set_by_hand_says_of_what(named: str, said: str, settings: Settings) -> None:
    settings.PROMISED_METRICS = named
    cleared = TicketEvent(
        kind=EventKind.DUE_TIME_CLEARED, actor_kind=Author.SYSTEM, payload={"metric": "next_response"}
    )

    words = sentence(cleared, EventNames(agents={}, queues={}))

    assert words.endswith(f"cleared the due time set for the {said}")


def test_what_nobody_undid_says_what_became_known() -> None:
    undone = TicketEvent(kind=EventKind.UNDONE, actor_kind=Author.SYSTEM, payload={"seqs": [7]})

    assert sentence(undone, EventNames(agents={}, queues={})).endswith("its customer had not been waiting")


def test_what_nobody_resolved_says_that_it_was_silence() -> None:
    resolved = TicketEvent(kind=EventKind.RESOLVED, actor_kind=Author.SYSTEM, payload={"reason": "silence"})

    assert sentence(resolved, EventNames(agents={}, queues={})).startswith("Resolved after silence")
