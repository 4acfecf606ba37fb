"""Promises and hours: changed by publishing another version, never by editing one."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from helpdesk.admin import ReadOnly
from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion
from monitor.promises import versions

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when they run
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    ModelForm = forms.ModelForm


class LegibleJson(forms.JSONField):
    """JSON as people write it, line by line."""

    widget = forms.Textarea(attrs={"rows": 24, "cols": 90})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


class VersionForm(ModelForm):
    """What every version needs; `now` is read once, so that what was found good is published as it was found."""

    effective_at = forms.SplitDateTimeField(
        required=False,
        label=_("Takes effect at"),
        help_text=_("Leave it empty for: now."),
        widget=AdminSplitDateTime(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now: datetime = database_now()

    def clean_effective_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["effective_at"]
        try:
            versions.check_beginning(at, now=self.now)
        except versions.BadVersion as bad:
            raise ValidationError(str(bad)) from bad
        return at


class PolicyVersionForm(VersionForm):
    class Meta:
        model = PolicyVersion
        fields: ClassVar = ["policy", "position", "scope", "calendar", "effective_at", "rules", "retired"]
        field_classes: ClassVar = {"rules": LegibleJson}

    def clean_rules(self) -> Any:
        rules = self.cleaned_data["rules"]
        try:
            versions.check_rules(rules)
        except versions.BadVersion as bad:
            raise ValidationError(str(bad)) from bad
        return rules

    def clean(self) -> dict[str, Any] | None:
        """Refuse a calendar that has no hours yet."""
        calendar = self.cleaned_data.get("calendar")
        if calendar is not None and not calendar.versions.exists():
            self.add_error("calendar", _("This calendar has no version yet: give it its hours first."))
        return self.cleaned_data


class CalendarVersionForm(VersionForm):
    class Meta:
        model = CalendarVersion
        fields: ClassVar = ["calendar", "effective_at", "spec"]
        field_classes: ClassVar = {"spec": LegibleJson}

    def clean_spec(self) -> Any:
        spec = self.cleaned_data["spec"]
        try:
            versions.check_hours(spec, now=self.now)
        except versions.BadVersion as bad:
            raise ValidationError(str(bad)) from bad
        return spec


class VersionInline(TabularInline):
    """The versions of one thing, newest first, to be looked at."""

    extra = 0
    can_delete = False
    ordering = ("-version",)
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class PolicyVersionInline(VersionInline):
    model = PolicyVersion
    fields = ("version", "effective_at", "scope", "position", "calendar", "retired", "created_by")


class CalendarVersionInline(VersionInline):
    model = CalendarVersion
    fields = ("version", "effective_at", "created_by")


class OwnerAdmin(ModelAdmin):
    """A name, its versions, and the way to another one."""

    fields = ("name",)
    search_fields = ("name",)
    kind: ClassVar[str]

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    @admin.display(description=_("another version"))
    def another(self, owner: models.Model) -> SafeString:
        url = reverse(f"admin:monitor_{self.kind}version_add", query={self.kind: owner.pk})
        return format_html('<a href="{}">{}</a>', url, _("Publish another version"))


@admin.register(Policy)
class PolicyAdmin(OwnerAdmin):
    list_display = ("name", "another")
    inlines = (PolicyVersionInline,)
    kind = "policy"


@admin.register(Calendar)
class CalendarAdmin(OwnerAdmin):
    list_display = ("name", "another")
    inlines = (CalendarVersionInline,)
    kind = "calendar"


class VersionAdmin(ReadOnly):
    """Versions are added, with the newest one filled in to begin with; none is ever edited."""

    owner: ClassVar[str]
    copied: ClassVar[tuple[str, ...]]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return ModelAdmin.has_add_permission(self, request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what the newest version of this owner says."""
        initial: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        owner = str(initial.get(self.owner, ""))
        if not owner.isdecimal():
            return initial
        newest = self.get_queryset(request).filter(**{self.owner: owner}).order_by("-version").first()
        copied = {name: getattr(newest, name) for name in self.copied if newest}
        return {**copied, **initial}

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Say besides what will come of it."""
        messages.info(request, _("Open tickets are being recounted."))
        return super().log_addition(request, obj, message)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(VersionAdmin):
    form = PolicyVersionForm
    list_display = (
        "policy",
        "version",
        "effective_at",
        "scope",
        "position",
        "calendar",
        "retired",
        "created_by",
    )
    list_filter = ("policy", "retired")
    list_select_related = ("policy", "calendar", "created_by")
    ordering = ("policy", "-version")
    owner = "policy"
    copied = ("position", "scope", "calendar", "rules", "retired")

    def save_model(self, request: HttpRequest, obj: PolicyVersion, form: Any, change: bool) -> None:
        """Publish what the form says; the number and the date are given there."""
        said = {name: form.cleaned_data[name] for name in PolicyVersionForm.Meta.fields}
        obj.pk = versions.publish_policy(**said, now=form.now, by=cast("Agent", request.user)).pk
        obj.refresh_from_db()


@admin.register(CalendarVersion)
class CalendarVersionAdmin(VersionAdmin):
    form = CalendarVersionForm
    list_display = ("calendar", "version", "effective_at", "created_by")
    list_filter = ("calendar",)
    list_select_related = ("calendar", "created_by")
    ordering = ("calendar", "-version")
    owner = "calendar"
    copied = ("spec",)

    def save_model(self, request: HttpRequest, obj: CalendarVersion, form: Any, change: bool) -> None:
        """Publish what the form says; the number and the date are given there."""
        said = {name: form.cleaned_data[name] for name in CalendarVersionForm.Meta.fields}
        obj.pk = versions.publish_calendar(**said, now=form.now, by=cast("Agent", request.user)).pk
        obj.refresh_from_db()
