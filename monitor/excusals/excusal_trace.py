"""Who said what of broken promises, as lines of the security log: numbers and codes, no words."""

from __future__ import annotations

from typing import Any

from helpdesk.access import security_log
from helpdesk.models import Agent, SecurityEventKind
from monitor.models import Freeze, ListedCause
from monitor.models.excusals.promise_identity import PromiseIdentity


def note_said(what: str, done: str, said: PromiseIdentity, *, by: Agent) -> None:
    """Write down what was done to what is said of a promise."""
    facts: dict[str, Any] = {"ticket": said.ticket_id, "metric": said.metric, "start_seq": said.start_seq}
    security_log.record(SecurityEventKind.SET_UP_CHANGED, actor=by, what=what, fields=[done], **facts)


def note_kept(thing: ListedCause | Freeze, done: str, *, by: Agent) -> None:
    """Write down what was done to a cause of the list, or to a freeze."""
    what = type(thing).__name__.lower()
    security_log.record(SecurityEventKind.SET_UP_CHANGED, actor=by, what=what, number=thing.pk, fields=[done])
