"""Everything that can be done to tickets, promises and flags; `story` draws it at random."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from helpdesk.access.people import departures
from helpdesk.conversation import answers, bounces, replies
from helpdesk.jobs import job_turn
from helpdesk.models import Author, EventKind, Message, StoreTopic, Ticket, TicketEvent
from helpdesk.tickets import (
    assignment,
    manual_due_time,
    merging,
    ticket_attributes,
    ticket_status,
    undo,
)
from helpdesk.tickets.custody import absences, claim_ends, snoozes
from helpdesk.tickets.opening import opening
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewCustomer, OrderSnapshot
from helpdesk.tickets.splitting import splitting
from helpdesk.tickets.ticket_change import changing
from monitor.alarms import flags
from monitor.models import Flag
from monitor.promises import versions
from monitor.relay import recount, relay
from monitor.watch import sweep
from tests.monitor import poison
from tests.monitor.machine.world import HOURS, RULES, World, at

# What people and customers do.


def open_some(
    world: World, now: datetime, *, shapes: list[dict[str, Any]], store: int, by: int, outbound: bool
) -> None:
    made = [
        world.make.shape(**{**shape, "occurred_at": at(now, shape["occurred_at"]), "body": "Hello?"})
        for shape in shapes
    ]
    opening.open_tickets(
        made,
        store=world.stores[store],
        now=now,
        first_words=[_first_word(world, by, outbound)] * len(made),
        queue=world.queues[store],
    )


def _first_word(world: World, by: int, outbound: bool) -> FirstWord:
    return FirstWord(world.agents[by], outbound) if by < len(world.agents) else FirstWord()


def say(world: World, now: datetime, *, ticket: Ticket, back: int, automatic: bool, imported: bool) -> None:
    replies.receive_customer_message(
        ticket=ticket, body="And?", now=now, sent_at=at(now, back), automatic=automatic, imported=imported
    )


def reply(
    world: World,
    now: datetime,
    *,
    ticket: Ticket,
    back: int,
    then: answers.AfterReply,
    by: int,
    holding: bool,
) -> None:
    replies.reply_in_public(
        ticket=ticket,
        author=world.agents[by],
        body="Here.",
        now=now,
        sent_at=at(now, back),
        then=then,
        holding=holding,
    )


def reply_as_bot(world: World, now: datetime, *, ticket: Ticket, back: int, holding: bool) -> None:
    replies.reply_as_bot(ticket=ticket, body="Beep.", now=now, sent_at=at(now, back), holding=holding)


def send_receipt(world: World, now: datetime, *, ticket: Ticket) -> None:
    replies.send_automatically(ticket=ticket, body="We have it.", now=now)


def note(world: World, now: datetime, *, ticket: Ticket, by: int) -> None:
    replies.add_note(ticket=ticket, author=world.agents[by], body="Hm.", now=now)


def answer_elsewhere(
    world: World, now: datetime, *, ticket: Ticket, back: int, way: str, then: answers.AfterReply, by: int
) -> None:
    replies.answer_elsewhere(
        ticket=ticket,
        by=world.agents[by],
        way=way,
        body="Told.",
        now=now,
        answered_at=at(now, back),
        then=then,
    )


def take_back(world: World, now: datetime, *, ticket: Ticket, by: int) -> None:
    undo.undo(ticket=ticket, by=world.agents[by], now=now)


def leave(world: World, now: datetime, *, by: int, queue: int) -> None:
    """Hand back what somebody held in a queue, as if they had left it; they come back at once."""
    departures.leave(agent=world.agents[by], queue_ids=[world.queues[queue].pk], now=now)


def bounce(world: World, now: datetime, *, ticket: Ticket, which: int) -> None:
    sent = list(
        Message.objects.filter(ticket=ticket, public=True).exclude(author=Author.CUSTOMER).order_by("pk")
    )
    if sent:
        bounces.take_back_bounced(ticket=ticket, message=sent[which % len(sent)], now=now)


def acknowledge(world: World, now: datetime, *, ticket: Ticket, by: int, back: int) -> None:
    assignment.acknowledge(ticket=ticket, by=world.agents[by], now=now, occurred_at=at(now, back))


def claim(world: World, now: datetime, *, ticket: Ticket, by: int) -> None:
    assignment.claim(ticket=ticket, by=world.agents[by], now=now)


def end_claims(world: World, now: datetime, *, limit: int) -> None:
    claim_ends.end_due(now=now, limit=limit)


def snooze(world: World, now: datetime, *, ticket: Ticket, by: int, ahead: int) -> None:
    until = now + timedelta(minutes=ahead) if ahead else None
    snoozes.snooze(ticket=ticket, until=until, by=world.agents[by], now=now)


def snooze_until_order(world: World, now: datetime, *, ticket: Ticket, by: int) -> None:
    snoozes.snooze_until_order(ticket=ticket, by=world.agents[by], now=now)


def change_order(world: World, now: datetime, *, ticket: Ticket, status: str) -> None:
    ticket_attributes.change_order(ticket=ticket, order=OrderSnapshot(id="1001", status=status), now=now)


def snooze_no_more(world: World, now: datetime, *, ticket: Ticket, by: int) -> None:
    snoozes.end_snooze(ticket=ticket, by=world.agents[by], now=now)


def go_away(world: World, now: datetime, *, by: int, ahead: int) -> None:
    absences.go_away(
        agent=world.agents[by], until=now + timedelta(minutes=ahead), by=world.agents[by], now=now
    )


def come_back_after_all(world: World, now: datetime, *, by: int) -> None:
    absences.undo_absence(agent=world.agents[by], by=world.agents[by], now=now)


def assign(world: World, now: datetime, *, ticket: Ticket, by: int, to: int) -> None:
    assignment.assign(ticket=ticket, by=world.agents[by], to=world.agents[to], now=now)


def unassign(world: World, now: datetime, *, ticket: Ticket, by: int) -> None:
    assignment.unassign(ticket=ticket, by=world.agents[by], now=now)


def set_status(world: World, now: datetime, *, ticket: Ticket, by: int, status: str, back: int) -> None:
    ticket_status.set_status(
        ticket=ticket, by=world.agents[by], status=status, now=now, occurred_at=at(now, back)
    )


def close(world: World, now: datetime, *, ticket: Ticket, by_customer: bool) -> None:
    ticket_status.close(ticket=ticket, by=None, by_customer=by_customer, now=now)


def reopen(world: World, now: datetime, *, ticket: Ticket, by: int) -> None:
    ticket_status.reopen(ticket=ticket, by=world.agents[by] if by < len(world.agents) else None, now=now)


def need_no_reply(world: World, now: datetime, *, ticket: Ticket, by: int) -> None:
    ticket_status.mark_no_reply_needed(ticket=ticket, by=world.agents[by], now=now)


def sort(world: World, now: datetime, *, ticket: Ticket, priority: str, tags: list[str], tier: str) -> None:
    ticket_attributes.change_priority(ticket=ticket, priority=priority, by=None, now=now)
    ticket_attributes.change_tags(ticket=ticket, tags=tags, by=None, now=now)
    ticket_attributes.change_tier(ticket=ticket, tier=tier, by=None, now=now)


def change_topic(world: World, now: datetime, *, ticket: Ticket, topic: int) -> None:
    """Let it be about one of its store's topics, or another store's, which is refused; or about none."""
    topics = StoreTopic.objects.order_by("pk")
    ticket_attributes.change_topic(
        ticket=ticket, topic=topics[topic] if topic < len(topics) else None, by=None, now=now
    )


def change_customer(world: World, now: datetime, *, ticket: Ticket, by: int, customer: int) -> None:
    shape = NewCustomer(email=f"right{customer}@example.com", tier="vip" if customer else None)
    ticket_attributes.change_customer(ticket=ticket, customer=shape, by=world.agents[by], now=now)


def hand_over(world: World, now: datetime, *, ticket: Ticket, queue: int) -> None:
    ticket_attributes.change_queue(ticket=ticket, queue=world.queues[queue], by=None, now=now)


def promise(world: World, now: datetime, *, ticket: Ticket, metric: str, ahead: int) -> None:
    manual_due_time.set_due_time(
        ticket=ticket,
        metric=metric,
        due_at=now + timedelta(minutes=ahead),
        reason="They fly tonight.",
        by=world.agents[0],
        now=now,
    )


def promise_no_more(world: World, now: datetime, *, ticket: Ticket, metric: str) -> None:
    manual_due_time.clear_due_time(ticket=ticket, metric=metric, by=world.agents[0], now=now)


def merge(world: World, now: datetime, *, ticket: Ticket, into: int) -> None:
    other = world.ticket(into)
    if other is not None:
        merging.merge(ticket=ticket, into=other, by=None, now=now)


def split(world: World, now: datetime, *, ticket: Ticket, which: list[int], by: int) -> None:
    said = list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("pk", flat=True))[1:]
    chosen = {said[place % len(said)] for place in which} if said else set()
    wanted = splitting.Split(messages=chosen, customer=None, subject="Another")
    splitting.split(wanted, ticket=ticket, by=world.agents[by], now=now)


def put_aside(world: World, now: datetime, *, ticket: Ticket, spam: bool) -> None:
    (ticket_status.mark_spam if spam else ticket_status.delete)(ticket=ticket, by=None, now=now)


def restore(world: World, now: datetime, *, ticket: Ticket) -> None:
    ticket_status.restore(ticket=ticket, by=None, now=now)


# Relays that fail.


def poison_it(world: World, now: datetime, *, ticket: Ticket) -> None:
    poison.poison(ticket)


def cure_it(world: World, now: datetime, *, ticket: Ticket) -> None:
    poison.cure(ticket)
    relay.retry(TicketEvent.objects.set_aside().filter(ticket=ticket))


def write_nonsense(world: World, now: datetime, *, ticket: Ticket) -> None:
    """Write an event that no replay can read, as a service with a fault would."""
    with changing(ticket, now=now, author=Author.SYSTEM) as change:
        change.record(EventKind.DUE_TIME_SET, metric="resolution", due_at="2026-03-09T18:00:00")


# Promises, and those who watch them.


def publish_policy(world: World, now: datetime, **drawn: Any) -> None:
    versions.publish_policy(
        policy=world.policies[drawn["policy"]],
        rules=RULES[drawn["rules"]],
        position=drawn["position"],
        calendar=world.calendars[drawn["calendar"]],
        now=now,
        effective_at=now + timedelta(minutes=drawn["ahead"]),
        scope=drawn["scope"],
        retired=drawn["retired"],
    )


def publish_calendar(world: World, now: datetime, *, calendar: int, hours: int, ahead: int) -> None:
    versions.publish_calendar(
        calendar=world.calendars[calendar],
        spec=HOURS[hours],
        now=now,
        effective_at=now + timedelta(minutes=ahead),
    )


def sweep_up(world: World, now: datetime, *, limit: int) -> None:
    sweep.sweep(now=now, limit=limit, noticed_by="sweep")


def beat(world: World, now: datetime, *, limit: int) -> None:
    sweep.heartbeat(now=now, limit=limit)


def go_on_recounting(world: World, now: datetime, *, limit: int) -> None:
    job_turn.take(now=now, limit=limit)


def repair(world: World, now: datetime, *, ticket: Ticket) -> None:
    recount.repair([ticket.pk], now=now)


def take_in_hand(world: World, now: datetime, *, which: int) -> None:
    raised = list(Flag.objects.order_by("pk"))
    if raised:
        flags.acknowledge(flag=raised[which % len(raised)], by=world.agents[0], now=now)
