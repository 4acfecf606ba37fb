"""Every difference between what replay says and what is stored, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor.models import METRIC_LABELS, Level
from monitor.pages.explanation.value_words import COLUMN_LABELS, ValueWords, Word
from monitor.relay.explanation import ComparedClock, ComparedFlag, ComparedTicket, ComparedValue

LEVEL_WORDS: Final[dict[str, Word]] = {
    Level.AT_RISK: gettext_lazy("at risk"),
    Level.BREACHED: gettext_lazy("broken"),
}
WITHDRAWN_WORDS: Final[dict[str, Word]] = {
    "corrected": gettext_lazy("a correction took it back"),
    "moved": gettext_lazy("the warning point lies elsewhere now"),
}


@dataclass(frozen=True, slots=True)
class DifferenceWords:
    """The differences of one ticket in words."""

    said: ValueWords

    def all_of(self, compared: ComparedTicket) -> list[str]:
        """Return a sentence for each difference; none where nothing differs."""
        return list(self._sentences(compared))

    def _sentences(self, compared: ComparedTicket) -> Iterator[str]:
        for clock in compared.clocks:
            yield from self._of_clock(clock)
        for flag in compared.flags:
            yield from self._of_flag(flag)
        yield from self._of_place(compared)
        if "fold" in compared.drifted:
            yield _(
                "What is kept of its first events is not what they give: it is read from the start instead."
            )

    def _of_clock(self, clock: ComparedClock) -> Iterator[str]:
        differing = [value for value in clock.values if value.differs]
        facts = {"clock": clock_title(clock)}
        if differing and all(value.stored is None for value in clock.values):
            yield _("%(clock)s: its events start this clock, and it is not stored.") % facts
        elif differing and all(value.replayed is None for value in clock.values):
            yield _("%(clock)s: it is stored, and its events start no such clock.") % facts
        else:
            yield from (self._of_value(facts["clock"], value) for value in differing)

    def _of_flag(self, flag: ComparedFlag) -> Iterator[str]:
        if not flag.raised_at.differs:
            return
        facts = {"flag": flag_title(flag), "why": WITHDRAWN_WORDS.get(flag.why, flag.why)}
        if flag.raised_at.replayed is None:
            yield _("%(flag)s: the flag stands, and should be withdrawn: %(why)s.") % facts
        else:
            yield self._of_value(facts["flag"], flag.raised_at)

    def _of_place(self, compared: ComparedTicket) -> Iterator[str]:
        differing = [value for value in compared.place if value.differs]
        if differing and all(value.stored is None for value in compared.place):
            yield _("Queue: it should stand there, and does not.")
        elif differing and all(value.replayed is None for value in compared.place):
            yield _("Queue: it stands there, and should not.")
        else:
            yield from (self._of_value(_("Queue"), value) for value in differing)

    def _of_value(self, what: Any, value: ComparedValue) -> str:
        replayed, stored = self.said.tell_apart(value.name, value.replayed, value.stored)
        label = column_label(value.name)
        facts = {"what": what, "column": label, "stored": stored, "replayed": replayed}
        return _("%(what)s, %(column)s: stored is %(stored)s, by the events it is %(replayed)s.") % facts


def column_label(name: str) -> Word:
    """Return what a column is called before people."""
    return _("speaks of") if name == "raised_at" else COLUMN_LABELS.get(name, name)


def clock_title(clock: ComparedClock) -> str:
    """Name a clock: its metric, and the event that started it."""
    facts = {"metric": capfirst(METRIC_LABELS[clock.metric]), "seq": clock.start_seq}
    return _("%(metric)s from event %(seq)s") % facts


def flag_title(flag: ComparedFlag) -> str:
    """Name a flag: its metric and level."""
    facts = {"metric": capfirst(METRIC_LABELS[flag.metric]), "level": LEVEL_WORDS.get(flag.level, flag.level)}
    return _("%(metric)s, %(level)s") % facts
