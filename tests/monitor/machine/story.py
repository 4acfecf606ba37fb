"""Random deeds: what is done, with what, drawn by Hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from helpdesk.conversation.answers import AfterReply
from helpdesk.models import Priority, Way
from helpdesk.refusal import Refused
from monitor.clock.metrics import PROMISED
from monitor.models import VersionScope
from tests.monitor.machine import deeds
from tests.monitor.machine.world import HOURS, RULES, World

OWN_TRANSACTIONS = frozenset(
    {deeds.sweep_up, deeds.beat, deeds.go_on_recounting, deeds.repair, deeds.end_claims}
)
"""What watches runs in no transaction of its door's."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that is done, in a transaction of its own; a ticket is named by its number."""

    does: Callable[..., None]
    drawn: dict[str, Any]

    def __repr__(self) -> str:
        return f"{self.does.__name__}({', '.join(f'{key}={value!r}' for key, value in self.drawn.items())})"

    def do(self, world: World, now: datetime) -> None:
        """Do it; what makes no sense is refused, and that is all right."""
        if self.does in OWN_TRANSACTIONS:
            self._do(world, now)
            return
        try:
            with transaction.atomic():
                self._do(world, now)
        except Refused:
            return

    def _do(self, world: World, now: datetime) -> None:
        if "ticket" not in self.drawn:
            self.does(world, now, **self.drawn)
        elif ticket := world.ticket(self.drawn["ticket"]):
            self.does(world, now, **{**self.drawn, "ticket": ticket})


numbers = st.integers(0, 5)
two = st.integers(0, 1)
two_or_nobody = st.integers(0, 2)
minutes_back = st.sampled_from([0, 0, 0, 1, 20, 90, 1500])
minutes_ahead = st.sampled_from([0, 0, 10, 180, 3000])
limits = st.sampled_from([1, 3, 100])
tags = st.sampled_from([[], ["refund"], ["refund", "late"]])
shapes = st.fixed_dictionaries(
    {
        "occurred_at": minutes_back,
        "priority": st.sampled_from(Priority.values),
        "channel": st.sampled_from(["chat", "email"]),
        "tags": tags,
        "imported": st.sampled_from([False, False, False, True]),
    }
)

