"""How a service says no: with a name, a place and a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refused(Exception):
    """The services will not do what was asked; nothing has been written.

    `code` names the reason in kebab-case, `pointer` is the JSON pointer to what was wrong with the
    request (empty: all of it), `status` the answer's HTTP status, and `str()` a sentence for people in
    the language in force. `retry_after` says in how many seconds it may be done. `others` are refused beside it:
    all that is wrong is said at once.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    sentence: ClassVar[str | _StrPromise] = _("This cannot be done.")
    place: ClassVar[str] = ""
    retry_after: int | None = None

    def __init__(self, *, pointer: str | None = None, **facts: object) -> None:
        super().__init__(self.code)
        self.pointer = self.place if pointer is None else pointer
        self.facts = facts
        self.others: tuple[Refused, ...] = ()

    def with_others(self, others: Sequence[Refused]) -> Self:
        """Add what else is wrong with the same request."""
        self.others = tuple(others)
        return self

    def __str__(self) -> str:
        return str(self.sentence) % self.facts if self.facts else str(self.sentence)


class Conflict(Refused):
    """Refused because of what somebody else has done in the meantime."""

    code = "conflict"
    status = 409
    sentence = _("Somebody else was faster.")


class OwnQuestion(Refused):
    """The agent is the customer who asked, and cannot be the one who answers."""

    code = "own-question"
    sentence = _("You asked this yourself: it takes a colleague to answer for it.")


class UnknownValue(Refused):
    """A code that is not among those that can be chosen here."""

    code = "unknown-value"
    sentence = _("“%(value)s” cannot be chosen here.")
