"""Being away: what waits for words goes back to its queue at once, the rest when its customer writes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import isolated
from helpdesk.models import Absence, Agent, Author, EventKind, HeldReply, Membership, Role, Ticket
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.refusal import Conflict, Refused
from helpdesk.tickets.assignment import let_go
from helpdesk.tickets.event_relays import relayed_together
from helpdesk.tickets.ticket_change import TicketChange, changing

LONGEST: Final = timedelta(days=366)
AWAY: Final = "away"
"""The reason that events give for what an absence did."""


class AwayTooShort(Refused):
    """An absence would end before it begins, or only after a year."""

    code = "bad-absence"
    place = "/until"
    sentence = _("Say a time from now on, within a year.")


class NotTheirOverseer(Refused):
    """Somebody says that a colleague is away whose queues they do not oversee."""

    code = "not-their-overseer"
    sentence = _("Only %(agent)s, an admin, or an overseer of one of their queues can say that.")


class NoAbsenceToUndo(Conflict):
    """The agent is not away any more, or has been for too long to take it back."""

    code = "no-absence-to-undo"
    sentence = _("There is no absence to take back.")


def away_until(agent: Agent | int, *, now: datetime) -> datetime | None:
    """Return until when an agent is away, or null."""
    return Absence.objects.lasting(now).filter(agent=agent).values_list("until", flat=True).first()


def may_say(by: Agent, *, of: Agent) -> bool:
    """Tell whether `by` can say that somebody is away: themself, an admin, an overseer of a queue of theirs."""
    if by == of or by.is_admin:
        return True
    theirs = Membership.objects.filter(agent=of).values("queue")
    return Membership.objects.filter(agent=by, role=Role.OVERSEER, queue__in=theirs).exists()


def returning_at_once(agent: Agent) -> TicketQuerySet:
    """Return what waits for words with an agent, but for what they have just answered and still hold."""
    held = Ticket.objects.live().filter(assignee=agent, waiting_since__isnull=False)
    return held.exclude(pk__in=_just_answered_by(agent))


def returning_later(agent: Agent) -> TicketQuerySet:
    """Return what stays with an agent who is away until its customer writes."""
    answered = Q(pk__in=_just_answered_by(agent))
    return Ticket.objects.live().filter(Q(waiting_since=None) | answered, assignee=agent)


def _just_answered_by(agent: Agent) -> QuerySet[HeldReply, int]:
    """Return the tickets to which a reply of theirs will be said; one that was given back to them answers nobody."""
    return HeldReply.objects.waiting().filter(author=agent).values_list("ticket", flat=True)


def go_away(*, agent: Agent, until: datetime, by: Agent, now: datetime) -> Absence:
    """Say that an agent is away from now on: what waits for words returns.

    Raises `AwayTooShort`, `NotTheirOverseer`.
    """
    require_transaction()
    if not now < until <= now + LONGEST:
        raise AwayTooShort
    if not may_say(by, of=agent):
        raise NotTheirOverseer(agent=isolated(str(agent)))
    Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)  # who gives them a ticket is done, or waits
    said = {"since": now, "until": until, "said_by": by, "returned": []}
    absence = Absence.objects.update_or_create(agent=agent, defaults=said)[0]
    with relayed_together(now=now):
        held = list(returning_at_once(agent).order_by("pk"))
        absence.returned = [ticket.pk for ticket in held if _give_back(ticket, agent=agent, now=now)]
    absence.save(update_fields=["returned"])
    return absence


def _give_back(ticket: Ticket, *, agent: Agent, now: datetime) -> bool:
    """Take the ticket from who is away, unless it is somebody else's meanwhile, or over."""
    with changing(ticket, now=now, author=Author.SYSTEM) as change:
        if ticket.assignee_id != agent.pk or not ticket.is_live:
            return False
        let_go(change, reason=AWAY, held_by=agent.pk)
        return True


def come_back(*, agent: Agent, by: Agent, now: datetime) -> bool:
    """Say that an agent is back; false where they were not away. Raises `NotTheirOverseer`."""
    if not may_say(by, of=agent):
        raise NotTheirOverseer(agent=isolated(str(agent)))
    deleted, _each = Absence.objects.lasting(now).filter(agent=agent).delete()
    return bool(deleted)


def undoable(absence: Absence | None, *, now: datetime) -> bool:
    """Tell whether an absence was said so lately that it can be taken back with all that it did."""
    return absence is not None and absence.until > now and absence.since >= now - settings.UNDO_WITHIN


def undo_absence(*, agent: Agent, by: Agent, now: datetime) -> int:
    """Take an absence back: tickets on which nothing happened since are theirs again; return how many.

    Raises `NoAbsenceToUndo`, `NotTheirOverseer`.
    """
    absence = Absence.objects.lasting(now).select_for_update().filter(agent=agent).first()
    if absence is None or not undoable(absence, now=now):
        raise NoAbsenceToUndo
    come_back(agent=agent, by=by, now=now)
    with relayed_together(now=now):
        tickets = Ticket.objects.live().filter(pk__in=absence.returned, assignee=None).order_by("pk")
        return sum(_have_again(ticket, agent=agent, now=now) for ticket in list(tickets))


def _have_again(ticket: Ticket, *, agent: Agent, now: datetime) -> bool:
    """Let the absence never have touched the ticket, if that was the last thing that happened to it."""
    with changing(ticket, now=now, author=Author.SYSTEM) as change:
        last = change.all_events()[-1]
        if last.kind != EventKind.UNASSIGNED or last.payload.get("reason") != AWAY:
            return False
        ticket.assignee = agent
        change.record(EventKind.UNDONE, seqs=[last.seq], reason=AWAY, held_by=agent.pk)
        return True


def let_go_of_the_away(change: TicketChange) -> None:
    """Take a ticket on which the customer waits anew from who is away, as part of a change that goes on."""
    ticket = change.ticket
    if ticket.assignee_id is None or change.imported or not ticket.is_live:
        return
    if away_until(ticket.assignee_id, now=change.now):
        let_go(change, reason=AWAY, held_by=ticket.assignee_id)
