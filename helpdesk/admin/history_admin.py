"""What happened: tickets, what was said, events, and what was refused."""

from __future__ import annotations

from django.contrib import admin

from helpdesk.admin.admin_kinds import ReadOnly
from helpdesk.models import Message, RefusedRequest, Ticket, TicketEvent


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


@admin.register(RefusedRequest)
class RefusedRequestAdmin(ReadOnly):
    list_display = ("at", "api_key", "report_key", "status", "method", "path")
    list_select_related = ("api_key", "report_key")
    list_filter = ("status",)
    ordering = ("-id",)
