"""What leaves, where to, and whether it got there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.access import set_up_trace
from helpdesk.admin.admin_kinds import ReadOnly, admin_of
from helpdesk.database.instant import database_now
from helpdesk.models import Delivery, DeliveryAddress, DeliveryItem, WayOut
from helpdesk.outbox import settlement

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when they run
    TabularInline = admin.TabularInline[Any, Any]
else:
    TabularInline = admin.TabularInline


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
        with transaction.atomic():
            for address in queryset:
                set_up_trace.note_saved(address, ["switched_off_at"], (), by=admin_of(request))
            queryset.update(switched_off_at=None)


@admin.register(WayOut)
class WayOutAdmin(ReadOnly):
    list_display = ("name", "down_since", "probe_at", "last_error")
    list_filter = (("down_since", admin.EmptyFieldListFilter),)
