"""The editor of a policy: a new one, another version of one that is there, and what is typed said back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.input.id_text import read_number
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import now_of
from monitor.clock.book.rules import BadRules, parse_rules
from monitor.models import Calendar, Policy, PolicyVersion
from monitor.pages.policies import policy_review, target_words
from monitor.pages.policies.new_policy_form import NewPolicyForm, new_policy_fields
from monitor.pages.policies.policy_form import PolicyForm
from monitor.pages.policies.rules_fields import fields_of
from monitor.promises import doubted_drafts, in_force
from monitor.promises.draft import Draft, PolicyDraft
from monitor.promises.policies import reviewed_drafts, version_history
from monitor.promises.policies.version_history import DatedVersion

NO_CALENDAR: Final = 0
"""Where there is none yet: the form then asks for one."""


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what a policy shall say that is not there yet; POST shows what it would do."""
    return _edit_new(request, _blank(now_of(request)))


def _blank(now: datetime) -> PolicyDraft:
    policies = in_force.policies_in_force(now)
    first = Calendar.objects.order_by("pk").values_list("pk", flat=True).first()
    calendar = policies[-1].calendar_id if policies else first or NO_CALENDAR
    return PolicyDraft(policy=None, name="", rules={}, position=0, calendar=calendar)


def _edit_new(request: HttpRequest, begun: PolicyDraft, *, anew: bool = True) -> HttpResponse:
    now = now_of(request)
    policies = in_force.policies_in_force(now)
    data = request.POST if request.method == "POST" and anew else None
    initial = _initial(begun) | new_policy_fields(begun, policies)
    form = NewPolicyForm(data, draft=begun, now=now, initial=initial, policies=policies)
    if form.is_valid():
        return policy_review.show(request, form.all_proposed())
    return _page(request, form, [], reverse("new-policy"))


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Show a policy, as it is or as in the `version` of the address, to be changed; POST shows what that would do."""
    policy = get_object_or_404(Policy, pk=number)
    history = version_history.policy_history(policy, now=now_of(request))
    version = _asked(request, history) or version_history.to_begin_with(history)
    return _edit(request, policy, _begun(policy, version, history, now=now_of(request)), history)


def _begun(
    policy: Policy,
    version: PolicyVersion | None,
    history: Sequence[DatedVersion[PolicyVersion]],
    *,
    now: datetime,
) -> PolicyDraft:
    if version is None:
        return replace(_blank(now), policy=policy.pk, name=policy.name)
    return reviewed_drafts.of_version(version, seen=version_history.newest_number(history))


def _asked(request: HttpRequest, history: Sequence[DatedVersion[PolicyVersion]]) -> PolicyVersion | None:
    wanted = read_number(request.GET.get("version", ""))
    return next((one.version for one in history if one.version.version == wanted), None)


def _edit(
    request: HttpRequest,
    policy: Policy,
    begun: PolicyDraft,
    history: Sequence[DatedVersion[PolicyVersion]],
    *,
    anew: bool = True,
) -> HttpResponse:
    data = request.POST if request.method == "POST" and anew else None
    form = PolicyForm(data, draft=begun, now=now_of(request), initial=_initial(begun))
    if form.is_valid():
        return policy_review.show(request, [form.proposed()])
    return _page(request, form, history, reverse("policy-editing", args=[policy.pk]))


def _initial(begun: PolicyDraft) -> dict[str, Any]:
    """Return what the form shows at first; rules that cannot be read are shown as none."""
    try:
        fields = fields_of(parse_rules(begun.rules))
    except BadRules:
        fields = {}
    said = {name: getattr(begun, name) for name in ("calendar", "scope", "effective_at", "why", "seen")}
    return {**fields, **said}


def _page(
    request: HttpRequest, form: PolicyForm, history: Sequence[DatedVersion[PolicyVersion]], action: str
) -> HttpResponse:
    now = now_of(request)
    context = {
        "form": form,
        "action": action,
        "said": target_words.said_back(form, now=now),
        "planned": [one.version for one in history if one.state == "planned"],
        "now": now,
    }
    return render(request, "monitor/policies/editor.html", context, status=422 if form.errors else 200)


@login_required
@admins_only
@require_POST
@policy_review.of_review
def again(request: HttpRequest, drafts: Sequence[Draft]) -> HttpResponse:
    """Go back from the review to the form, with all that was proposed."""
    begun = drafts[0]
    if not isinstance(begun, PolicyDraft):
        raise Http404
    if begun.policy is None:
        return _edit_new(request, begun, anew=False)
    policy = get_object_or_404(Policy, pk=begun.policy)
    history = version_history.policy_history(policy, now=now_of(request))
    return _edit(request, policy, begun, history, anew=False)


@login_required
@admins_only
@require_POST
def words(request: HttpRequest) -> HttpResponse:
    """Say back what is typed, and what of it may not be meant: a part of the form."""
    now = now_of(request)
    form = PolicyForm(request.POST, draft=_worded(request, now=now), now=now)
    doubts = doubted_drafts.doubts_about([form.proposed()], at=now) if form.is_valid() else []
    context = {"form": form, "said": target_words.said_back(form, now=now), "doubts": doubts, "now": now}
    return render(request, "monitor/policies/parts/said.html", context)


def _worded(request: HttpRequest, *, now: datetime) -> PolicyDraft:
    """Return the policy that the form is about; a blank one for one that is not there yet."""
    policy = Policy.objects.filter(pk=read_number(request.POST.get("policy", "")) or 0).first()
    if policy is None:
        return replace(_blank(now), name=request.POST.get("name", "")[:200] or "…")
    history = version_history.policy_history(policy, now=now)
    return _begun(policy, version_history.to_begin_with(history), history, now=now)
