"""How soon tickets were first answered, in bands, on the customer's own clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LONGEST: Final = {
    "quarter": timedelta(minutes=15),
    "hour": timedelta(hours=1),
    "4-hours": timedelta(hours=4),
    "day": timedelta(days=1),
}
"""The longest wait of each band."""
LONGER, NEVER, MISDATED = "longer", "never", "misdated"

WORDS: Final[Mapping[str, _StrPromise]] = {
    "quarter": _("answered within 15 minutes"),
    "hour": _("answered after 15 minutes to 1 hour"),
    "4-hours": _("answered after 1 to 4 hours"),
    "day": _("answered after 4 hours to 1 day"),
    LONGER: _("answered after more than 1 day"),
    NEVER: _("resolved without an answer"),
    MISDATED: _("answer dated before the question"),
}
"""All bands, the soonest first, in words."""
BANDS: Final = tuple(WORDS)


def band_of(waited: timedelta) -> str:
    """Return the band of whoever was answered after so long."""
    return next((band for band, longest in LONGEST.items() if waited <= longest), LONGER)
