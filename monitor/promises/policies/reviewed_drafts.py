"""Drafts that come back from a page on which they were reviewed: read strictly, whoever has touched them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec
from django.utils.translation import gettext as _

from helpdesk.database.instant import is_sayable
from helpdesk.input.visible_text import is_visible, storable
from monitor.clock.book.calendar import BadCalendar, BusinessCalendar
from monitor.clock.book.rules import BadRules, parse_rules
from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion, VersionScope
from monitor.models.calendar import WHY_AT_MOST
from monitor.promises import draft
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.hours import hours_spelling
from monitor.promises.hours.day_notes import BadSpelling
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
    """Read what `written` wrote, or one draft alone; raises `UnreadableDraft`."""
    try:
        told = json.loads(text)
        drafts = [draft.from_json(one) for one in (told if isinstance(told, list) else [told])]
        is_whole = 0 < len(drafts) <= AT_MOST and storable(text) == text and all(map(_fits, drafts))
    except _UNREADABLE as bad:
        raise UnreadableDraft(_("This proposal cannot be read. Begin again.")) from bad
    if not is_whole:
        raise UnreadableDraft(_("This proposal cannot be read. Begin again."))
    check(drafts)
    return drafts


def check(drafts: Iterable[Draft]) -> None:
    """Raise `UnreadableDraft` where the rules, or the hours, of one cannot be read."""
    for one in drafts:
        _check_what_it_says(one)


def _fits(one: Draft) -> bool:
    """Whether it can be kept, what it speaks of is there, and it begins at an instant that every page can say."""
    if not (len(one.why) <= WHY_AT_MOST and len(one.name) <= _LONGEST_NAME and _storable(draft.to_json(one))):
        return False
    if one.effective_at and not (one.effective_at.tzinfo and is_sayable(one.effective_at)):
        return False
    return is_visible(one.name) and _is_known(one)


def _check_what_it_says(one: Draft) -> None:
    try:
        if isinstance(one, CalendarDraft):
            hours_spelling.check_dates(one.spec)
            BusinessCalendar.parse(hours_spelling.until_midnight(one.spec))
        else:
            parse_rules(one.rules)
    except (BadCalendar, BadRules, BadSpelling) as bad:
        raise UnreadableDraft(str(bad)) from bad


def _is_known(one: Draft) -> bool:
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


def draft_of(version: PolicyVersion | CalendarVersion, **said: Any) -> Draft:
    """Return a version of either kind as a proposal; `said` is what it says otherwise."""
    if isinstance(version, PolicyVersion):
        return of_version(version, **said)
    return CalendarDraft(calendar=version.calendar_id, name=version.calendar.name, spec=version.spec, **said)
