"""What may stand in the way of reading another helpdesk, kept as a code and put in words for whoever reads it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class ReadingTrouble(StrEnum):
    """What is in the way."""

    NO_NAME = "no_name"
    NOT_PUBLIC = "not_public"
    NOT_REACHED = "not_reached"
    NO_ANSWER = "no_answer"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    RESTS = "rests"
    FAILS = "fails"
    TOKEN_UNKNOWN = "token_unknown"  # noqa: S105  # what is said of one
    TOKEN_TOO_WEAK = "token_too_weak"  # noqa: S105  # what is said of one
    SEES_A_PART = "sees_a_part"
    NO_ACCOUNT = "no_account"
    ODD_ANSWER = "odd_answer"
    NO_KEY = "no_key"
    CALLED_OFF = "called_off"


WORDS: Final[dict[ReadingTrouble, _StrPromise]] = {
    ReadingTrouble.NO_NAME: _("That is no name of an account."),
    ReadingTrouble.NOT_PUBLIC: _("Its address is not on the public internet."),
    ReadingTrouble.NOT_REACHED: _("They cannot be reached."),
    ReadingTrouble.NO_ANSWER: _("They gave no answer in time."),
    ReadingTrouble.TOO_LARGE: _("Their answer was too large; it is asked for less."),
    ReadingTrouble.UNREADABLE: _("Their answer broke off or cannot be read."),
    ReadingTrouble.RESTS: _("They ask to be left alone for a while (HTTP 429)."),
    ReadingTrouble.FAILS: _("Their server fails."),
    ReadingTrouble.TOKEN_UNKNOWN: _("They do not know this token (HTTP 401)."),
    ReadingTrouble.TOKEN_TOO_WEAK: _("This token may not read that (HTTP 403): it has to be an admin's."),
    ReadingTrouble.SEES_A_PART: _(
        "This key sees a part of the tickets: it has to be that of an agent who sees all."
    ),
    ReadingTrouble.NO_ACCOUNT: _("There is no such account (HTTP 404)."),
    ReadingTrouble.ODD_ANSWER: _("They answer what is not documented."),
    ReadingTrouble.NO_KEY: _("No key here opens the token that is kept."),
    ReadingTrouble.CALLED_OFF: _("It was called off."),
}


def trouble_words(code: str, detail: str) -> str:
    """Say what is in the way; "" where nothing is."""
    if not code:
        return ""
    words = str(WORDS[ReadingTrouble(code)])
    return f"{words} ({detail})" if detail else words


class NotRead(Exception):
    """Something in the way; `detail` is what can be said of it beside its words."""

    def __init__(self, trouble: ReadingTrouble, detail: str = "") -> None:
        super().__init__(trouble.value, detail)
        self.trouble, self.detail = trouble, detail


class ReadingRefused(NotRead):
    """They will not answer, now or later, until somebody changes something."""


class RestAskedFor(NotRead):
    """They ask to be left alone for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(ReadingTrouble.RESTS)
        self.seconds = seconds


class AnswerFailed(NotRead):
    """No answer, or none that can be read: it is worth asking again."""

    @property
    def asks_for_less(self) -> bool:
        return self.trouble in (ReadingTrouble.NO_ANSWER, ReadingTrouble.TOO_LARGE, ReadingTrouble.UNREADABLE)
