"""What was measured and noticed is only looked at; what could not be relayed is tried again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.admin.admin_kinds import ReadOnly
from helpdesk.admin.history_admin import TicketEventAdmin
from helpdesk.models import TicketEvent
from monitor.models import Clock, Flag, LifeSign, News
from monitor.relay import relay


@admin.register(Clock)
class ClockAdmin(ReadOnly):
    list_display = ("ticket", "metric", "cycle", "started_at", "due_at", "breach_at", "outcome", "rings_at")
    list_filter = ("metric", "outcome")
    list_select_related = ("ticket",)
    search_fields = ("ticket__reference__iexact",)
    ordering = ("-id",)


@admin.register(Flag)
class FlagAdmin(ReadOnly):
    list_display = ("ticket", "metric", "level", "raised_at", "noticed_at", "noticed_by", "withdrawn_at")
    list_filter = ("level", "metric", "noticed_by")
    list_select_related = ("ticket",)
    search_fields = ("ticket__reference__iexact",)
    ordering = ("-id",)


@admin.register(News)
class NewsAdmin(ReadOnly):
    list_display = ("flag", "change", "at", "dispatched_at")
    list_filter = ("change",)
    list_select_related = ("flag",)
    ordering = ("-id",)


@admin.register(LifeSign)
class LifeSignAdmin(ReadOnly):
    list_display = ("name", "seen_at")


admin.site.unregister(TicketEvent)


class SetAsideFilter(admin.SimpleListFilter):
    """Events that no relay could apply."""

    title = _("set aside")
    parameter_name = "set_aside"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("set aside")), ("waiting", _("waiting"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any] | None:
        chosen = {"yes": TicketEvent.objects.set_aside, "waiting": TicketEvent.objects.waiting}
        wanted = chosen.get(self.value() or "")
        return queryset.filter(pk__in=wanted()) if wanted else queryset


@admin.register(TicketEvent)
class RelayedEventAdmin(TicketEventAdmin):
    """The helpdesk's list of events, from which those that could not be relayed are retried."""

    list_filter: ClassVar[Any] = (*TicketEventAdmin.list_filter, SetAsideFilter)
    actions = ("retry",)

    @admin.action(description=_("Relay the selected events that were set aside again"))
    def retry(self, request: HttpRequest, queryset: models.QuerySet[TicketEvent]) -> None:
        retried = relay.retry(queryset)
        told = ngettext("%d event waits again.", "%d events wait again.", retried) % retried
        self.message_user(request, told)
