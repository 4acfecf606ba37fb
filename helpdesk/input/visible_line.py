"""Names that people read: one line, with something to see on it, whichever door they come by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import is_visible, one_line


def refuse_invisible(name: str) -> None:
    """Raise a `ValidationError` for a name of which there is nothing to see."""
    if not is_visible(name):
        raise ValidationError(_("There is nothing to see in this name."), code="invisible")


if TYPE_CHECKING:
    NameField = models.CharField[str, str]
else:
    NameField = models.CharField


class VisibleLineField(NameField):
    """A name: kept, and looked for, as one visible line; forms refuse one of which nothing is seen."""

    default_validators = [refuse_invisible]

    def to_python(self, value: Any) -> Any:
        return one_line(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return one_line(prepared) if isinstance(prepared, str) else prepared
