"""What is proposed: a version of a policy or calendar that nobody has published, as a value that goes to JSON and back.

An editor makes one, a dry run and the tester try it, and what is published in the end is exactly that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.models import Agent
from helpdesk.models.alike_names import namesake
from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion, VersionScope
from monitor.promises import versions
from monitor.promises.versions import BadVersion

Owner = TypeVar("Owner", Policy, Calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraft:
    """A version of a policy to be. `policy` None: a new one of this name; `effective_at` None: once it is published.

    `seen` is the number of the newest version that whoever made it knew: 0 before the first, None for any.
    """

    policy: int | None
    name: str
    rules: dict[str, Any]
    position: int
    calendar: int
    scope: str = VersionScope.NEW.value
    retired: bool = False
    effective_at: datetime | None = None
    why: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDraft:
    """A version of a calendar to be. `calendar` None: a new one of this name; the rest as `PolicyDraft` says it."""

    calendar: int | None
    name: str
    spec: dict[str, Any]
    effective_at: datetime | None = None
    why: str = ""
    seen: int | None = None


Draft = PolicyDraft | CalendarDraft
_KINDS: dict[str, type[Draft]] = {"policy": PolicyDraft, "calendar": CalendarDraft}


def to_json(draft: Draft) -> dict[str, Any]:
    """Return it as JSON that `from_json` reads."""
    [kind] = (name for name, one in _KINDS.items() if isinstance(draft, one))
    told: dict[str, Any] = msgspec.to_builtins(draft)
    return {"kind": kind, **told}


def from_json(told: dict[str, Any]) -> Draft:
    """Read what `to_json` wrote; raises `msgspec.ValidationError` and `KeyError` for anything else."""
    said = dict(told)
    return msgspec.convert(said, _KINDS[said.pop("kind")])


def publish(draft: Draft, *, by: Agent, now: datetime) -> PolicyVersion | CalendarVersion:
    """Publish it, with its owner where that is new. Raises `BadVersion` in all its kinds.

    Hours that never open are published: whoever tried them has been told.
    """
    with transaction.atomic():
        if isinstance(draft, CalendarDraft):
            return _publish_calendar(draft, by=by, now=now)
        return _publish_policy(draft, by=by, now=now)


def _publish_policy(draft: PolicyDraft, *, by: Agent, now: datetime) -> PolicyVersion:
    known = _new(Policy, draft.name) if draft.policy is None else Policy.objects.get(pk=draft.policy)
    return versions.publish_policy(
        policy=known,
        rules=draft.rules,
        position=draft.position,
        calendar=Calendar.objects.get(pk=draft.calendar),
        scope=draft.scope,
        retired=draft.retired,
        effective_at=draft.effective_at,
        why=draft.why,
        seen=draft.seen,
        by=by,
        now=now,
    )


def _publish_calendar(draft: CalendarDraft, *, by: Agent, now: datetime) -> CalendarVersion:
    known = _new(Calendar, draft.name) if draft.calendar is None else Calendar.objects.get(pk=draft.calendar)
    return versions.publish_calendar(
        calendar=known,
        spec=draft.spec,
        effective_at=draft.effective_at,
        may_never_open=True,
        why=draft.why,
        seen=draft.seen,
        by=by,
        now=now,
    )


def _new(kind: type[Owner], name: str) -> Owner:
    check_name(kind, name)
    return kind.objects.create(name=name)


def check_name(kind: type[Owner], name: str) -> None:
    """Raise `BadVersion` where a new one would be called as another is."""
    if other := namesake(kind.objects.all(), name):
        raise BadVersion(_("There is one of this name: “%(name)s”.") % {"name": other})
