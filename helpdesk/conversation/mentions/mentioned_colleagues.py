"""Whom a note mentions: by name where only one is called so, by address else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.input.mentioned_names import key_of, mentioned
from helpdesk.input.visible_text import isolated
from helpdesk.models import Agent, Membership, Ticket
from helpdesk.refusal import Refused


class NobodyOfAddress(Refused):
    """The address is nobody's who may see the ticket; whether it is anybody's at all is not said."""

    code = "nobody-of-address"
    place = "/body"
    sentence = _("Nobody who may see this ticket has the address %(address)s. The note was not added.")


class MayNotSee(Refused):
    """The colleague may not see the ticket, and would not be told of it."""

    code = "may-not-see"
    place = "/body"
    sentence = _(
        "%(name)s may not see this ticket, so they cannot be mentioned on it. The note was not added."
    )


class SeveralOfName(Refused):
    """Several who may see the ticket are called the same."""

    code = "several-of-name"
    place = "/body"
    sentence = _("Several colleagues are called %(name)s. Write whom you mean by address: %(addresses)s.")


def who_may_be(ticket: Ticket) -> QuerySet[Agent]:
    """Return those who may see a ticket, and so may be mentioned on it."""
    placed = Membership.objects.filter(queue=ticket.queue_id).values("agent")
    return Agent.objects.filter(Q(is_admin=True) | Q(pk__in=placed), is_active=True)


def mentioned_in(text: str, *, ticket: Ticket, by: Agent) -> list[Agent]:
    """Return the colleagues whom a note mentions, each once, and never its author.

    An `@` before anything else is no mention. Raises `NobodyOfAddress`, `SeveralOfName`, and `MayNotSee` about those
    whom the author knows.
    """
    if "@" not in text:
        return []
    there = list(who_may_be(ticket))
    elsewhere = [one for one in Agent.objects.visible_to(by) if one not in there]
    called = _by_name(there)
    strangers = _by_name(elsewhere)
    found = {}
    for match in mentioned(text, [*called, *strangers]):
        colleague = _colleague(match["said"], there, called, strangers)
        found[colleague.pk] = colleague
    found.pop(by.pk, None)
    return list(found.values())


def namesakes_of(agents: Collection[Agent], ticket: Ticket) -> set[Agent]:
    """Return those of a few colleagues whose name says nothing, or is that of another who may see the ticket too."""
    called = _by_name(who_may_be(ticket)) if agents else {}
    return {agent for agent in agents if not agent.name.strip() or len(called[key_of(agent.name)]) > 1}


def _by_name(agents: Iterable[Agent]) -> dict[str, list[Agent]]:
    called: dict[str, list[Agent]] = defaultdict(list)
    for agent in agents:
        called[key_of(agent.name)].append(agent)
    return called


def _colleague(
    said: str, there: Iterable[Agent], called: dict[str, list[Agent]], strangers: dict[str, list[Agent]]
) -> Agent:
    key = key_of(said)
    if "@" in said:
        at_address = [agent for agent in there if agent.email == key]
        if not at_address:
            raise NobodyOfAddress(address=isolated(said))
        return at_address[0]
    namesakes = called.get(key) or []
    if len(namesakes) > 1:
        addresses = ", ".join(isolated(f"@{one.email}") for one in namesakes)
        raise SeveralOfName(name=isolated(namesakes[0].name), addresses=addresses)
    if not namesakes:
        raise MayNotSee(name=isolated(strangers[key][0].name))
    return namesakes[0]
