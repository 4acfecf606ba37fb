"""How many tickets a list has, in words: as far as that costs little to know, and beside what a panel had said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.input.digit_groups import grouped
from helpdesk.pages.lists.wanted_tickets import WantedTickets

COUNTED: Final = 10_000
"""How far a list counts: whoever has more wants to know that, not how many."""


@dataclass(frozen=True, slots=True)
class ListSize:
    """How many tickets there are, and how many of what a number counted on them: the same where that is tickets.

    Beyond `COUNTED` both are only known to be more.
    """

    tickets: int
    counted: int
    wanted: WantedTickets

    @classmethod
    def of(cls, wanted: WantedTickets, *, tickets: int | None = None) -> ListSize:
        """Count what is wanted, unless it is known how many tickets it is."""
        number = wanted.order.count(COUNTED + 1) if tickets is None else tickets
        if not wanted.tally or not 0 < number <= COUNTED:
            return cls(number, number, wanted)
        return cls(number, wanted.tally.count(wanted.tickets, COUNTED + 1), wanted)

    def __str__(self) -> str:
        """Say how many tickets there are, and what else was counted where that is another number."""
        tickets = ngettext("%s ticket", "%s tickets", self.tickets) % grouped(self.tickets)
        if self.tickets > COUNTED:
            return _("more than %s tickets") % grouped(COUNTED)
        if self.counted == self.tickets or not self.wanted.tally:
            return tickets
        figure = grouped(self.counted) if self.counted <= COUNTED else _("more than %s") % grouped(COUNTED)
        return f"{tickets}, {self.wanted.tally.words(self.counted, figure)}"

    def beside(self, figure: int | None) -> str:
        """Say what a panel had counted, where that is not the number now; nothing where it is."""
        if figure is None or figure == self.counted or min(figure, self.counted) > COUNTED:
            return ""
        told = {"figure": grouped(figure), "now": grouped(min(self.counted, COUNTED))}
        if self.counted > COUNTED:
            return _("The board said %(figure)s at the time; more than %(now)s now.") % told
        return _("The board said %(figure)s at the time; %(now)s now.") % told
