"""Webhooks: where they go, which facts they ask for, and under which secret; what could never leave is refused here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.admin.admin_kinds import Traced
from helpdesk.models import WebhookKind, WebhookSubscription
from helpdesk.outbox import public_http, standard_webhook

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when they run
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


def sendable_address(url: str) -> str:
    """Return the address, or nothing for none; raises `ValidationError` for what is no web address."""
    try:
        return url and public_http.host_of(url) and url
    except public_http.NotPublic as wrong:
        raise ValidationError(str(wrong)) from wrong


def usable_secret(secret: str) -> str:
    """Return the secret; raises `ValidationError` where nothing could be signed with it."""
    if not standard_webhook.is_secret(secret):
        raise ValidationError(_("A secret is the base64 of 24 to 64 bytes, after whsec_."))
    return secret


class WebhookForm(ModelForm):
    kinds = forms.MultipleChoiceField(
        label=_("Tells that"), choices=WebhookKind.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean_url(self) -> str:
        return sendable_address(self.cleaned_data["url"])

    def clean_secret(self) -> str:
        return usable_secret(self.cleaned_data["secret"])


@admin.register(WebhookSubscription)
class WebhookAdmin(Traced):
    form = WebhookForm
    list_display = ("url", "store", "kinds", "agent_names")
    list_filter = ("store",)
    exclude = ("created_at",)
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        """What was written for one store is told to nobody else."""
        return ["store"] if obj else []
