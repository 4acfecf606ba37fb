"""Django's admin: what is set up is edited here, what happened is only looked at."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.access import api_keys, departures, security_log, set_up_trace
from helpdesk.database.deletion import held_by
from helpdesk.database.instant import database_now
from helpdesk.models import (
    Agent,
    ApiKey,
    Customer,
    Delivery,
    DeliveryAddress,
    DeliveryItem,
    Invitation,
    Membership,
    Message,
    Queue,
    RefusedRequest,
    Store,
    Ticket,
    TicketEvent,
    WayOut,
)
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.outbox import settlement

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

for of_others in (Group, EmailAddress, UserSession):
    admin.site.unregister(of_others)
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one way in for all
admin.site.site_header = admin.site.site_title = _("Attend: administration")


class ReadOnly(ModelAdmin):
    """Show, and change nothing: the services are the only writers, and history is never rewritten."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class Traced(ModelAdmin):
    """What is changed here stands in the security log."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        set_up_trace.note_saved(form.instance, form.changed_data, formsets, by=admin_of(request))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        set_up_trace.note_deleted(obj, by=admin_of(request))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        for thing in queryset:
            set_up_trace.note_deleted(thing, by=admin_of(request))
        super().delete_queryset(request, queryset)


def admin_of(request: HttpRequest) -> Agent:
    """Return who works in the administration, which lets nobody else in."""
    if not isinstance(request.user, Agent):
        raise PermissionDenied
    return request.user


class AgentCreation(AgentCreationBase):
    class Meta:
        model = Agent
        fields: ClassVar = ["email", "name"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class AgentChange(AgentChangeBase):
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
    """Say what became of what somebody held, if they held anything."""
    if back.tickets:
        sentence = ngettext(
            "%d ticket went back to its queue, where it is to be acknowledged anew.",
            "%d tickets went back to their queues, where they are to be acknowledged anew.",
            back.tickets,
        )
        messages.warning(request, sentence % back.tickets)
    if back.alerts:
        sentence = ngettext(
            "%d alert in hand is open again.", "%d alerts in hand are open again.", back.alerts
        )
        messages.warning(request, sentence % back.alerts)


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


class CountedDeletion(ModelAdmin):
    """Says by a count why something cannot be deleted; Django would read all that is in it, and list it."""

    holds: ClassVar[tuple[str, ...]]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        found = self.get_object(request, unquote(object_id))
        kept = self._kept(found) if found else []
        if not kept:
            return super().delete_view(request, object_id, extra_context)
        told = _("%(name)s cannot be deleted: %(why)s.") % {"name": found, "why": ", ".join(kept)}
        self.message_user(request, told, messages.ERROR)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", object_id)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        kept = [why for found in objs for why in self._kept(found)]
        return ([], {}, set(), kept) if kept else super().get_deleted_objects(objs, request)

    def _kept(self, found: models.Model) -> list[str]:
        return [
            ngettext("%(number)s %(what)s is in it", "%(number)s %(what)s are in it", number)
            % {"number": number_format(number, force_grouping=True), "what": what}
            for number, what in held_by(found, self.holds)
        ]


@admin.register(Queue)
class QueueAdmin(HandsBack, Traced, CountedDeletion):
    holds = ("tickets", "stores")
    list_display = ("name", "created_at")
    search_fields = ("name",)
    exclude = ("created_at",)
    inlines = (MembershipInline,)


@admin.register(Store)
class StoreAdmin(Traced, CountedDeletion):
    holds = ("tickets",)
    list_display = ("name", "environment", "default_queue", "locale", "timezone")
    list_filter = ("environment",)
    search_fields = ("name",)
    exclude = ("created_at",)
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        """A store is live, test or demo for ever."""
        return ["environment"] if obj else []


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly):
    """Keys are issued where they can be shown once; here they are revoked."""

    list_display = ("public_id", "name", "store", "scopes", "created_at", "last_used_at", "revoked_at")
    list_filter = ("store",)
    exclude = ("digest",)
    actions = ("revoke",)

    @admin.action(description=_("Revoke the selected keys"))
    def revoke(self, request: HttpRequest, queryset: models.QuerySet[ApiKey]) -> None:
        now = database_now()
        for key in queryset:
            api_keys.revoke(key, now, by=admin_of(request))


@admin.register(Customer)
class CustomerAdmin(ReadOnly):
    list_display = ("name", "email", "external_id", "store", "tier")
    list_filter = ("store",)
    search_fields = ("name", "email_key__startswith", "external_id__exact")


@admin.register(Ticket)
class TicketAdmin(ReadOnly):
    list_display = ("reference", "subject", "store", "queue", "status", "priority", "assignee", "received_at")
    list_filter = ("status", "priority", "store", "queue")
    list_select_related = ("store", "queue", "assignee")
    search_fields = ("reference__iexact", "external_id__exact")
    ordering = ("-id",)


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ("id", "ticket", "author", "agent", "public", "automatic", "sent_at")
    list_filter = ("author", "public", "automatic")
    list_select_related = ("ticket", "agent")
    search_fields = ("ticket__reference__iexact",)
    ordering = ("-id",)


@admin.register(TicketEvent)
class TicketEventAdmin(ReadOnly):
    list_display = (
        "ticket",
        "seq",
        "kind",
        "occurred_at",
        "actor_kind",
        "actor",
        "relayed_at",
        "set_aside_at",
    )
    list_filter = ("kind", "imported")
    list_select_related = ("ticket", "actor")
    search_fields = ("ticket__reference__iexact",)
    ordering = ("-id",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = ("email", "queue", "role", "invited_by", "expires_at", "accepted_at", "revoked_at")
    exclude = ("digest",)


@admin.register(RefusedRequest)
class RefusedRequestAdmin(ReadOnly):
    list_display = ("at", "api_key", "status", "method", "path")
    list_filter = ("status",)
    ordering = ("-id",)


class DeliveryItemInline(TabularInline):
    """What a delivery tells; like the delivery, only looked at."""

    model = DeliveryItem
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = (
        "id",
        "address",
        "opened_at",
        "due_at",
        "attempts",
        "sent_at",
        "given_up_at",
        "needless_at",
        "last_error",
    )
    list_filter = ("address__channel", ("given_up_at", admin.EmptyFieldListFilter))
    list_select_related = ("address",)
    ordering = ("-id",)
    inlines = (DeliveryItemInline,)
    actions = ("send_again",)

    @admin.action(description=_("Send the selected deliveries that were given up again"))
    def send_again(self, request: HttpRequest, queryset: models.QuerySet[Delivery]) -> None:
        again = settlement.send_again(queryset, now=database_now())
        told = ngettext("%d delivery is attempted again.", "%d deliveries are attempted again.", again)
        self.message_user(request, told % again)


@admin.register(DeliveryAddress)
class DeliveryAddressAdmin(ReadOnly):
    list_display = ("channel", "key", "way_out", "left_at", "switched_off_at")
    list_filter = ("channel", ("switched_off_at", admin.EmptyFieldListFilter))
    list_select_related = ("way_out",)
    actions = ("switch_on",)

    @admin.action(description=_("Switch the selected addresses on again"))
    def switch_on(self, request: HttpRequest, queryset: models.QuerySet[DeliveryAddress]) -> None:
        queryset.update(switched_off_at=None)


@admin.register(WayOut)
class WayOutAdmin(ReadOnly):
    list_display = ("name", "down_since", "probe_at", "last_error")
    list_filter = (("down_since", admin.EmptyFieldListFilter),)
