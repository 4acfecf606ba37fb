"""Plain values, as JSON or a file has them, fitted into a struct, with patience for how people write.

msgspec judges. Only where it refuses are the values looked at one by one: what is not given, however that is
written, is left out; blanks around a word are dropped; what no table can hold is replaced; an instant is read
in other forms too. What then still does not fit is named, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from helpdesk.input import instant_text, misfit
from helpdesk.input.misfit import FaultFound, Misfit
from helpdesk.input.visible_text import storable
from helpdesk.refusal import Refused

T = TypeVar("T", bound=msgspec.Struct)
Path = tuple[str | int, ...]
CheckInstant = Callable[[datetime], object]
"""Raises a `Refused` for an instant that cannot be taken."""


def fit(value: Any, shape: type[T], *, check_instant: CheckInstant | None = None) -> T:
    """Fit plain values into a struct; raises `Misfit` with every fault."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError:
        return _fit_patiently(value, shape, check_instant)


def _fit_patiently(value: Any, shape: type[T], check_instant: CheckInstant | None) -> T:
    fitting = _Fitting(check_instant)
    mended = fitting.value(value, type_of(shape), ())
    if fitting.faults:
        raise Misfit(fitting.faults)
    try:
        return msgspec.convert(mended, shape)
    except msgspec.ValidationError as error:
        raise Misfit([FaultFound((), misfit.not_so())]) from error


@cache
def type_of(shape: Any) -> inspect.Type:
    return inspect.type_info(shape)


