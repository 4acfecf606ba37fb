"""Kinds of admin pages: what is only looked at, what is traced, what is counted before it is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.access import set_up_trace
from helpdesk.database.deletion import held_by
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Queue, Store
from helpdesk.tickets import naming_rules

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when they run
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


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


class KeptByRules(CountedDeletion):
    """Says besides which rules and freezes name it: it stays as long as they do."""

    def _kept(self, found: models.Model) -> list[str]:
        kept = super()._kept(found)
        if not isinstance(found, Queue | Store):
            return kept
        now = database_now()
        kept += [_("the promise “%s” names it") % name for name in naming_rules.named_by(found, now=now)]
        return kept + [_("the freeze “%s” names it") % name for name in naming_rules.kept_by(found, now=now)]
