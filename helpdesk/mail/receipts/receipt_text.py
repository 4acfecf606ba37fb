"""What a receipt says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from helpdesk.input.language_tag import language_of
from helpdesk.mail.receipts.promised_answer import promise_words


def default_opening(language: str) -> str:
    """Return how a receipt begins where its mailbox says nothing else."""
    with override(language):
        return _("Hello,\n\nYour message has reached us. Thank you for writing.")


def opening_of(openings: Mapping[str, str], language: str) -> str:
    return openings.get(language) or default_opening(language)


def receipt_text(*, opening: str, reference: str, locale: str, timezone: str, by: datetime | None) -> str:
    """Return the text of a receipt, whole in the language of this tag; without `by` it names no time."""
    with override(language_of(locale)):
        sentences = (
            opening.strip(),
            promise_words(by, locale=locale, timezone=timezone) if by else _("A person will answer you."),
            _("If you want to add something, answer this mail. Your message has the number %(reference)s.")
            % {"reference": reference},
            _("This mail was sent automatically."),
        )
    return "\n\n".join(sentences)
