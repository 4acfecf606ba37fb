"""What should have been read before a version is published: who is left without what, and what is never due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.input.visible_text import isolated
from helpdesk.models import Queue, Store
from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.policy import PolicyInForce
from monitor.clock.book.rules import parse_rules
from monitor.models import Calendar, Clock, Policy, PolicyVersion, VersionScope
from monitor.promises import in_force
from monitor.promises.doubts.coverage import KnownValues, doubts_about_coverage, moves
from monitor.promises.doubts.coverage_words import CoverageWords
from monitor.promises.draft import PolicyDraft
from monitor.promises.draft_book import NEWEST
from monitor.promises.hours import hours_doubts
from monitor.promises.policies.target_gaps import hides_waits, target_gaps
from monitor.promises.policies.target_order import solved_before_answered
from monitor.promises.priority_words import priority_words
from monitor.relay import book

_SAID: Final = 8
"""So many losses are said one by one."""


def doubts_about_policy(version: PolicyVersion, *, at: datetime) -> list[str]:
    """Say what a version that can be read would do that may not be meant, from an instant on; it is not saved yet."""
    said = {name: getattr(version, name) for name in ("rules", "position", "scope", "retired")}
    proposed = PolicyDraft(
        policy=version.policy_id, name=version.policy.name, calendar=version.calendar_id, **said
    )
    return doubts_about_policies([proposed], at=at)


def doubts_about_policies(drafts: Sequence[PolicyDraft], *, at: datetime) -> list[str]:
    """Say what policies would do together, from an instant on, that may not be meant."""
    proposal = _Proposal(drafts, at=at)
    doubts = doubts_about_coverage(
        proposal.before, proposal.after, published=frozenset(proposal.numbers), known=known_values()
    )
    words = CoverageWords(proposal.names)
    return [
        *(said for draft in drafts for said in _taken_away(draft)),
        *map(words.impossible, doubts.impossible),
        *map(words.unreached, doubts.unreached),
        *_first_few([words.loss(loss) for loss in doubts.losses]),
        *(words.gap(gap) for one in proposal.published for gap in target_gaps(one, doubts.losses)),
        *(words.hidden(one) for one in proposal.published if hides_waits(one)),
        *(said for draft in drafts if not draft.retired for said in _reach(draft, at=at)),
        *(said for draft in drafts if not draft.retired for said in _turned_round(draft, at=at)),
    ]


def moved_tickets(drafts: Sequence[PolicyDraft], *, at: datetime) -> list[str]:
    """Say which tickets would come under another policy than they do now, from an instant on."""
    proposal = _Proposal(drafts, at=at)
    words = CoverageWords(proposal.names)
    return _first_few(
        [words.move(one) for one in moves(proposal.before, proposal.after, known=known_values())]
    )


class _Proposal:
    """The policies in force at an instant, in their order, without and with drafts. New ones are numbered after all."""

    def __init__(self, drafts: Sequence[PolicyDraft], *, at: datetime) -> None:
        numbered = {NEWEST + n if one.policy is None else one.policy: one for n, one in enumerate(drafts, 1)}
        self.numbers = list(numbered)
        self.names = {number: one.name for number, one in numbered.items()}
        found = (book.current().policy_version(one.pk) for one in in_force.policies_in_force(at))
        self.before = [one for one in found if one]
        self.published = [_as_published(one, n, at=at) for n, one in numbered.items() if not one.retired]
        others = [one for one in self.before if one.policy not in numbered]
        self.after = sorted([*others, *self.published], key=attrgetter("position", "policy"))


def doubts_about_calendar(calendar: Calendar, spec: Any, *, at: datetime) -> list[str]:
    """Say what hours that can be read would do that may not be meant, from an instant on."""
    counting = [one for one in in_force.policies_in_force(at) if one.calendar_id == calendar.pk]
    now = in_force.hours_in_force(calendar, at)
    return hours_doubts.doubts_about_hours(spec, before=now.spec if now else {}, policies=counting, at=at)


def _as_published(draft: PolicyDraft, number: int, *, at: datetime) -> PolicyInForce:
    return PolicyInForce(
        id=-number,
        policy=number,
        version=0,
        position=draft.position,
        effective_at=at,
        scope=draft.scope,
        calendar=draft.calendar,
        rules=parse_rules(draft.rules),
    )


def _taken_away(draft: PolicyDraft) -> Iterator[str]:
    """Say what retiring a policy for open clocks takes from those that run."""
    if not draft.retired or draft.scope != VersionScope.NEW_AND_OPEN:
        return
    running = Clock.objects.not_ended().filter(policy_version__policy=draft.policy, target__isnull=False)
    number = running.count()
    told = ngettext(
        "%(policy)s: %(number)d clock that runs loses its target, or gets that of another policy",
        "%(policy)s: %(number)d clocks that run lose their targets, or get those of another policy",
        number,
    )
    yield told % {"policy": isolated(draft.name), "number": number}


def _reach(draft: PolicyDraft, *, at: datetime) -> list[str]:
    hours = in_force.hours_in_force(Calendar.objects.get(pk=draft.calendar), at)
    promising = PolicyVersion(policy=Policy(name=draft.name), rules=draft.rules)
    if hours is None or not hours_doubts.in_hours(promising):
        return []
    reach = hours_doubts.doubts_about_reach(hours.spec, policies=[promising], at=at)
    return [*reach, *hours_doubts.doubts_about_season(hours.spec)]


def _turned_round(draft: PolicyDraft, *, at: datetime) -> Iterator[str]:
    """Say of which priorities a ticket is to be solved before anybody has to have answered."""
    if hours := in_force.hours_in_force(Calendar.objects.get(pk=draft.calendar), at):
        policy = _as_published(draft, NEWEST, at=at)
        found = solved_before_answered(policy, BusinessCalendar.parse(hours.spec), at=at)
        told = {"policy": isolated(draft.name), "priorities": priority_words(found)}
        if found:
            yield _("%(policy)s: the resolution is due before the first response (%(priorities)s)") % told


def _first_few(said: Sequence[str]) -> list[str]:
    left_out = len(said) - _SAID
    if left_out <= 0:
        return list(said)
    more = ngettext("and %(number)d kind of tickets more", "and %(number)d kinds of tickets more", left_out)
    return [*said[:_SAID], more % {"number": left_out}]


def known_values() -> KnownValues:
    """Return the stores and queues that there are."""
    stores, queues = Store.objects.values_list("pk", flat=True), Queue.objects.values_list("pk", flat=True)
    return KnownValues(frozenset(stores), frozenset(queues))
