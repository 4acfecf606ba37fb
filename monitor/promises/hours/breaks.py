"""Breaks: the gaps between windows of a day. Nothing else is kept of them, so that no two hours differ by a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _

from helpdesk.input.visible_text import range_of
from monitor.promises.hours.hours_spelling import MIDNIGHT

LONGEST_BREAK: Final = 3 * 60
"""Minutes: a longer gap is said as two windows, since nobody would call it a break."""


class NoBreak(ValueError):
    """Times at which nobody is there anyhow, or which leave nothing of the window."""


def cut_out(windows: Sequence[list[str]], begins: str, ends: str) -> list[list[str]]:
    """Return the windows with a break in the one that is open then; raises `NoBreak`."""
    for index, (opens, closes) in enumerate(windows):
        if _lie_inside(begins, ends, opens, closes):
            return [*windows[:index], [opens, begins], [ends, closes], *windows[index + 1 :]]
    raise NoBreak


def day_words(windows: Iterable[Sequence[str]]) -> str:
    """Say the windows of a day, short gaps as breaks: "09:00–17:00, break 12:00–13:00"."""
    said: list[str] = []
    run: list[Sequence[str]] = []
    for window in sorted(windows, key=list):
        if run and not _is_break(run[-1][1], window[0]):
            said.append(_run_words(run))
            run = []
        run.append(window)
    return ", ".join([*said, *([_run_words(run)] if run else [])])


def minutes(time: str) -> int:
    """Return a written time as minutes of the day."""
    hours, rest = time.split(":")[:2]
    return int(hours) * 60 + int(rest)


def _lie_inside(begins: str, ends: str, opens: str, closes: str) -> bool:
    """Whether a break lies in a window, on the day on which that opens, and leaves something on both sides.

    What would open after midnight would belong to the next day, and to its holidays.
    """
    closing = minutes(closes) if minutes(closes) > minutes(opens) else 24 * 60
    return minutes(opens) < minutes(begins) < minutes(ends) < closing


def _is_break(closes: str, opens: str) -> bool:
    return 0 < minutes(opens) - minutes(closes) <= LONGEST_BREAK


def _run_words(run: Sequence[Sequence[str]]) -> str:
    """Say windows with breaks between them as one."""
    opens, closes = run[0][0], run[-1][1]
    if (opens, closes, len(run)) == ("00:00", MIDNIGHT, 1):
        return _("24 hours")
    gaps = [_("break %(time)s") % {"time": range_of(one[1], other[0])} for one, other in pairwise(run)]
    return ", ".join([range_of(opens, closes), *gaps])
