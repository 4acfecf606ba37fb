"""Closing everything that is kept closed under the newest key, so that older ones can be taken off the ring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Model

from helpdesk.secrets import key_ring
from helpdesk.secrets.key_ring import NoKeyOpens
from helpdesk.secrets.sealed_field import SealedField


@dataclass
class Resealing:
    """How many secrets were closed anew, how many were already, and which no key opens."""

    changed: int = 0
    kept: int = 0
    shut: list[str] = field(default_factory=list)


def reseal_all() -> Resealing:
    """Close every secret under the newest key. Safe to repeat; one that is changed meanwhile is left as it is then."""
    done = Resealing()
    for model, column in _columns():
        with_secret = model._base_manager.exclude(**{column: ""})  # noqa: SLF001  # all rows, as Django itself sees them
        for number, sealed in with_secret.order_by("pk").values_list("pk", column):
            if key_ring.is_newest(sealed):
                done.kept += 1
            else:
                _reseal(model, column, number, sealed, done)
    return done


def _columns() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        for column in model._meta.fields:  # noqa: SLF001  # Django's own door to it
            if isinstance(column, SealedField):
                yield model, column.name


def _reseal(model: type[Model], column: str, number: int, sealed: str, done: Resealing) -> None:
    try:
        anew = key_ring.seal(key_ring.unseal(sealed))
    except NoKeyOpens:
        done.shut.append(f"{model._meta.label_lower} {number}: {column}")  # noqa: SLF001  # Django's own door to it
    else:
        as_read = model._base_manager.filter(**{"pk": number, column: sealed})  # noqa: SLF001  # the same rows
        done.changed += as_read.update(**{column: anew})
