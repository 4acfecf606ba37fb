"""People who work here, where they work, and who is invited."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.access import security_log, set_up_trace
from helpdesk.access.people import departures
from helpdesk.admin.admin_kinds import KeptByRules, ReadOnly, Traced, admin_of
from helpdesk.admin.places import PlaceForm
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Invitation, Membership, Queue
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.queues import queue_removal

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when they run
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    AgentCreationBase = BaseUserCreationForm[Agent]
    AgentChangeBase = UserChangeForm[Agent]
    AgentAdminBase = UserAdmin[Agent]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    AgentCreationBase = BaseUserCreationForm
    AgentChangeBase = UserChangeForm
    AgentAdminBase = UserAdmin


class AgentCreation(AgentCreationBase):
    class Meta:
        model = Agent
        fields: ClassVar = ["email", "name"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class AgentChange(PlaceForm, AgentChangeBase):
    class Meta:
        model = Agent
        fields: ClassVar = ["email", "name"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class MembershipInline(TabularInline):
    model = Membership
    extra = 1


class HandsBack(ModelAdmin):
    """Where a place in a queue is taken from somebody, what they held there goes back to it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = self._places(form.instance)
        super().save_related(request, form, formsets, change)
        left: dict[int, set[int]] = defaultdict(set)
        for agent_id, queue_id in before - self._places(form.instance):
            left[agent_id].add(queue_id)
        for agent in Agent.objects.filter(pk__in=left):
            told(request, departures.leave(agent=agent, queue_ids=left[agent.pk], now=database_now()))

    def _places(self, thing: models.Model) -> set[tuple[int, int]]:
        side = "agent" if isinstance(thing, Agent) else "queue"
        return set(Membership.objects.filter(**{side: thing}).values_list("agent_id", "queue_id"))


def told(request: HttpRequest, back: departures.HandedBack) -> None:
    for sentence in back.sentences():
        messages.warning(request, sentence)


@admin.register(Agent)
class AgentAdmin(HandsBack, Traced, AgentAdminBase):
    """People are deactivated here, and never deleted: what they did and said refers to them."""

    form = AgentChange
    add_form = AgentCreation
    list_display = ("email", "name", "is_admin", "is_active", "joined_at")
    list_filter = ("is_admin", "is_active", "memberships__queue")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    inlines = (MembershipInline,)
    readonly_fields = ("holds",)
    actions = ("deactivate",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Settings"), {"fields": ("locale", "timezone", "theme", "hot_keys")}),
        (_("Permissions"), {"fields": ("is_active", "holds", "is_admin", "is_superuser")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "name", "password1", "password2")}),)

    @admin.display(description=_("has in hand"))
    def holds(self, agent: Agent) -> str:
        """Say beforehand what becomes of an agent's tickets if they are deactivated, or leave a queue."""
        sentence = ngettext(
            "%d live ticket. It goes back to its queue when the agent is deactivated or leaves it.",
            "%d live tickets. They go back to their queues when the agent is deactivated or leaves them.",
            number := departures.held_by(agent).count() if agent.pk else 0,
        )
        return sentence % number

    def save_model(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            told(request, departures.deactivate(agent=obj, now=database_now()))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and "is_admin" in form.changed_data:
            told(request, departures.leave_where_absent(agent=form.instance, now=database_now()))

    @admin.action(description=_("Deactivate the selected agents: what they hold goes back to its queues"))
    def deactivate(self, request: HttpRequest, queryset: models.QuerySet[Agent]) -> None:
        with transaction.atomic():
            for agent in queryset.filter(is_active=True):
                told(request, departures.deactivate(agent=agent, now=database_now()))
                set_up_trace.note_saved(agent, ["is_active"], (), by=admin_of(request))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse in words, and lead to where somebody is deactivated instead."""
        messages.error(
            request, _("Agents are never deleted: what they did refers to them. Deactivate instead.")
        )
        return redirect("admin:helpdesk_agent_change", object_id)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Django's own page; who sets somebody's password is written down."""
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            security_log.record(Kind.PASSWORD_CHANGED, actor=admin_of(request), agent=int(id))
        return answer


@admin.register(Queue)
class QueueAdmin(HandsBack, Traced, KeptByRules):
    holds = ("tickets", "stores")
    list_display = ("name", "created_at")
    search_fields = ("name",)
    exclude = ("created_at",)
    inlines = (MembershipInline,)

    def _kept(self, found: models.Model) -> list[str]:
        """Say what the page of stores would refuse it for; history is looked through only where all else is empty."""
        kept = super()._kept(found)
        if not kept and isinstance(found, Queue) and queue_removal.is_known_to_history(found):
            kept.append(str(_("tickets have been in it, and their history names it")))
        return kept


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = ("email", "queue", "role", "invited_by", "expires_at", "accepted_at", "revoked_at")
    exclude = ("digest",)
