"""The moment that an address asks for (`at`), and the ways from it to others: steps, days, and back to now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from helpdesk.database.instant import is_sayable
from helpdesk.input.visible_text import isolated
from helpdesk.models import TicketEvent
from helpdesk.pages.frame.viewer import now_of
from helpdesk.templatetags.times import in_full

NAME: Final = "at"
STEP: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)
_LEFT_OUT: Final = (NAME, "part", "after")


AT_ONCE: Final = 20_000
"""So many tickets that have changed since are replayed while somebody waits; for more they say that they will."""


class NoMoment(Exception):
    """There is nothing to show of what an address asks for; its text says why.

    `asked` is what can be read of it, for a form to go on from; `nearest` the query of what can be shown instead.
    """

    def __init__(self, why: str, asked: PastMoment, *, nearest: str = "") -> None:
        super().__init__(why)
        self.asked, self.nearest = asked, nearest


@dataclass(frozen=True, slots=True)
class PastMoment:
    """A moment that is over, and what else its address says. `latest` is when it was asked for."""

    at: datetime
    latest: datetime
    query: QueryDict

    @property
    def most(self) -> int | None:
        """Return how many tickets may be replayed for it; None where its viewer has said that they wait."""
        return None if self.query.get("patient") else AT_ONCE

    @property
    def patiently(self) -> str:
        """Return the query of the same moment for somebody who waits."""
        return f"{self.query.urlencode()}&patient=1"

    @property
    def instant(self) -> str:
        """Return it as addresses say it."""
        return written(self.at)

    @property
    def typed(self) -> str:
        """Return it as the form says it, by the viewer's clock."""
        return timezone.localtime(self.at).replace(tzinfo=None).isoformat(timespec="minutes")

    @property
    def zone(self) -> str:
        return timezone.get_current_timezone_name()

    @property
    def begins(self) -> datetime:
        """Return when its day begins, by the viewer's clock."""
        return _midnight(self.at)

    @property
    def ends(self) -> datetime:
        return _midnight(self.begins + 1.5 * DAY)

    @property
    def steps(self) -> int:
        """Return how many steps its day has; on days on which clocks are changed that is another number."""
        return (self.ends - self.begins) // STEP

    @property
    def step(self) -> int:
        """Return in which step of its day it lies."""
        return (self.at - self.begins) // STEP

    @property
    def before(self) -> str:
        return self.address(self.begins + STEP * (self.step - (self.at == self._here)))

    @property
    def after(self) -> str:
        return self.address(self.begins + STEP * (self.step + 1))

    @property
    def day_before(self) -> str:
        return self.address(self.at - DAY)

    @property
    def day_after(self) -> str:
        return self.address(self.at + DAY)

    @property
    def now(self) -> str:
        """Return the query of the same page as of now."""
        return self._others.urlencode()

    @property
    def others(self) -> list[tuple[str, str]]:
        """Return what else the address says, for a form to keep."""
        return [(name, value) for name, values in self._others.lists() for value in values if value]

    def address(self, at: datetime) -> str:
        """Return the query of the same page at another moment; nothing for one that is still to come."""
        if at >= self.latest:
            return ""
        told = self._others
        told[NAME] = written(at)
        return told.urlencode()

    @property
    def _here(self) -> datetime:
        return self.begins + STEP * self.step

    @property
    def _others(self) -> QueryDict:
        told = self.query.copy()
        for name in _LEFT_OUT:
            told.pop(name, None)
        return told


def is_asked(request: HttpRequest) -> bool:
    """Tell whether an address asks for a moment at all."""
    return bool(request.GET.get(NAME, "").strip())


def moment_of(request: HttpRequest) -> PastMoment:
    """Return the moment that an address asks for; raises `NoMoment` with a sentence for people."""
    text, now = request.GET.get(NAME, "").strip(), now_of(request)
    at = read(text)
    asked = PastMoment(now if at is None else at, now, request.GET)
    if at is None:
        raise NoMoment(_("“%s” is no moment. Choose a day and a time.") % isolated(text[:50]), asked)
    if at > now:
        raise NoMoment(_("%s is still to come.") % in_full(at), asked)
    _refuse_before_the_first(asked)
    return asked


def _refuse_before_the_first(asked: PastMoment) -> None:
    first = TicketEvent.objects.order_by("pk").values_list("recorded_at", flat=True).first()
    if first is None:
        raise NoMoment(_("No ticket has ever come: there is nothing to look back at."), asked)
    if asked.at < first:
        why = _("Nothing was known here on %(at)s: the first ticket came on %(first)s.")
        told = {"at": in_full(asked.at), "first": in_full(first)}
        nearest = asked.address(_quarter_after(first)) or asked.address(first)
        raise NoMoment(why % told, asked, nearest=nearest)


def _quarter_after(at: datetime) -> datetime:
    """Return the next step of a day, by when more has come than a first ticket."""
    return _midnight(at) + STEP * ((at - _midnight(at)) // STEP + 1)


def read(text: str) -> datetime | None:
    """Read an instant with its offset, or a day and a time by the viewer's clock; None for nonsense."""
    try:
        at = parse_datetime(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        return None
    if at is None or not is_sayable(at if at.tzinfo else at.replace(tzinfo=UTC)):
        return None
    return at if at.tzinfo else at.replace(tzinfo=timezone.get_current_timezone()).astimezone(UTC)


def written(at: datetime) -> str:
    """Write an instant so that no sign of it is lost in an address."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


def _midnight(at: datetime) -> datetime:
    local = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return local.astimezone(UTC)
