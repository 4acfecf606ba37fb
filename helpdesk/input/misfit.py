"""Why plain values do not fit a shape: every fault, with its place, what may stand there, and words for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.refusal import Refused


class FaultFound(NamedTuple):
    """What is wrong with one place: its path, a sentence, the values that are allowed, a code if it has one."""

    path: tuple[str | int, ...]
    sentence: str
    allowed: tuple[str, ...] = ()
    code: str = "misfit"

    @classmethod
    def of(cls, refusal: Refused, path: tuple[str | int, ...]) -> FaultFound:
        return cls(path, str(refusal), code=refusal.code)


class Misfit(Exception):
    """Values that do not fit a shape; holds at least one fault, in the order of the values."""

    def __init__(self, faults: Sequence[FaultFound]) -> None:
        super().__init__(faults[0].sentence)
        self.faults = list(faults)


def missing() -> str:
    return _("This is missing.")


def one_of(allowed: Sequence[object]) -> str:
    return _("This has to be one of: %(allowed)s.") % {"allowed": ", ".join(map(str, allowed))}


def another_kind(kind: msgspec.inspect.Type) -> str:
    """Say what a value of the wrong kind should have been."""
    return {
        msgspec.inspect.StructType: _("This has to be an object with fields."),
        msgspec.inspect.DictType: _("This has to be an object with fields."),
        msgspec.inspect.ListType: _("This has to be a list."),
        msgspec.inspect.StrType: _("This has to be text."),
        msgspec.inspect.IntType: _("This has to be a whole number."),
        msgspec.inspect.BoolType: _("This has to be true or false."),
        msgspec.inspect.DateTimeType: no_instant(),
    }.get(type(kind), not_so())


def no_instant() -> str:
    return _("This has to be an instant with its offset, such as 2026-03-09T15:00:00Z.")


def not_so() -> str:
    return _("This is not written as it has to be here.")


def too_short_or_long(least: int | None, most: int | None) -> str:
    """Say how long a text has to be."""
    if most is None:
        return _("There has to be something here.")
    return _("This has to have %(least)d to %(most)d characters.") % {"least": least or 0, "most": most}


def too_few_or_many(least: int | None, most: int | None) -> str:
    """Say how many there have to be."""
    if most is None:
        said = ngettext(
            "There has to be at least %(least)d.", "There have to be at least %(least)d.", least or 0
        )
        return said % {"least": least or 0}
    return _("There have to be %(least)d to %(most)d.") % {"least": least or 0, "most": most}


def out_of_range(least: int | None, most: int | None) -> str:
    return _("This has to be a number from %(least)s to %(most)s.") % {"least": least, "most": most}
