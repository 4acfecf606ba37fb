"""What an admin changes in the administration, as lines of the security log: which fields of what, no values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from helpdesk.access import security_log
from helpdesk.models import Agent, Membership
from helpdesk.models import SecurityEventKind as Kind

DELETED = "deleted"


def note_saved(thing: Model, fields: Iterable[str], formsets: Iterable[Any], *, by: Agent) -> None:
    """Write down a saved form, and the places in queues that stand on it."""
    changed = sorted(fields)
    if changed:
        _note(thing, changed, by=by)
    for formset in formsets:
        for place in (*formset.new_objects, *(each for each, _fields in formset.changed_objects)):
            _note_inline(place, Kind.ROLE_GIVEN, by=by)
        for place in formset.deleted_objects:
            _note_inline(place, Kind.ROLE_TAKEN, by=by)


def note_deleted(thing: Model, *, by: Agent) -> None:
    _note(thing, [DELETED], by=by)


def note_done(thing: str, *, what: str, by: Agent) -> None:
    """Write down what was done to something of which there is one."""
    security_log.record(Kind.SET_UP_CHANGED, actor=by, what=thing, fields=[what])


def note_done_on_server(thing: str, *, what: str) -> None:
    """Write down the same of whoever did it at the server, by a command."""
    security_log.record_on_server(Kind.SET_UP_CHANGED, what=thing, fields=[what])


def _note(thing: Model, fields: list[str], *, by: Agent) -> None:
    if isinstance(thing, Agent):
        rights: dict[str, Any] = {"agent": thing.pk, "admin": thing.is_admin, "active": thing.is_active}
        security_log.record(Kind.RIGHTS_CHANGED, actor=by, fields=fields, **rights)
    else:
        what = type(thing).__name__.lower()
        security_log.record(Kind.SET_UP_CHANGED, actor=by, what=what, number=thing.pk, fields=fields)


def _note_inline(place: object, kind: Kind, *, by: Agent) -> None:
    if isinstance(place, Membership):
        facts: dict[str, Any] = {"agent": place.agent_id, "queue": place.queue_id, "role": place.role}
        security_log.record(kind, actor=by, **facts)
