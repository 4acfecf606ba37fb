"""Changes of which only the terms are asked: another place in the order, retiring, restoring an old version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import now_of
from monitor.models import Calendar, Policy, PolicyVersion
from monitor.pages.policies import policy_review
from monitor.pages.policies.new_policy_form import place_choices, placed
from monitor.pages.policies.terms_form import TermsForm
from monitor.promises import in_force
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.policies import reviewed_drafts, version_history
from monitor.promises.policies.reviewed_drafts import UnreadableDraft

Propose = Callable[[TermsForm], Sequence[Draft]]


class PolicyPlaceForm(TermsForm):
    """Before which other policy one shall be tried."""

    before = forms.ChoiceField(label=gettext_lazy("Tried"), required=False)
    field_order = ("before",)

    def __init__(self, *args: Any, policies: Sequence[PolicyVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = self.fields["before"]
        assert isinstance(before, forms.ChoiceField)  # noqa: S101  # for the types
        before.choices = place_choices(policies)


class CalendarTermsForm(TermsForm):
    """Hours have no scope: what runs counts in them too."""

    scope = None  # type: ignore[assignment]  # Django's way to leave a field out

    def terms(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("effective_at", "why", "seen")}


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, number: int) -> HttpResponse:
    """Ask before which policy one shall be tried; POST shows what that would do."""
    version, seen = _begun(request, number)
    others = [
        one for one in in_force.policies_in_force(now_of(request)) if one.policy_id != version.policy_id
    ]
    first = {"before": request.GET.get("before", ""), "scope": version.scope, "seen": seen}
    form = PolicyPlaceForm(request.POST or None, now=now_of(request), policies=others, initial=first)

    def proposed(form: TermsForm) -> list[PolicyDraft]:
        one = replace(reviewed_drafts.of_version(version), **form.terms())
        return placed(one, others, before=form.cleaned_data["before"])

    return _page(request, form, proposed, title=_("Move a policy"), owner=version.policy, kind="place")


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, number: int) -> HttpResponse:
    """Ask from when on a policy shall match nothing; POST shows what follows from that."""
    version, seen = _begun(request, number)
    form = TermsForm(request.POST or None, now=now_of(request), initial={"seen": seen})

    def proposed(form: TermsForm) -> list[PolicyDraft]:
        return [replace(reviewed_drafts.of_version(version, retired=True), **form.terms())]

    return _page(request, form, proposed, title=_("Retire a policy"), owner=version.policy, kind="retirement")


def _begun(request: HttpRequest, number: int) -> tuple[PolicyVersion, int]:
    """Return what a policy says now, and the number of its newest version; raises Http404."""
    policy = get_object_or_404(Policy, pk=number)
    history = version_history.policy_history(policy, now=now_of(request))
    version = version_history.to_begin_with(history)
    if version is None:
        raise Http404
    return version, version_history.newest_number(history)


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def restore_policy(request: HttpRequest, number: int, version: int) -> HttpResponse:
    """Ask from when on an old version of a policy shall count again; POST shows what that would do."""
    old = get_object_or_404(
        PolicyVersion.objects.select_related("policy", "calendar"), policy=number, version=version
    )
    history = version_history.policy_history(old.policy, now=now_of(request))
    first = {"seen": version_history.newest_number(history), "why": _restored(version), "scope": old.scope}
    form = TermsForm(request.POST or None, now=now_of(request), initial=first)

    def proposed(form: TermsForm) -> list[PolicyDraft]:
        return [replace(reviewed_drafts.of_version(old), **form.terms())]

    return _page(
        request, form, proposed, title=_("Restore a version"), owner=old.policy, kind="restoration", old=old
    )


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def restore_calendar(request: HttpRequest, number: int, version: int) -> HttpResponse:
    """Ask from when on old hours shall count again; POST shows what that would do."""
    calendar = get_object_or_404(Calendar, pk=number)
    old = get_object_or_404(calendar.versions, version=version)
    history = version_history.calendar_history(calendar, now=now_of(request))
    first = {"seen": version_history.newest_number(history), "why": _restored(version)}
    form = CalendarTermsForm(request.POST or None, now=now_of(request), initial=first)

    def proposed(form: TermsForm) -> list[CalendarDraft]:
        return [CalendarDraft(calendar=calendar.pk, name=calendar.name, spec=old.spec, **form.terms())]

    return _page(
        request, form, proposed, title=_("Restore a version"), owner=calendar, kind="restoration", old=old
    )


def _restored(version: int) -> str:
    return _("As in version %(number)d") % {"number": version}


def _page(request: HttpRequest, form: TermsForm, proposed: Propose, **context: Any) -> HttpResponse:
    """Ask for the terms, or show what would be published under them."""
    if form.is_valid():
        drafts = proposed(form)
        try:
            reviewed_drafts.check(drafts)
        except UnreadableDraft as bad:
            form.add_error(None, str(bad))
        else:
            return policy_review.show(request, drafts)
    shown = {**context, "form": form, "now": now_of(request)}
    return render(request, "monitor/policies/change.html", shown, status=422 if form.errors else 200)
