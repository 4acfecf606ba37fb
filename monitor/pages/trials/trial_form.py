"""What a dry run is begun with: drafts as JSON, which the pages of policies and calendars hold hidden, and days."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from monitor.promises.draft import Draft
from monitor.promises.policies import reviewed_drafts
from monitor.promises.trial.trial_request import SPANS
from monitor.promises.versions import BadVersion

MOST_DRAFTS: Final = 10


def read_drafts(said: Sequence[str]) -> list[Draft]:
    """Read each field `draft`; raises `BadVersion` with a sentence where one is none."""
    if not 0 < len(said) <= MOST_DRAFTS:
        raise BadVersion(_("There is nothing to try. Begin on the page of a policy or of working hours."))
    return [one for text in said for one in reviewed_drafts.read(text)]


def read_days(said: str) -> int:
    """Read over how many days the past is replayed; anything else is the shortest span."""
    return int(said) if said in {str(span) for span in SPANS} else SPANS[0]


def written(drafts: Sequence[dict[str, Any]]) -> list[str]:
    """Return what a trial keeps of drafts as the fields that begin it again, with the versions of now as those seen."""
    return [json.dumps({**one, "seen": None}) for one in drafts]
