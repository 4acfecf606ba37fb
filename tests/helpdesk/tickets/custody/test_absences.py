"""Somebody is away: what waits for words is asked of others, the rest once its customer writes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.conversation import held_replies
from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.replies import add_note, receive_customer_message, reply_in_public
from helpdesk.models import Absence, Agent, HeldReply, Ticket
from helpdesk.tickets import assignment
from helpdesk.tickets.custody import absences
from helpdesk.tickets.custody.absences import AwayTooShort, NoAbsenceToUndo, NotTheirOverseer
from tests.helpdesk.desk import history
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
LEFT = NOW + 10 * MINUTE
UNTIL = NOW + timedelta(days=3)


def held(make: Make, agent: Agent, *, answered: bool = False) -> Ticket:
    ticket = make.ticket()
    assignment.claim(ticket=ticket, by=agent, now=NOW + MINUTE)
    if answered:
        reply_in_public(ticket=ticket, author=agent, body="When?", now=NOW + 2 * MINUTE, then=AfterReply.WAIT)
    return ticket


def go(agent: Agent, by: Agent | None = None) -> Absence:
    return absences.go_away(agent=agent, until=UNTIL, by=by or agent, now=LEFT)


def whose(ticket: Ticket) -> Agent | None:
    ticket.refresh_from_db()
    return ticket.assignee


def test_what_waits_for_words_returns_at_once_and_history_says_why(make: Make) -> None:
    owner = make.agent()
    waiting, answered = held(make, owner), held(make, owner, answered=True)

    assert go(owner).returned == [waiting.pk]

    assert (whose(waiting), whose(answered)) == (None, owner)
    assert history(waiting)[-1] == "unassigned away"
    assert waiting.unacknowledged_since == LEFT
    assert absences.away_until(owner, now=LEFT) == UNTIL


def test_the_rest_returns_when_its_customer_writes(make: Make) -> None:
    owner = make.agent()
    answered = held(make, owner, answered=True)
    go(owner)

    receive_customer_message(ticket=answered, body="Out of office", now=LEFT + MINUTE, automatic=True)
    assert whose(answered) == owner
    receive_customer_message(ticket=answered, body="Blue.", now=LEFT + 2 * MINUTE)

    assert whose(answered) is None
    assert history(answered)[-1] == "unassigned away"


def test_an_absence_ends_by_itself(make: Make) -> None:
    owner = make.agent()
    answered = held(make, owner, answered=True)
    go(owner)

    assert absences.away_until(owner, now=UNTIL) is None
    receive_customer_message(ticket=answered, body="Blue.", now=UNTIL)
    assert whose(answered) == owner


def test_whoever_is_back_keeps_what_their_customers_write_on(make: Make) -> None:
    owner = make.agent()
    answered = held(make, owner, answered=True)
    go(owner)

    assert absences.come_back(agent=owner, by=owner, now=LEFT + MINUTE)
    assert not absences.come_back(agent=owner, by=owner, now=LEFT + MINUTE)
    receive_customer_message(ticket=answered, body="Blue.", now=LEFT + 2 * MINUTE)
    assert whose(answered) == owner


def test_a_reply_that_is_just_leaving_stays_with_its_author(make: Make) -> None:
    owner = make.agent()
    ticket = held(make, owner)
    HeldReply.objects.create(
        ticket=ticket,
        author=owner,
        body="Here.",
        then="wait",
        external_id="page:1",
        sent_at=LEFT,
        leaves_at=LEFT,
    )

    assert go(owner).returned == []
    assert [*absences.returning_later(owner)] == [ticket]


def test_where_it_cannot_be_said_after_all_its_ticket_waits_with_nobody_who_is_away(make: Make) -> None:
    owner = make.agent()
    ticket = held(make, owner)
    sent = {"then": "wait", "external_id": "page:1", "sent_at": LEFT, "leaves_at": LEFT}
    HeldReply.objects.create(ticket=ticket, author=owner, body="Here.", **sent)
    go(owner)
    assert whose(ticket) == owner

    held_replies.let_go(now=LEFT + MINUTE, limit=10)

    assert HeldReply.objects.get().refused_at is not None  # no mailbox is left by which it could leave
    assert whose(ticket) is None


def test_a_reply_that_was_given_back_to_its_author_keeps_no_ticket_with_them(make: Make) -> None:
    owner = make.agent()
    ticket = held(make, owner)
    given_back(ticket, owner)

    assert [*absences.returning_later(owner)] == []
    assert go(owner).returned == [ticket.pk]


def given_back(ticket: Ticket, author: Agent) -> HeldReply:
    sent = {"then": "wait", "external_id": "page:1", "sent_at": NOW, "leaves_at": NOW}
    why = {"refused_at": NOW, "why": "Its mailbox is gone."}
    return HeldReply.objects.create(ticket=ticket, author=author, body="Here.", **sent, **why)


def test_it_is_taken_back_with_all_that_it_did_but_where_somebody_has_acted(make: Make) -> None:
    owner = make.agent()
    untouched, taken, noted = (held(make, owner) for _ in range(3))
    before = [untouched.waiting_since, untouched.unacknowledged_since]
    go(owner)
    assignment.claim(ticket=taken, by=make.agent("colleague"), now=LEFT + MINUTE)
    add_note(ticket=noted, author=make.agent("colleague"), body="Hm.", now=LEFT + MINUTE)

    assert absences.undo_absence(agent=owner, by=owner, now=LEFT + 2 * MINUTE) == 1

    assert [whose(each) for each in (untouched, taken, noted)] == [owner, make.agent("colleague"), None]
    assert [untouched.waiting_since, untouched.unacknowledged_since] == before
    assert history(untouched)[-1] == "undone away"
    with pytest.raises(NoAbsenceToUndo):
        absences.undo_absence(agent=owner, by=owner, now=LEFT + 2 * MINUTE)


def test_long_after_it_is_ended_and_not_undone(make: Make) -> None:
    go(make.agent())

    with pytest.raises(NoAbsenceToUndo):
        absences.undo_absence(agent=make.agent(), by=make.agent(), now=LEFT + timedelta(hours=1))


def test_an_overseer_of_a_queue_of_theirs_says_it_and_nobody_else(make: Make) -> None:
    owner = make.agent()
    for other in ("colleague", "outsider"):
        with pytest.raises(NotTheirOverseer), transaction.atomic():
            go(owner, by=make.agent(other))

    assert go(owner, by=make.agent("overseer")).said_by == make.agent("overseer")
    assert absences.come_back(agent=owner, by=make.agent("admin"), now=LEFT)


@pytest.mark.parametrize("span", [timedelta(), -MINUTE, timedelta(days=400)])
def test_it_ends_later_than_now_and_within_a_year(make: Make, span: timedelta) -> None:
    with pytest.raises(AwayTooShort):
        absences.go_away(agent=make.agent(), until=LEFT + span, by=make.agent(), now=LEFT)


def test_whoever_gives_a_ticket_to_somebody_away_is_warned(make: Make) -> None:
    owner, colleague = make.agent(), make.agent("colleague")
    go(owner)
    ticket = make.ticket()

    assignment.assign(ticket=ticket, to=owner, by=colleague, now=LEFT + MINUTE)

    assert [str(each) for each in ticket.noticed] == [
        "\u2068Owner\u2069 is away. When the customer writes, it goes back to the queue."
    ]
    assert whose(ticket) == owner
