"""From when on a version shall count, as every form that asks for one checks it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from monitor.promises import versions


class DatedForm:
    """A form with a field `effective_at`, which is empty or not before `now`; mixed in before Django's."""

    now: datetime
    cleaned_data: dict[str, Any]

    def clean_effective_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["effective_at"]
        try:
            versions.check_beginning(at, now=self.now)
        except versions.BadVersion as bad:
            raise ValidationError(str(bad)) from bad
        return at
