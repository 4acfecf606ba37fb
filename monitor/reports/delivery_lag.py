"""Delivery lag: how long replies take from *Send* until a mail server has accepted them, counting those still leaving.

It is nobody's who answers: their clocks stop when *Send* was pressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from helpdesk.database.keyset_pieces import KeysetPieces, Row
from helpdesk.models import Author, MailedReply
from helpdesk.models.mail.mailed_reply import LEAVING
from monitor.measure.survival import HALF, NINE_IN_TEN, Observation, Percentile, percentile
from monitor.reports.board.board_view import BoardView, LinkedCount
from monitor.reports.clock_selection import DaySpan

LONGEST_SHOWN: Final = 10
TOGETHER: Final = 1000
"""Replies of which one piece of the table is made."""

FATES: Final[dict[str, Q]] = {
    "leaving": LEAVING,
    "delayed": Q(delayed_at__isnull=False),
    "refused": Q(refused_at__isnull=False),
}
"""What has become of replies that tickets are listed by; rules about `MailedReply`."""


@dataclass(frozen=True, slots=True)
class ReplyDelivery:
    """How one reply left: in seconds from *Send*, until a server has accepted or refused it, or until now."""

    reference: str
    sent_at: datetime
    left_at: datetime | None
    refused_at: datetime | None
    seconds: float

    @property
    def state(self) -> str:
        if self.left_at is not None:
            return "left"
        return "leaving" if self.refused_at is None else "refused"

    @property
    def observation(self) -> Observation:
        """Who was refused asks for no server any more."""
        return Observation(self.seconds, self.left_at is not None, left=self.refused_at is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFigures:
    """What became of the replies of some days, each count with its tickets; percentiles are in seconds."""

    replies: int
    p50: Percentile
    p90: Percentile
    fates: dict[str, LinkedCount]
    longest: list[ReplyDelivery]


def figures(view: BoardView) -> DeliveryFigures:
    """Sum up the replies of the board's days, as the viewer may see them."""
    told = deliveries(view)
    observations = [one.observation for one in told]
    return DeliveryFigures(
        replies=len(told),
        p50=percentile(observations, HALF),
        p90=percentile(observations, NINE_IN_TEN),
        fates={fate: _linked(view, fate) for fate in FATES},
        longest=sorted(told, key=lambda one: one.seconds, reverse=True)[:LONGEST_SHOWN],
    )


def deliveries(view: BoardView) -> list[ReplyDelivery]:
    """Return how each reply of the board's days left, in the order in which they began to leave."""
    return [_delivery(row, view.now) for row in _of_days(view).values_list(*_COLUMNS).iterator()]


def _of_days(view: BoardView) -> QuerySet[MailedReply]:
    """Return the replies of the board's days, in the order in which they began to leave: an index has it."""
    replies = _replies(_days(view), view.zone).filter(message__ticket__in=view.tickets)
    return replies.order_by("leaving_since", "pk")


_COLUMNS: Final = ("message__ticket__reference", "message__sent_at", "left_at", "refused_at")


def _delivery(row: tuple[str, datetime, datetime | None, datetime | None], now: datetime) -> ReplyDelivery:
    reference, sent, left, refused = row
    return ReplyDelivery(reference, sent, left, refused, _seconds(sent, left or refused or now))


class DeliveryPieces(KeysetPieces):
    """The rows of all replies of the board's days, in the order in which they began to leave."""

    since, columns, together = "leaving_since", _COLUMNS, TOGETHER

    def __init__(self, view: BoardView) -> None:
        super().__init__(_of_days(view))
        self._now = view.now

    def rows(self, found: list[tuple[Any, ...]]) -> list[Row]:
        return [_row(_delivery(told, self._now)) for told in found]


def _days(view: BoardView) -> DaySpan:
    return DaySpan(view.span.first, view.span.last)


def _seconds(sent_at: datetime, until: datetime) -> float:
    return max((until - sent_at).total_seconds(), 0.0)


def _replies(days: DaySpan, zone: ZoneInfo) -> QuerySet[MailedReply]:
    """Return what people have answered by mail on days of the zone; letters to others answer nobody."""
    by_people = {"message__author": Author.AGENT, "message__automatic": False, "message__public": True}
    return MailedReply.objects.filter(days.rule("leaving_since", zone), **by_people)


def with_replies(fate: str, *, days: DaySpan, zone: ZoneInfo) -> Q:
    """Return the rule that a ticket has a reply of this fate on days of the zone; raises `KeyError`."""
    return Q(pk__in=_replies(days, zone).filter(FATES[fate]).values("message__ticket"))


def _linked(view: BoardView, fate: str) -> LinkedCount:
    """Count the tickets whose replies had this fate, with the query of the list that shows them."""
    days = _days(view)
    tickets = view.tickets.filter(with_replies(fate, days=days, zone=view.zone))
    return LinkedCount(tickets.count(), view.query_of_days(delivery=fate, sent=str(days)))


def _row(one: ReplyDelivery) -> Row:
    """Return a row of the table: ticket, when it was sent and accepted, seconds, and how it stands."""
    left = one.left_at.isoformat() if one.left_at else ""
    return one.reference, one.sent_at.isoformat(), left, round(one.seconds, 3), one.state


HEADS: Final = ("reference", "sent_at", "left_at", "seconds", "state")
