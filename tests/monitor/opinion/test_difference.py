"""Their first reply time beside ours, and the reason by which each difference is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from monitor.clock.book.policy import Book
from monitor.opinion.difference import Reason
from monitor.opinion.foreign_ticket import Aside, Ending, ForeignTicket, TheirFigure
from tests.clock.story import calendar, office, promise
from tests.monitor.opinion.told import (
    AGENT,
    COLLEAGUE,
    CUSTOMER,
    MADE,
    PASSER_BY,
    ROBOT,
    compared,
    ours,
    said,
    told,
)

MONTH: Final = 30 * 24 * 60

SAME: Final[dict[str, ForeignTicket]] = {
    "an answer by a person": told(said(CUSTOMER), said(AGENT, 95), theirs=95),
    "rounded down": told(said(CUSTOMER), said(AGENT, 95.9), theirs=95),
    "rounded up": told(said(CUSTOMER), said(AGENT, 95.1), theirs=96),
    "a bot that they leave out as we do": told(said(CUSTOMER), said(ROBOT, 1), said(AGENT, 95), theirs=95),
    "a rule that they leave out": told(
        said(CUSTOMER), said(None, 1, by_rule=True), said(AGENT, 95), theirs=95
    ),
    "a note before the answer": told(
        said(CUSTOMER), said(AGENT, 5, public=False), said(AGENT, 95), theirs=95
    ),
    "a customer who writes twice": told(said(CUSTOMER), said(CUSTOMER, 30), said(AGENT, 95), theirs=95),
    "begun by an agent, and nobody answered": told(said(AGENT)),
    "merged before anybody answered": told(said(CUSTOMER), ending=Ending.MERGED),
    "deleted before it could be read": told(ending=Ending.DELETED),
    "answered after it was solved": told(said(CUSTOMER), said(AGENT, 95), theirs=95, ended_at=MADE),
}

DIFFERENT: Final[dict[Reason, list[ForeignTicket]]] = {
    Reason.DELETED: [told(ending=Ending.DELETED, theirs=12)],
    Reason.COMMENTS_LEFT_OUT: [told(comments=None, theirs=12), told(comments=None)],
    Reason.FIGURE_NOT_TOLD: [
        told(said(CUSTOMER), said(AGENT, 95), figure=None),
        told(said(CUSTOMER), figure=None),
    ],
    Reason.MERGED: [
        told(said(CUSTOMER), said(AGENT, 95, public=False), theirs=95, ending=Ending.MERGED),
        told(said(CUSTOMER), said(AGENT, 95, public=False, aside=Aside.MERGED_AWAY), theirs=95),
    ],
    Reason.AGENT_STARTED: [
        told(said(AGENT), said(AGENT, 200), theirs=200, submitter=AGENT),
        told(said(AGENT), said(CUSTOMER, 100), said(COLLEAGUE, 200), theirs=200, submitter=AGENT),
    ],
    Reason.ON_BEHALF_NOTE: [
        told(said(AGENT, public=False), said(CUSTOMER, 100), said(AGENT, 130), theirs=130, submitter=AGENT),
        told(said(AGENT, public=False), said(AGENT, 130), theirs=130, submitter=AGENT),
    ],
    Reason.CLOSED_SILENTLY: [told(said(CUSTOMER)), told(said(CUSTOMER), said(ROBOT, 3))],
    Reason.STILL_WAITING: [
        told(said(CUSTOMER), ending=Ending.OPEN),
        told(said(CUSTOMER), said(AGENT, 9, public=False), ending=Ending.OPEN),
    ],
    Reason.IMPORTED_BACKDATED: [
        told(said(CUSTOMER, -MONTH), said(AGENT, -MONTH + 60), theirs=0),
        told(said(CUSTOMER, brought_in=True), said(AGENT, 95, brought_in=True)),
        told(said(CUSTOMER), said(AGENT, 95), imported=True),
    ],
    Reason.SENDING_FAILED: [
        told(said(CUSTOMER), said(AGENT, 20, failed=True), said(AGENT, 95), theirs=20),
        told(said(CUSTOMER), said(AGENT, 20, failed=True), theirs=20),
    ],
    Reason.BOT_COUNTED: [
        told(said(CUSTOMER), said(ROBOT, 2), said(AGENT, 95), theirs=2),
        told(said(CUSTOMER), said(ROBOT, 2), theirs=2),
    ],
    Reason.RULE_COUNTED: [told(said(CUSTOMER), said(None, 2, by_rule=True), said(AGENT, 95), theirs=2)],
    Reason.NOT_VISIBLE: [told(comments=None, hidden=True, theirs=12)],
    Reason.SIDE_CONVERSATION: [
        told(said(CUSTOMER), aside=True),
        told(said(CUSTOMER), said(AGENT, 20, aside=Aside.FORWARDED), said(AGENT, 95), theirs=20),
    ],
    Reason.CAMPAIGN: [told(said(ROBOT), said(CUSTOMER, 60), said(AGENT, 95), theirs=95)],
    Reason.TIME_ZONE: [told(said(CUSTOMER, -120), said(AGENT, -25), theirs=0, zoneless=True)],
    Reason.SURVEY: [told(said(CUSTOMER), said(AGENT, 95, aside=Aside.SURVEY), said(AGENT, 99), theirs=95)],
    Reason.MADE_PRIVATE: [
        told(said(CUSTOMER), said(AGENT, 20, public=False, made_private=True), said(AGENT, 95), theirs=20)
    ],
    Reason.COPIED_PERSON: [told(said(PASSER_BY, 50), said(AGENT, 95), theirs=95)],
    Reason.COUNTED_FROM_BOT: [told(said(CUSTOMER), said(ROBOT, 35), said(AGENT, 95), theirs=60)],
    Reason.MERGED_HERE: [
        told(said(CUSTOMER), said(AGENT, 95), said(AGENT, 99, aside=Aside.MERGED_HERE), theirs=400)
    ],
    Reason.PRIVATE_NOTE_COUNTED: [
        told(said(CUSTOMER), said(AGENT, 20, public=False), said(AGENT, 95), theirs=20),
        told(said(CUSTOMER), said(AGENT, 20, public=False), theirs=20),
    ],
    Reason.NOT_KNOWN_AS_STAFF: [told(said(CUSTOMER), said(PASSER_BY, 20), said(AGENT, 95), theirs=20)],
    Reason.CUSTOMER_CAME_LATER: [told(said(CUSTOMER, 50), said(AGENT, 95), theirs=95)],
    Reason.LIVE_SESSION: [told(said(CUSTOMER), said(AGENT, 95), theirs=4, is_chat=True)],
    Reason.TICKET_SHARING: [told(said(CUSTOMER), said(AGENT, 95), theirs=4, shared=True)],
    Reason.REOPENED: [told(said(CUSTOMER), said(AGENT, 95), said(AGENT, 300), theirs=300, reopened=True)],
    Reason.LATER_REPLY_COUNTED: [told(said(CUSTOMER), said(AGENT, 95), said(AGENT, 300), theirs=300)],
    Reason.FIGURE_IS_OLDER: [told(said(CUSTOMER), said(AGENT, 95), changed_at=MADE + timedelta(minutes=60))],
    Reason.UNEXPLAINED: [
        told(said(CUSTOMER), said(AGENT, 95), theirs=4),
        told(said(CUSTOMER), said(AGENT, 95)),
        told(said(CUSTOMER), theirs=40),
    ],
}


@pytest.mark.parametrize("ticket", SAME.values(), ids=SAME.keys())
def test_what_both_sides_say_alike_is_no_difference(ticket: ForeignTicket) -> None:
    assert compared(ticket).reasons == ()


@pytest.mark.parametrize(
    ("reason", "ticket"), [(reason, ticket) for reason, tickets in DIFFERENT.items() for ticket in tickets]
)
def test_each_difference_has_its_name(reason: Reason, ticket: ForeignTicket) -> None:
    assert compared(ticket).reason is reason


def test_every_reason_is_tried_here() -> None:
    assert set(DIFFERENT) | {Reason.ANOTHER_SCHEDULE, Reason.OPEN_HOURS_COUNTED} == set(Reason)


@pytest.mark.parametrize(
    "ticket",
    [
        told(said(CUSTOMER), said(AGENT, 95), theirs=4, imported=True),
        told(said(CUSTOMER), said(AGENT, 95), theirs=95, zoneless=True),
        told(said(CUSTOMER, -7), said(AGENT, 88), theirs=88, zoneless=True),
    ],
)
def test_what_only_might_explain_a_difference_is_not_said_to(ticket: ForeignTicket) -> None:
    assert Reason.TIME_ZONE not in compared(ticket).reasons


def test_a_survey_is_no_question_and_no_answer() -> None:
    survey = said(CUSTOMER, 20, aside=Aside.SURVEY)

    assert ours(told(said(AGENT, public=False), survey, said(AGENT, 30))).outcome == "not_applicable"


def test_what_goes_on_in_another_ticket_is_merged_though_nothing_but_a_note_says_so() -> None:
    ticket = told(said(CUSTOMER), said(AGENT, 95, public=False, aside=Aside.MERGED_AWAY))

    assert ours(ticket).outcome == "merged"


def test_another_schedule_is_told_from_another_answer() -> None:
    """The ticket was made at 08:00 in London, in summer time at 09:00; the office there opens at ten."""
    book = ten_to_six()
    ticket = told(said(CUSTOMER), said(AGENT, 95), theirs=95, business=95)

    found = compared(ticket, book)

    assert (found.ours.wall, found.ours.business) == (95 * 60, 35 * 60)
    assert found.reason is Reason.ANOTHER_SCHEDULE
    assert compared(told(said(CUSTOMER), said(AGENT, 95), theirs=95, business=35), book).reasons == ()


def ten_to_six() -> Book:
    hours = office("Europe/London", opens="10:00", closes="18:00")
    return Book([promise(calendar_id=1)], [calendar(hours)])


def test_open_hours_may_be_called_time_by_the_clock_on_the_wall() -> None:
    ticket = told(said(CUSTOMER), said(AGENT, 95), theirs=35)

    assert compared(ticket, ten_to_six()).reason is Reason.OPEN_HOURS_COUNTED
    assert compared(ticket).reason is Reason.UNEXPLAINED


def test_all_that_fits_is_kept_and_the_first_is_shown() -> None:
    ticket = told(said(AGENT), said(ROBOT, 20), said(CUSTOMER, 100), theirs=20, is_chat=True)

    assert compared(ticket).reasons == (Reason.AGENT_STARTED, Reason.BOT_COUNTED, Reason.LIVE_SESSION)


def test_who_was_never_answered_has_no_answer_of_no_length() -> None:
    closed, waiting = (
        told(said(CUSTOMER), ended_at=MADE + timedelta(hours=3)),
        told(said(CUSTOMER), ending=Ending.OPEN),
    )

    assert (ours(closed).outcome, ours(closed).wall) == ("unanswered", 3 * 3600)
    assert (ours(waiting).outcome, ours(waiting).wall) == ("waiting", 30 * 24 * 3600)


def test_a_wait_begins_when_the_customer_asks_though_an_agent_took_it_down_before() -> None:
    ticket = told(said(AGENT, public=False), said(CUSTOMER, 100), said(AGENT, 130), theirs=130)

    assert ours(ticket).wall == 30 * 60


def test_where_we_wrote_first_no_first_answer_is_owed() -> None:
    assert ours(told(said(AGENT), said(CUSTOMER, 10), said(AGENT, 20))).outcome == "not_applicable"


def test_an_agent_who_asks_for_themselves_is_a_customer() -> None:
    assert ours(told(said(AGENT), said(COLLEAGUE, 20), requester=AGENT)).wall == 20 * 60


def test_who_was_staff_when_they_wrote_is_though_they_left() -> None:
    assert ours(told(said(CUSTOMER), said(PASSER_BY, 20, by_staff=True))).wall == 20 * 60


def test_whom_they_call_a_customer_is_one_though_they_work_there_too() -> None:
    assert ours(told(said(CUSTOMER), said(COLLEAGUE, 20, by_staff=False), said(AGENT, 95))).wall == 95 * 60


def test_comments_count_in_the_order_of_their_times_however_they_are_listed() -> None:
    assert ours(told(said(AGENT, 95), said(CUSTOMER))).wall == 95 * 60


def test_a_figure_in_seconds_is_held_to_seconds() -> None:
    by_the_minute = told(said(CUSTOMER), said(AGENT, 95), figure=TheirFigure(calendar=95 * 60 + 30))
    by_the_second = told(said(CUSTOMER), said(AGENT, 95), figure=TheirFigure(calendar=95 * 60 + 30, grain=2))

    assert compared(by_the_minute).reason is None
    assert compared(by_the_second).reason is Reason.UNEXPLAINED