def fields_of(shape: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    kind = type_of(shape)
    return kind.fields if isinstance(kind, inspect.StructType) else ()


class _Fitting:
    """One look at a whole value: what it comes to once mended, and every fault on the way."""

    def __init__(self, check_instant: CheckInstant | None) -> None:
        self.faults: list[FaultFound] = []
        self._check_instant = check_instant

    def value(self, given: Any, kind: inspect.Type, at: Path) -> Any:
        """Return the value mended; what is wrong with it is noted."""
        bare, extra = _bare(kind)
        look = _LOOKS.get(type(bare))
        return given if look is None else look(self, given, bare, at, extra)

    def fault(self, at: Path, sentence: str, *, allowed: tuple[str, ...] = ()) -> None:
        self.faults.append(FaultFound(at, sentence, allowed))

    def _struct(self, given: Any, kind: inspect.StructType, at: Path, _extra: Mapping[str, Any]) -> Any:
        if not isinstance(given, dict):
            return self.fault(at, misfit.another_kind(kind))
        return {name: value for field in kind.fields for name, value in self._field(given, field, at)}

    def _field(self, given: dict[str, Any], field: inspect.Field, at: Path) -> Iterator[tuple[str, Any]]:
        """Yield the field if it is given; empty is not given, unless it has to be."""
        name = field.encode_name
        value = given.get(name)
        if not field.required and (value is None or _is_blank(value)):
            return
        if name in given:
            yield name, self.value(value, field.type, (*at, name))
        else:
            self.fault((*at, name), misfit.missing())

    def _list(self, given: Any, kind: inspect.ListType, at: Path, _extra: Mapping[str, Any]) -> Any:
        if not isinstance(given, list):
            return self.fault(at, misfit.another_kind(kind))
        if not _between(kind.min_length, len(given), kind.max_length):
            self.fault(at, misfit.too_few_or_many(kind.min_length, kind.max_length))
        return [self.value(each, kind.item_type, (*at, place)) for place, each in enumerate(given)]

    def _dict(self, given: Any, kind: inspect.DictType, at: Path, _extra: Mapping[str, Any]) -> Any:
        if not isinstance(given, dict):
            return self.fault(at, misfit.another_kind(kind))
        return {
            self.value(name, kind.key_type, (*at, name)): self.value(value, kind.value_type, (*at, name))
            for name, value in given.items()
        }

    def _union(self, given: Any, kind: inspect.UnionType, at: Path, _extra: Mapping[str, Any]) -> Any:
        others = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
        if given is None and len(others) < len(kind.types):
            return None
        return self.value(given, others[0], at)

    def _literal(self, given: Any, kind: inspect.LiteralType, at: Path, _extra: Mapping[str, Any]) -> Any:
        allowed = tuple(str(value) for value in kind.values if value is not None)
        word = given.strip() if isinstance(given, str) else given
        if not isinstance(word, str) or word not in allowed:
            return self.fault(at, misfit.one_of(allowed), allowed=allowed)
        return word

    def _text(self, given: Any, kind: inspect.StrType, at: Path, extra: Mapping[str, Any]) -> Any:
        if not isinstance(given, str):
            return self.fault(at, misfit.another_kind(kind))
        fits = (text for text in (given, given.strip(), storable(given)) if _fits(text, kind))
        text = next(fits, None)
        if text is None:
            self.fault(at, _what_text(given, kind, extra))
        return text

    def _instant(self, given: Any, kind: inspect.DateTimeType, at: Path, _extra: Mapping[str, Any]) -> Any:
        try:
            instant = instant_text.read(given.strip()) if isinstance(given, str) else None
        except instant_text.NotAnInstant:
            instant = None
        if instant is None:
            return self.fault(at, misfit.no_instant())
        return self._checked(instant, at)

    def _checked(self, instant: datetime, at: Path) -> datetime:
        try:
            if self._check_instant is not None:
                self._check_instant(instant)
        except Refused as refusal:
            self.faults.append(FaultFound.of(refusal, at))
        return instant

    def _whole_number(self, given: Any, kind: inspect.IntType, at: Path, _extra: Mapping[str, Any]) -> Any:
        if not isinstance(given, int) or isinstance(given, bool):
            return self.fault(at, misfit.another_kind(kind))
        if not _between(kind.ge, given, kind.le):
            self.fault(at, misfit.out_of_range(kind.ge, kind.le))
        return given

    def _truth(self, given: Any, kind: inspect.BoolType, at: Path, _extra: Mapping[str, Any]) -> Any:
        return given if isinstance(given, bool) else self.fault(at, misfit.another_kind(kind))


_LOOKS: Mapping[type, Callable[..., Any]] = {
    inspect.StructType: _Fitting._struct,  # noqa: SLF001 (the table of its own methods)
    inspect.ListType: _Fitting._list,  # noqa: SLF001
    inspect.DictType: _Fitting._dict,  # noqa: SLF001
    inspect.UnionType: _Fitting._union,  # noqa: SLF001
    inspect.LiteralType: _Fitting._literal,  # noqa: SLF001
    inspect.StrType: _Fitting._text,  # noqa: SLF001
    inspect.DateTimeType: _Fitting._instant,  # noqa: SLF001
    inspect.IntType: _Fitting._whole_number,  # noqa: SLF001
    inspect.BoolType: _Fitting._truth,  # noqa: SLF001
}
"""How each kind of value is looked at; what is not here takes anything."""


def _bare(kind: inspect.Type) -> tuple[inspect.Type, Mapping[str, Any]]:
    """Return the kind without what is said beside it, and what is said."""
    if isinstance(kind, inspect.Metadata):
        return kind.type, kind.extra or {}
    return kind, {}


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _between(least: int | None, number: int, most: int | None) -> bool:
    return (least is None or least <= number) and (most is None or number <= most)


def _fits(text: str, kind: inspect.StrType) -> bool:
    matches = kind.pattern is None or re.search(kind.pattern, text) is not None
    return matches and _between(kind.min_length, len(text), kind.max_length)


def _what_text(given: str, kind: inspect.StrType, extra: Mapping[str, Any]) -> str:
    if not _between(kind.min_length, len(given.strip()), kind.max_length):
        return misfit.too_short_or_long(kind.min_length, kind.max_length)
    return str(extra.get("words") or misfit.not_so())
