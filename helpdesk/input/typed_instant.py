"""Instants that people type into forms: none so near the ends of time that it cannot be said in every zone."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from helpdesk.database.instant import is_sayable


def refuse_unsayable(instant: datetime) -> None:
    """Raise a `ValidationError` for an instant that lies beyond the calendar's years in some zone."""
    if not is_sayable(instant):
        raise ValidationError(_("No hours are known so early or so late."), code="unsayable")
