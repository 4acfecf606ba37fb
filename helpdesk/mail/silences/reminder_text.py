"""What a reminder says."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override


def reminder_text(*, reference: str, language: str, resolves_after_days: int) -> str:
    """Return the text of a reminder, whole in this language."""
    with override(language):
        sentences = (
            _("Hello,\n\nwe have written to you, and have not heard from you since."),
            _what_follows(resolves_after_days) % {"reference": reference, "days": resolves_after_days},
            _("This mail was sent automatically."),
        )
    return "\n\n".join(sentences)


def _what_follows(days: int) -> str:
    return ngettext(
        "If you still need us, answer this mail. Else we take your question %(reference)s for settled after"
        " %(days)d more working day; you can always write to us again.",
        "If you still need us, answer this mail. Else we take your question %(reference)s for settled after"
        " %(days)d more working days; you can always write to us again.",
        days,
    )
