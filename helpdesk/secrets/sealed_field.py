"""A column of secrets, each closed by the key ring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import CheckConstraint, Q

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class SealedField(TextField):
    """A secret as `seal` returns it, or nothing. No form shows it; `reseal` finds it wherever it is declared."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        usual: dict[str, Any] = {"blank": True, "default": "", "editable": False}
        super().__init__(*args, **usual | kwargs)


def closed(*columns: str) -> CheckConstraint:
    """Return the constraint that whatever is in these columns is closed: nobody writes a secret there as it is."""
    rules = Q()
    for column in columns:
        rules &= Q(**{f"{column}__regex": r"^(gAAAA[\w=-]+)?$"})
    return CheckConstraint(condition=rules, name="%(class)s_secrets_are_closed")
