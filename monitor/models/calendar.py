"""Business hours, in versions that are never edited."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.alike_names import one_of_a_name

WHY_AT_MOST: Final = 500
"""So many characters say why a version is published."""


class Calendar(models.Model):
    """Business hours that policies count in; what they are stands in its versions."""

    name = VisibleLineField(_("name"), max_length=200, unique=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        constraints = [one_of_a_name()]

    def __str__(self) -> str:
        return self.name


class NextNumber(models.Func):
    """The next small number of a calendar version, from a sequence of its own."""

    function = "nextval"
    template = "%(function)s('monitor_calendarnumber')"
    arity = 0
    output_field = models.IntegerField()


class CalendarVersion(models.Model):
    """The hours of a calendar from `effective_at` on; `spec` is what `Calendar.parse` reads.

    `number` is small for ever, where ids leap beyond 700 million when a database is restored: figures have twelve bits.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    number = models.IntegerField(unique=True, db_default=NextNumber(), editable=False)
    effective_at = models.DateTimeField(_("takes effect at"))
    spec = models.JSONField(_("hours"))
    why = models.CharField(_("reason"), max_length=WHY_AT_MOST, blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=models.functions.Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        constraints = [
            models.UniqueConstraint(name="calendar_version_once", fields=["calendar", "version"]),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.version}"
