"""Promises and hours: changed by publishing another version, never by editing one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.admin.admin_kinds import ReadOnly
from helpdesk.database.instant import database_now
from helpdesk.input.visible_line import refuse_invisible
from helpdesk.input.visible_text import one_line
from helpdesk.models import Agent
from helpdesk.models.alike_names import namesake
from monitor.admin.version_forms import CalendarVersionForm, PolicyVersionForm
from monitor.models import Calendar, CalendarVersion, Confirmable, Policy, PolicyVersion
from monitor.promises import first_decisions, versions
from monitor.promises.doubted_drafts import what_comes_of
from monitor.promises.policies.reviewed_drafts import draft_of
from monitor.relay import book

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when they run
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin = admin.ModelAdmin
    ModelForm = forms.ModelForm
    TabularInline = admin.TabularInline


class OnAPage:
    """What is read and changed on a page of ours, too: the admin leads there."""

    def view_on_site(self, one: Any) -> str:
        """Return where it is read in words."""
        if isinstance(one, Policy | PolicyVersion):
            return reverse("policy", args=[one.pk if isinstance(one, Policy) else one.policy_id])
        return reverse("calendar", args=[one.pk if isinstance(one, Calendar) else one.calendar_id])

    @admin.display(description=_("in words"))
    def in_words(self, one: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.view_on_site(one), _("Read and change it on its page"))


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


class OwnerForm(ModelForm):
    """A name that people can see, and tell from all others."""

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        refuse_invisible(name)
        others = self._meta.model._default_manager.exclude(pk=self.instance.pk)  # noqa: SLF001  # any owner's
        if other := namesake(others, name):
            told = _("There is one of this name: “%(name)s”.")
            raise ValidationError(told, params={"name": other.name})
        return name


class OwnerAdmin(OnAPage, ModelAdmin):  # type: ignore[misc]  # Django takes a method, too
    """A name, its versions, and the way to another one."""

    form = OwnerForm
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
    list_display = ("name", "in_words", "another")
    inlines = (PolicyVersionInline,)
    kind = "policy"


@admin.register(Calendar)
class CalendarAdmin(OwnerAdmin):
    list_display = ("name", "in_words", "another")
    inlines = (CalendarVersionInline,)
    kind = "calendar"


class VersionAdmin(OnAPage, ReadOnly):  # type: ignore[misc]  # Django takes a method, too
    """Versions are added, with the one in force filled in to begin with; none is ever edited."""

    owner: ClassVar[str]
    copied: ClassVar[tuple[str, ...]]
    terms: ClassVar[tuple[str, ...]] = ("effective_at",)
    confirmed: ClassVar[Confirmable]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return ModelAdmin.has_add_permission(self, request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what the version of this owner says that is in force; the newest may be planned."""
        initial: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        owner = str(initial.get(self.owner, ""))
        if not owner.isdecimal():
            return initial
        found = self.get_queryset(request).filter(**{self.owner: owner})
        known = (
            found.exclude(pk__in=self._unreadable()).order_by("planned", "-effective_at", "-version").first()
        )
        copied = {name: getattr(known, name) for name in self.copied if known}
        return {**copied, **initial}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Say of each version besides whether it is planned or past."""
        later = Q(effective_at__gt=OuterRef("effective_at")) | Q(
            effective_at=OuterRef("effective_at"), version__gt=OuterRef("version")
        )
        begun = self.model._default_manager.filter(later, effective_at__lte=Now())  # noqa: SLF001  # any version's
        of_it = begun.exclude(pk__in=self._unreadable()).filter(**{self.owner: OuterRef(self.owner)})
        every: models.QuerySet[Any] = super().get_queryset(request)
        told: models.QuerySet[Any] = every.annotate(planned=Q(effective_at__gt=Now()), past=Exists(of_it))
        return told

    def _unreadable(self) -> list[int]:
        return [one.version.pk for one in book.unreadable() if isinstance(one.version, self.model)]

    @admin.display(description=_("state"))
    def state(self, version: Any) -> str:
        """Say it in a word."""
        if version.pk in self._unreadable():
            return gettext("cannot be read: the one before it counts")
        if version.planned:
            return gettext("planned")
        return gettext("past") if version.past else gettext("in force")

    def stand_by(self, request: HttpRequest, form: Any) -> None:
        """Whoever publishes has decided."""
        first_decisions.confirm(self.confirmed, by=cast("Agent", request.user), now=form.now)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Say besides what will come of it, as our own pages do."""
        published = draft_of(obj, **{name: getattr(obj, name) for name in self.terms})
        messages.info(request, what_comes_of([published], now=database_now()))
        return super().log_addition(request, obj, message)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(VersionAdmin):
    form = PolicyVersionForm
    confirmed = Confirmable.PROMISES
    list_display = (
        "policy",
        "version",
        "state",
        "effective_at",
        "scope",
        "position",
        "calendar",
        "retired",
        "created_by",
        "in_words",
    )
    list_filter = ("policy", "retired")
    list_select_related = ("policy", "calendar", "created_by")
    ordering = ("policy", "-version")
    owner = "policy"
    copied = ("position", "scope", "calendar", "rules", "retired")
    terms = ("effective_at", "scope")

    def save_model(self, request: HttpRequest, obj: PolicyVersion, form: Any, change: bool) -> None:
        """Publish what the form says; the number and the date are given there."""
        said = {name: form.cleaned_data[name] for name in PolicyVersionForm.Meta.fields}
        obj.pk = versions.publish_policy(**said, now=form.now, by=cast("Agent", request.user)).pk
        self.stand_by(request, form)
        obj.refresh_from_db()


@admin.register(CalendarVersion)
class CalendarVersionAdmin(VersionAdmin):
    form = CalendarVersionForm
    confirmed = Confirmable.HOURS
    list_display = ("calendar", "version", "state", "effective_at", "created_by", "in_words")
    list_filter = ("calendar",)
    list_select_related = ("calendar", "created_by")
    ordering = ("calendar", "-version")
    owner = "calendar"
    copied = ("spec",)

    def save_model(self, request: HttpRequest, obj: CalendarVersion, form: Any, change: bool) -> None:
        """Publish what the form says; the number and the date are given there."""
        said = {name: form.cleaned_data[name] for name in CalendarVersionForm.Meta.fields}
        by = cast("Agent", request.user)
        obj.pk = versions.publish_calendar(**said, now=form.now, by=by, may_never_open=True).pk
        self.stand_by(request, form)
        obj.refresh_from_db()
