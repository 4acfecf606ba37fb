"""Stores, their keys and their customers."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.access import api_keys
from helpdesk.admin.admin_kinds import KeptByRules, ReadOnly, Traced, admin_of
from helpdesk.admin.places import PlaceForm
from helpdesk.admin.webhook_admin import sendable_address, usable_secret
from helpdesk.database.instant import database_now
from helpdesk.models import ApiKey, Customer, Store


class StoreSettings(PlaceForm):
    """A store to which news can be sent: what could never leave, or not signed, is refused here."""

    def clean_webhook_url(self) -> str:
        return sendable_address(self.cleaned_data["webhook_url"])

    def clean_webhook_secret(self) -> str:
        return usable_secret(self.cleaned_data["webhook_secret"])


@admin.register(Store)
class StoreAdmin(Traced, KeptByRules):
    form = StoreSettings
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
