"""What a selection of first resolutions is called, at the head of the list of its tickets."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from monitor.reports.resolutions.resolution_selection import CAME_WORDS, ResolutionSelection
from monitor.reports.resolutions.response_bands import WORDS
from monitor.reports.selection_words import days_words


def words(selection: ResolutionSelection) -> list[str]:
    """Say what is selected, one thing after the other."""
    return list(_words(selection))


def _words(selection: ResolutionSelection) -> Iterator[str]:
    yield days_words(selection.days, selection.zone, _("resolved for the first time %(days)s"))
    if selection.band:
        yield str(WORDS[selection.band])
    if selection.came:
        yield str(CAME_WORDS[selection.came])