TABLE: list[tuple[int, Callable[..., None], dict[str, st.SearchStrategy[Any]]]] = [
    (
        3,
        deeds.open_some,
        {
            "shapes": st.lists(shapes, min_size=1, max_size=3),
            "store": two,
            "by": two_or_nobody,
            "outbound": st.booleans(),
        },
    ),
    (
        4,
        deeds.say,
        {"ticket": numbers, "back": minutes_back, "automatic": st.booleans(), "imported": st.booleans()},
    ),
    (
        5,
        deeds.reply,
        {
            "ticket": numbers,
            "back": minutes_back,
            "then": st.sampled_from(AfterReply),
            "by": two,
            "holding": st.booleans(),
        },
    ),
    (1, deeds.reply_as_bot, {"ticket": numbers, "back": minutes_back, "holding": st.booleans()}),
    (
        1,
        deeds.answer_elsewhere,
        {
            "ticket": numbers,
            "back": minutes_back,
            "way": st.sampled_from(Way.values),
            "then": st.sampled_from(AfterReply),
            "by": two,
        },
    ),
    (3, deeds.take_back, {"ticket": numbers, "by": two}),
    (1, deeds.leave, {"by": two, "queue": two}),
    (1, deeds.send_receipt, {"ticket": numbers}),
    (1, deeds.note, {"ticket": numbers, "by": two}),
    (3, deeds.bounce, {"ticket": numbers, "which": numbers}),
    (2, deeds.acknowledge, {"ticket": numbers, "by": two, "back": minutes_back}),
    (1, deeds.claim, {"ticket": numbers, "by": two}),
    (1, deeds.end_claims, {"limit": limits}),
    (1, deeds.snooze, {"ticket": numbers, "by": two, "ahead": minutes_ahead}),
    (1, deeds.snooze_until_order, {"ticket": numbers, "by": two}),
    (1, deeds.change_order, {"ticket": numbers, "status": st.sampled_from(["paid", "shipped"])}),
    (1, deeds.snooze_no_more, {"ticket": numbers, "by": two}),
    (1, deeds.go_away, {"by": two, "ahead": minutes_ahead}),
    (1, deeds.come_back_after_all, {"by": two}),
    (1, deeds.assign, {"ticket": numbers, "by": two, "to": two}),
    (1, deeds.unassign, {"ticket": numbers, "by": two}),
    (
        3,
        deeds.set_status,
        {
            "ticket": numbers,
            "by": two,
            "status": st.sampled_from(["open", "pending", "on_hold", "resolved", "closed"]),
            "back": minutes_back,
        },
    ),
    (1, deeds.close, {"ticket": numbers, "by_customer": st.booleans()}),
    (2, deeds.reopen, {"ticket": numbers, "by": two_or_nobody}),
    (1, deeds.need_no_reply, {"ticket": numbers, "by": two}),
    (
        2,
        deeds.sort,
        {
            "ticket": numbers,
            "priority": st.sampled_from(Priority.values),
            "tags": tags,
            "tier": st.sampled_from(["", "vip"]),
        },
    ),
    (1, deeds.change_topic, {"ticket": numbers, "topic": two_or_nobody}),
    (1, deeds.change_customer, {"ticket": numbers, "by": two, "customer": two}),
    (2, deeds.hand_over, {"ticket": numbers, "queue": two}),
    (
        2,
        deeds.promise,
        {"ticket": numbers, "metric": st.sampled_from([*PROMISED]), "ahead": st.sampled_from([-5, 0, 30])},
    ),
    (1, deeds.promise_no_more, {"ticket": numbers, "metric": st.sampled_from([*PROMISED])}),
    (2, deeds.merge, {"ticket": numbers, "into": numbers}),
    (2, deeds.split, {"ticket": numbers, "which": st.lists(numbers, min_size=1, max_size=3), "by": two}),
    (2, deeds.put_aside, {"ticket": numbers, "spam": st.booleans()}),
    (2, deeds.restore, {"ticket": numbers}),
    (2, deeds.poison_it, {"ticket": numbers}),
    (2, deeds.cure_it, {"ticket": numbers}),
    (1, deeds.write_nonsense, {"ticket": numbers}),
    (
        2,
        deeds.publish_policy,
        {
            "policy": two,
            "rules": st.integers(0, len(RULES) - 1),
            "position": st.sampled_from([5, 10, 1000]),
            "calendar": two,
            "ahead": minutes_ahead,
            "scope": st.sampled_from(VersionScope.values),
            "retired": st.sampled_from([False, False, True]),
        },
    ),
    (
        2,
        deeds.publish_calendar,
        {"calendar": two, "hours": st.integers(0, len(HOURS) - 1), "ahead": minutes_ahead},
    ),
    (3, deeds.sweep_up, {"limit": limits}),
    (4, deeds.beat, {"limit": limits}),
    (4, deeds.go_on_recounting, {"limit": limits}),
    (1, deeds.repair, {"ticket": numbers}),
    (1, deeds.take_in_hand, {"which": numbers}),
]

_WEIGHTED = [number for number, (weight, *_rest) in enumerate(TABLE) for _ in range(weight)]


openings = st.builds(Deed, st.just(deeds.open_some), st.fixed_dictionaries(TABLE[0][2]))


@st.composite
def drawn_deeds(draw: st.DrawFn) -> Deed:
    """Draw one deed, the likely ones more often."""
    _weight, does, strategies = TABLE[draw(st.sampled_from(_WEIGHTED))]
    return Deed(does, draw(st.fixed_dictionaries(strategies)))
