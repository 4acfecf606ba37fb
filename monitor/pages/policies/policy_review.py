"""The review of what is proposed: what would change, what may not be meant; and publishing exactly that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from helpdesk.models import Agent
from helpdesk.pages.frame.permission import View, admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion, VersionScope
from monitor.pages.policies.draft_facts import draft_facts
from monitor.pages.policies.policy_facts import NO_FACTS, PlaceNames, Side, sides
from monitor.promises import doubted_drafts, publication
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.policies import reviewed_drafts, version_history
from monitor.promises.policies.reviewed_drafts import UnreadableDraft
from monitor.promises.versions import BadVersion, PublishedMeanwhile


@dataclass(frozen=True, slots=True)
class ReviewedChange:
    """One draft beside what is in force: `before` None for a new one; `planned` are versions that come after it."""

    draft: Draft
    before: PolicyVersion | CalendarVersion | None
    newest: PolicyVersion | CalendarVersion | None
    sides: list[Side]
    planned: list[Any]

    @property
    def stated(self) -> list[Side]:
        """What it says in so many words: of a new one, all of it."""
        return [one for one in self.sides if one.is_set]

    @property
    def changed(self) -> list[Side]:
        return [one for one in self.sides if one.differs]

    @property
    def same(self) -> list[Side]:
        return [one for one in self.sides if one.is_shared]


def show(
    request: HttpRequest, drafts: Sequence[Draft], *, refused: str = "", meanwhile: bool = False
) -> HttpResponse:
    """Show what drafts would do. Where that was `refused`, or somebody published meanwhile, say so first."""
    now = now_of(request)
    doubts = doubted_drafts.doubts_about(drafts, at=doubted_drafts.beginning(drafts, now=now))
    context = {
        **_told(drafts, by=agent_of(request), now=now),
        "drafts": reviewed_drafts.written(drafts),
        "tried": [reviewed_drafts.written_alone(one) for one in drafts],
        "doubts": doubts,
        "key": doubted_drafts.key_of(doubts),
        "refused": refused,
        "meanwhile": meanwhile,
        "now": now,
    }
    status = 422 if refused or meanwhile else 200
    return render(request, "monitor/policies/review.html", context, status=status)


def _told(drafts: Sequence[Draft], *, by: Agent, now: datetime) -> dict[str, Any]:
    """Return what the page says of drafts themselves."""
    policies = [one for one in drafts if isinstance(one, PolicyDraft)]
    at = doubted_drafts.beginning(drafts, now=now)
    return {
        "changes": _changes(drafts, by=by, now=now),
        "moved": publication.moved_tickets(policies, at=at) if policies else [],
        "editable": next((one for one in policies if len(policies) == 1 or one.policy is None), None),
        "terms": drafts[0],
        "scope": VersionScope(policies[0].scope).label if policies else "",
        "is_for_open": any(one.scope == VersionScope.NEW_AND_OPEN for one in policies),
    }


def _changes(drafts: Sequence[Draft], *, by: Agent, now: datetime) -> list[ReviewedChange]:
    names = PlaceNames(by)
    return [_change(one, names, now=now) for one in drafts]


def _change(one: Draft, names: PlaceNames, *, now: datetime) -> ReviewedChange:
    history: Any = _history(one, now=now)
    before = version_history.to_begin_with(history)
    facts = draft_facts(reviewed_drafts.draft_of(before), names, now=now) if before else NO_FACTS
    at = one.effective_at or now
    planned = [
        known.version for known in history if known.state == "planned" and known.version.effective_at >= at
    ]
    newest = history[0].version if history else None
    return ReviewedChange(one, before, newest, list(sides(facts, draft_facts(one, names, now=now))), planned)


def _history(one: Draft, *, now: datetime) -> Any:
    if isinstance(one, PolicyDraft):
        known = Policy.objects.filter(pk=one.policy or 0).first()
        return version_history.policy_history(known, now=now) if known else []
    calendar = Calendar.objects.filter(pk=one.calendar or 0).first()
    return version_history.calendar_history(calendar, now=now) if calendar else []


def of_review(view: Callable[[HttpRequest, Sequence[Draft]], HttpResponse]) -> View[[]]:
    """Give a view what comes back from the review; where that cannot be read, say so beside the policies."""

    @wraps(view)
    def with_drafts(request: HttpRequest) -> HttpResponse:
        try:
            drafts = reviewed_drafts.read(request.POST.get("drafts", ""))
        except UnreadableDraft as bad:
            messages.error(request, str(bad))
            return HttpResponseRedirect(reverse("policies"))
        return view(request, drafts)

    return with_drafts


@login_required
@admins_only
@require_POST
@of_review
def publish(request: HttpRequest, drafts: Sequence[Draft]) -> HttpResponse:
    """Publish what was reviewed, once what is doubted was read; else show it again, and lose nothing."""
    meant = request.POST.get("meant", "")
    try:
        doubted_drafts.publish(drafts, meant=meant, by=agent_of(request), now=now_of(request))
    except PublishedMeanwhile:
        return show(request, [reviewed_drafts.knowing_the_newest(one) for one in drafts], meanwhile=True)
    except BadVersion as bad:
        return show(request, drafts, refused=str(bad))
    messages.success(request, doubted_drafts.what_comes_of(drafts, now=now_of(request)))
    return HttpResponseRedirect(_owner_page(drafts))


def _owner_page(drafts: Sequence[Draft]) -> str:
    one = drafts[0]
    if isinstance(one, CalendarDraft):
        return reverse("calendar-versions", args=[one.calendar])
    return (
        reverse("policies") if len(drafts) > 1 or one.policy is None else reverse("policy", args=[one.policy])
    )
