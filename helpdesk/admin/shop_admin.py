"""Stores, their keys and their customers."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.access import api_keys
from helpdesk.admin.admin_kinds import KeptByRules, ReadOnly, Traced, admin_of
from helpdesk.admin.places import PlaceForm
from helpdesk.database.instant import database_now
from helpdesk.models import ApiKey, Customer, Store
from helpdesk.outbox import public_http, standard_webhook


class StoreSettings(PlaceForm):
    """A store to which news can be sent: what could never leave, or not signed, is refused here."""

    def clean_webhook_url(self) -> str:
        url: str = self.cleaned_data["webhook_url"]
        try:
            return url and public_http.host_of(url) and url
        except public_http.NotPublic as wrong:
            raise ValidationError(str(wrong)) from wrong

    def clean_webhook_secret(self) -> str:
        secret: str = self.cleaned_data["webhook_secret"]
        if not standard_webhook.is_secret(secret):
            raise ValidationError(_("A secret is the base64 of 24 to 64 bytes, after whsec_."))
        return secret


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
