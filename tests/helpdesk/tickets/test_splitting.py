"""What is about something else goes to a ticket of its own, which counts from when it was said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.conversation import answers, bounces, replies
from helpdesk.models import Author, DraftKind, Message, Status, Ticket, TicketEvent
from helpdesk.tickets import assignment, ticket_status
from helpdesk.tickets.membership import NotAMember
from helpdesk.tickets.opening.new_ticket import NewCustomer
from helpdesk.tickets.splitting import splitting
from helpdesk.tickets.undo import NothingToUndo, undo
from tests.helpdesk.conversation.drafts.drafts import begun
from tests.helpdesk.desk import history
from tests.make import NOW, Make

MINUTE = timedelta(minutes=1)
SOON = NOW + 30 * MINUTE
JUST_AFTER = SOON + timedelta(seconds=3)
MARIA = NewCustomer(email="maria@example.com", name="Maria")


def stands(ticket: Ticket) -> dict[str, object]:
    [row] = Ticket.objects.filter(pk=ticket.pk).values()
    return {name: row[name] for name in ("status", "waiting_since", "unacknowledged_since", "assignee_id")}


def split(
    make: Make, ticket: Ticket, *messages: Message, customer: NewCustomer | None = None, who: str = "owner"
) -> Ticket:
    ids = [message.pk for message in messages]
    wanted = splitting.Split(messages=ids, customer=customer, subject="Another")
    return splitting.split(wanted, ticket=ticket, by=make.agent(who), now=SOON)


def ask(ticket: Ticket, after: int, body: str = "And another thing?") -> Message:
    return replies.receive_customer_message(ticket=ticket, body=body, now=NOW + after * MINUTE)


def reply(
    make: Make, ticket: Ticket, after: int, then: answers.AfterReply = answers.AfterReply.KEEP_OPEN
) -> Message:
    return replies.reply_in_public(
        ticket=ticket, author=make.agent(), body="Here.", now=NOW + after * MINUTE, then=then
    )


def test_a_question_waits_on_its_own_ticket_since_it_was_asked(make: Make, ticket: Ticket) -> None:
    reply(make, ticket, 1)
    before = stands(ticket)
    asked = ask(ticket, 5)

    other = split(make, ticket, asked, customer=MARIA)

    asked.refresh_from_db()
    assert (asked.ticket, other.split_from, other.customer.name) == (other, ticket, "Maria")
    assert (other.subject, other.waiting_since, other.occurred_at) == (
        "Another",
        asked.sent_at,
        asked.sent_at,
    )
    assert (other.assignee, other.queue, other.status) == (make.agent(), ticket.queue, Status.NEW)
    assert stands(ticket) == before
    assert history(other) == ["opened", "assigned"]
    [heard] = TicketEvent.objects.filter(ticket=ticket, message=asked).values_list("seq", flat=True)
    split_off = TicketEvent.objects.get(ticket=ticket, kind="split_off")
    assert split_off.payload == {"ticket": other.pk, "seqs": [heard]}


def test_a_ticket_that_a_message_has_brought_back_rests_as_before(make: Make, ticket: Ticket) -> None:
    reply(make, ticket, 1, then=answers.AfterReply.RESOLVE)
    asked = ask(ticket, 5)
    assert stands(ticket)["status"] == Status.OPEN

    other = split(make, ticket, asked)

    assert (stands(ticket)["status"], stands(ticket)["waiting_since"]) == (Status.RESOLVED, None)
    assert (other.status, other.waiting_since, other.customer) == (Status.NEW, asked.sent_at, ticket.customer)


def test_an_answer_that_goes_along_counts_there_and_no_longer_here(make: Make, ticket: Ticket) -> None:
    asked = ask(ticket, 5)
    answered = reply(make, ticket, 6, then=answers.AfterReply.WAIT)
    note = replies.add_note(ticket=ticket, author=make.agent(), body="Hm.", now=NOW + 7 * MINUTE)

    other = split(make, ticket, asked, answered, note)

    assert (other.status, other.waiting_since) == (Status.PENDING, None)
    assert history(other)[:4] == ["opened", "public_reply_sent", "status_changed pending", "note_added"]
    assert (stands(ticket)["status"], stands(ticket)["waiting_since"]) == (Status.NEW, ticket.occurred_at)


def test_what_bounces_after_it_has_gone_bounces_there(make: Make, ticket: Ticket) -> None:
    answered = reply(make, ticket, 6)
    asked = ask(ticket, 7)
    other = split(make, ticket, answered, asked)
    answered.refresh_from_db()

    assert bounces.take_back_bounced(ticket=answered.ticket, message=answered, now=JUST_AFTER)

    assert TicketEvent.objects.get(kind="reply_bounced").payload == {"reply_seq": 1}
    assert (other.pk, other.waiting_since) == (answered.ticket_id, asked.sent_at)


def test_whoever_had_it_in_hand_has_it_in_hand_there(make: Make, ticket: Ticket) -> None:
    asked = ask(ticket, 5)
    assignment.claim(ticket=ticket, by=make.agent(), now=NOW + 6 * MINUTE)

    other = split(make, ticket, asked)

    assert (other.unacknowledged_since, history(other)) == (None, ["opened", "acknowledged", "assigned"])


def test_the_first_message_stays(make: Make, ticket: Ticket) -> None:
    first = Message.objects.get(ticket=ticket)
    asked = ask(ticket, 5)

    with pytest.raises(splitting.OpeningStays):
        split(make, ticket, first, asked)


def test_nothing_and_what_is_elsewhere_and_what_machines_say_is_refused(make: Make, ticket: Ticket) -> None:
    receipt = replies.send_automatically(ticket=ticket, body="We have it.", now=NOW + MINUTE)
    elsewhere = ask(make.ticket(), 3)

    with pytest.raises(splitting.NothingToSplit):
        split(make, ticket)
    with pytest.raises(splitting.SystemLine):
        split(make, ticket, receipt)
    with pytest.raises(splitting.MessageElsewhere):
        split(make, ticket, elsewhere)
    with pytest.raises(NotAMember):
        split(make, ticket, ask(ticket, 4), who="outsider")
    assert not Ticket.objects.filter(split_from=ticket).exists()


@pytest.mark.parametrize("from_the_other", [False, True])
def test_a_split_is_undone_on_both_tickets_together(make: Make, ticket: Ticket, from_the_other: bool) -> None:
    reply(make, ticket, 1, then=answers.AfterReply.RESOLVE)
    asked = ask(ticket, 5)
    before = stands(ticket)
    other = split(make, ticket, asked, customer=MARIA)

    one = other if from_the_other else ticket
    assert undo(ticket=one, by=make.agent(), now=JUST_AFTER)
    assert not undo(ticket=one, by=make.agent(), now=JUST_AFTER)

    asked.refresh_from_db()
    other.refresh_from_db()
    assert (asked.ticket, stands(ticket), other.status) == (ticket, before, Status.DELETED)
    with pytest.raises(ticket_status.SplitPutBack):
        ticket_status.restore(ticket=other, by=make.agent(), now=JUST_AFTER)
    assert split(make, ticket, asked).pk != other.pk


@pytest.mark.parametrize("on_the_other", [False, True])
def test_a_split_is_not_undone_once_somebody_has_acted_on_either(
    make: Make, ticket: Ticket, on_the_other: bool
) -> None:
    asked = ask(ticket, 5)
    other = split(make, ticket, asked)
    replies.add_note(
        ticket=other if on_the_other else ticket, author=make.agent("colleague"), body="Hm.", now=JUST_AFTER
    )

    for one in (ticket, other):
        with pytest.raises(NothingToUndo):
            undo(ticket=one, by=make.agent(), now=JUST_AFTER)


def test_what_comes_twice_is_said_once_wherever_it_went(make: Make, ticket: Ticket) -> None:
    asked = replies.receive_customer_message(
        ticket=ticket, body="And?", now=NOW + MINUTE, external_id="shop-7"
    )
    split(make, ticket, asked)

    again = replies.receive_customer_message(ticket=ticket, body="And?", now=SOON, external_id="shop-7")

    assert again == asked


def test_what_is_being_written_to_a_third_party_goes_along_with_what_they_wrote(
    make: Make, ticket: Ticket
) -> None:
    asked = ask(ticket, 5)
    theirs = ask(ticket, 6, "It was sent on Monday.")
    Message.objects.filter(pk=theirs.pk).update(author=Author.THIRD_PARTY)
    draft = begun(ticket, make.agent(), kind=DraftKind.OUTSIDE, answers=theirs)

    other = split(make, ticket, asked, theirs)
    draft.refresh_from_db()
    assert draft.ticket == other

    undo(ticket=other, by=make.agent(), now=JUST_AFTER)
    draft.refresh_from_db()
    assert draft.ticket == ticket
