"""What an agent sees and settles about themself, on one page: how they see things, away, password, factor, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar, Final

from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from helpdesk.access import second_factor
from helpdesk.models import Absence, Agent, Queue
from helpdesk.pages.account.account_forms import PasswordChangeForm
from helpdesk.pages.account.device_name import device_name
from helpdesk.pages.frame.viewer import agent_of, languages, now_of, zones
from helpdesk.templatetags.times import in_words

HOLDS: Final = (0, 5, 10, 30)
"""Seconds among which an agent chooses."""


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """How one agent wants to see things, and to answer."""

    locale = forms.ChoiceField(label=_("Language"), choices=languages)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    hold_seconds = forms.TypedChoiceField(
        label=_("Time to take a reply back"),
        help_text=_("For so long a reply by mail has not left yet. The customer waits meanwhile."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    lists_questions = forms.TypedChoiceField(
        label=_("List the customer's questions beside the reply"),
        help_text=_("To be ticked off for oneself, before one sends. Nothing is held up by it."),
        choices=[("", _("as the queue has it")), (True, _("yes")), (False, _("no"))],
        coerce={"True": True, "False": False}.get,
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Agent
        fields = (
            "name",
            "locale",
            "timezone",
            "theme",
            "hot_keys",
            "hold_seconds",
            "after_sending",
            "lists_questions",
            "mails_mentions",
        )
        labels: ClassVar = {
            "theme": _("Colours"),
            "hot_keys": _("Keyboard shortcuts"),
            "mails_mentions": _("Mail me where a note mentions me"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["hold_seconds"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  # it is declared above
        field.choices = list(_holds(self.instance.hold_seconds))


def _holds(own: int | None) -> Iterator[tuple[Any, str]]:
    """Yield how long replies may be held; what somebody has chosen before stays among it."""
    yield "", gettext("as for everybody: %s") % in_words(settings.HOLD_REPLIES)
    for seconds in sorted({*HOLDS, *(() if own is None else (own,))}):
        yield seconds, in_words(timedelta(seconds=seconds)) if seconds else gettext("none: it leaves at once")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the profile; change language, zone, colours, shortcuts and seconds: the next page shows them."""
    form = PreferencesForm(request.POST or None, instance=Agent.objects.get(pk=agent_of(request).pk))
    if request.method == "POST" and form.is_valid():
        with override(form.save().locale):
            messages.success(request, gettext("Saved."))
        return HttpResponseRedirect(reverse("preferences"))
    return page(request, preferences=form, status=422 if form.errors else 200)


def page(
    request: HttpRequest,
    *,
    preferences: PreferencesForm | None = None,
    password: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the profile, with what was typed in one of its forms and is wrong there."""
    agent, now = agent_of(request), now_of(request)
    sessions = UserSession.objects.purge_and_list(agent)
    context = {
        "preferences": preferences or PreferencesForm(instance=agent),
        "form": password or PasswordChangeForm(user=agent),
        "absence": Absence.objects.lasting(now).filter(agent=agent).first(),
        "oversees": agent.is_admin or Queue.objects.overseen_by(agent).exists(),
        "has_one": second_factor.has_one(agent),
        "is_required": second_factor.is_required_of(agent),
        "sessions": [
            (session, device_name(session.user_agent))
            for session in sorted(sessions, key=lambda session: session.created_at)
        ],
        "now": now,
    }
    return render(request, "helpdesk/profile.html", context, status=status)
