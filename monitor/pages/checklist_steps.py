"""What a new installation needs, how one sees that it is there, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.models import (
    Agent,
    ApiKey,
    Environment,
    Invitation,
    Mailbox,
    Queue,
    Store,
    Ticket,
)
from helpdesk.templatetags.times import on_the_clock
from monitor.models import Confirmable, LifeSign
from monitor.promises import first_decisions, in_force
from monitor.promises.first_decisions import confirmed_at, shown_hours
from monitor.promises.hours import hours_words

MAIL_WENT: Final = "mail"
"""The sign of life that a test alert leaves."""
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class StepState:
    """Whether a step is done, and in a few words what is there."""

    done: bool
    value: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    """One thing to do: ticked when it is so. `part` names the template with what to do."""

    part: str
    title: Promise | str
    done: bool
    value: str


def checklist_steps(now: datetime) -> list[ChecklistStep]:
    """Ask the tables; nothing is ticked by hand."""
    states = [(part, title, ask(now)) for part, title, ask in STEPS]
    return [ChecklistStep(part, title, state.done, state.value) for part, title, state in states]


def mail_reaches_people() -> bool:
    """Whether mail goes to a server: what is written to files or a console reaches nobody."""
    kept_here = ("filebased.EmailBackend", "console.EmailBackend", "dummy.EmailBackend")
    return not settings.EMAIL_BACKEND.endswith(kept_here)


def _hours(now: datetime) -> StepState:
    shown = shown_hours(now)
    words = ", ".join(hours_words.week_words(shown.version.spec)) if shown else _("there are none")
    zone = shown.version.spec.get("timezone") if shown else None
    done = confirmed_at(Confirmable.HOURS) is not None
    return StepState(done=done, value=f"{words} ({zone})" if zone else words)


def _promises(now: datetime) -> StepState:
    if not first_decisions.promises_are_confirmed(now):
        was = confirmed_at(Confirmable.PROMISES)
        asked = _("the hours have changed since: do they still mean what was meant?")
        return StepState(done=False, value=asked if was else "")
    names = [str(one.policy) for one in in_force.policies_in_force(now)]
    return StepState(done=True, value=_listed(names))


def _ways_in(now: datetime) -> StepState:
    """Done once tickets can come to a real store: by the API, or by mail."""
    real = Store.objects.exclude(environment=Environment.DEMO)
    has_key = Exists(ApiKey.objects.valid().filter(store=OuterRef("pk")))
    has_mailbox = Exists(Mailbox.objects.filter(store=OuterRef("pk")))
    names = list(real.filter(has_key | has_mailbox).order_by("pk").values_list("name", flat=True))
    return StepState(done=bool(names), value=_listed(names))


def _colleagues(now: datetime) -> StepState:
    people = Agent.objects.filter(is_demo=False, is_active=True).order_by("pk")
    names = [str(agent) for agent in people[: _NAMED + 1]]
    open_ones = Invitation.objects.open(now).order_by("pk")
    asked = list(open_ones.values_list("email", flat=True)[: _NAMED + 1])
    return StepState(done=len(names) > 1 or bool(asked), value=_listed(names if len(names) > 1 else asked))


def _test_ticket(now: datetime) -> StepState:
    newest = Ticket.objects.in_environment(Environment.TEST).order_by("-pk").first()
    return StepState(done=newest is not None, value=newest.reference if newest else "")


def _alert(now: datetime) -> StepState:
    """Done once one was sent by a way that reaches people, and nothing that breaks goes untold."""
    sent = LifeSign.objects.filter(name=MAIL_WENT).first()
    silent = Queue.objects.without_overseer().order_by("name")
    if not mail_reaches_people():
        return StepState(done=False, value=_("mail stays on this machine: alerts reach nobody"))
    if silent:
        told = ngettext("nobody oversees %(queues)s", "nobody oversees %(queues)s", len(silent))
        return StepState(done=False, value=told % {"queues": _listed([queue.name for queue in silent])})
    words = _("sent at %s") % on_the_clock(sent.seen_at, now) if sent else ""
    return StepState(done=sent is not None, value=words)


def _listed(names: Iterable[str]) -> str:
    """Name the first few, and say that there are more."""
    all_of_them = list(names)
    return ", ".join(all_of_them[:_NAMED]) + (" …" if len(all_of_them) > _NAMED else "")


STEPS: Final[tuple[tuple[str, Promise | str, Callable[[datetime], StepState]], ...]] = (
    ("hours", gettext_lazy("Working hours"), _hours),
    ("promise", gettext_lazy("The first promise"), _promises),
    ("store", gettext_lazy("A store, with its mailbox or key"), _ways_in),
    ("invitation", gettext_lazy("A colleague"), _colleagues),
    ("ticket", gettext_lazy("A test ticket"), _test_ticket),
    ("alert", gettext_lazy("A test alert"), _alert),
)
"""What is to be done, in this order, and how one sees that it is."""
