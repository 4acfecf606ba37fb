"""Drafts that come back from a page on which they were reviewed: read strictly, whoever has touched them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec
from django.utils.translation import gettext as _

from helpdesk.input.visible_text import storable
from helpdesk.models.alike_names import namesake
from monitor.models import Calendar, Policy, PolicyVersion, VersionScope
from monitor.models.calendar import WHY_AT_MOST
from monitor.promises import draft
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.versions import BadVersion

AT_MOST: Final = 200
"""So many can be published together."""
_LONGEST_NAME: Final = 200
_SMALL: Final = 2**31
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, msgspec.ValidationError)


class UnreadableDraft(BadVersion):
    """What came back is no draft."""


def written(drafts: Sequence[Draft]) -> str:
    """Return drafts as a page carries them."""
    return json.dumps([draft.to_json(one) for one in drafts], ensure_ascii=False)


def written_alone(one: Draft) -> str:
    """Return one draft as a dry run takes it."""
    return json.dumps(draft.to_json(one), ensure_ascii=False)


def read(text: str) -> list[Draft]:
    """Read what `written` wrote; raises `UnreadableDraft`."""
    try:
        drafts = [draft.from_json(one) for one in json.loads(text)]
    except _UNREADABLE as bad:
        raise UnreadableDraft(_("This proposal cannot be read. Begin again.")) from bad
    if not drafts or len(drafts) > AT_MOST or storable(text) != text or not all(map(_fits, drafts)):
        raise UnreadableDraft(_("This proposal cannot be read. Begin again."))
    return drafts


def _fits(one: Draft) -> bool:
    """Whether it can be kept, and what it speaks of is there."""
    if not (len(one.why) <= WHY_AT_MOST and len(one.name) <= _LONGEST_NAME and _storable(draft.to_json(one))):
        return False
    if isinstance(one, CalendarDraft):
        return one.calendar is None or Calendar.objects.filter(pk=one.calendar).exists()
    known = one.policy is None or Policy.objects.filter(pk=one.policy).exists()
    in_hours = Calendar.objects.filter(pk=one.calendar, versions__isnull=False).exists()
    return known and in_hours and -_SMALL <= one.position < _SMALL and one.scope in VersionScope.values


def _storable(value: Any) -> bool:
    return all(storable(text) == text for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def check_name(name: str) -> None:
    """Raise `BadVersion` where a new policy would be called as another is."""
    if other := namesake(Policy.objects.all(), name):
        raise BadVersion(_("There is one of this name: “%(name)s”.") % {"name": other.name})


def knowing_the_newest(one: Draft) -> Draft:
    """Return it as whoever has seen the newest version would propose it."""
    owner: Any = one.policy if isinstance(one, PolicyDraft) else one.calendar
    if owner is None:
        return one
    known = Policy.objects.get(pk=owner) if isinstance(one, PolicyDraft) else Calendar.objects.get(pk=owner)
    return replace(one, seen=max(known.versions.values_list("version", flat=True), default=0))


def of_version(version: PolicyVersion, *, seen: int | None = None, **said: Any) -> PolicyDraft:
    """Return what a version says, as a proposal; `said` is what it says otherwise."""
    usual: dict[str, Any] = {
        "rules": version.rules,
        "position": version.position,
        "calendar": version.calendar_id,
        "retired": version.retired,
    }
    return PolicyDraft(policy=version.policy_id, name=version.policy.name, seen=seen, **usual | said)
