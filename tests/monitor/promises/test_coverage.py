"""Who is left without what, which condition can never match, which policy is never reached: values alone."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clock.book.policy import Attributes, PolicyInForce
from monitor.clock.book.rules import CONDITIONS, PRIORITIES, parse_rules
from monitor.clock.metrics import Metric
from monitor.promises.doubts.coverage import (
    Condition,
    CoverageDoubts,
    ImpossibleValues,
    KnownValues,
    Loss,
    NeverReached,
    doubts_about_coverage,
)

KNOWN = KnownValues(stores=frozenset({1, 2}), queues=frozenset({7, 8}))
FIRST, NEXT, RESOLUTION = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION
TARGETS = {metric.value: {"seconds": 3600} for metric in (FIRST, NEXT, RESOLUTION)}


def policy(
    name: str, match: dict[str, Any] | None = None, targets: Any = None, **fields: Any
) -> PolicyInForce:
    rules = {"match": match or {}, "targets": TARGETS if targets is None else targets}
    return PolicyInForce(
        id=hash((name, str(rules))), policy=name, version=1, position=0, scope="new", calendar="hours",
        effective_at=datetime(2026, 1, 1, tzinfo=UTC), rules=parse_rules(rules), **fields,
    )  # fmt: skip


EVERYBODY = policy("everybody")
TIER_VIP = (Condition("tier", frozenset({"vip"})),)


def published(name: str, *after: PolicyInForce, before: Any = (EVERYBODY,)) -> CoverageDoubts:
    return doubts_about_coverage(before, after, published=frozenset({name}), known=KNOWN)


def test_nothing_is_doubted_where_everybody_keeps_what_they_have() -> None:
    vip = policy("vip", {"tier": ["vip"]}, {name: {"seconds": 60} for name in TARGETS})
    assert published("vip", vip, EVERYBODY) == CoverageDoubts()
    assert published("everybody", EVERYBODY) == CoverageDoubts()


def test_priorities_that_are_not_named_and_metrics_that_are_left_out_are_named() -> None:
    urgent_only = {"first_response": {"seconds": {"urgent": 900, "high": 3600}}}
    doubts = published("vip", policy("vip", {"tier": ["vip"]}, urgent_only), EVERYBODY)

    assert doubts.losses == [
        Loss("vip", TIER_VIP, ("low", "normal"), (FIRST, NEXT, RESOLUTION), promised_nothing=True),
        Loss("vip", TIER_VIP, ("high", "urgent"), (NEXT, RESOLUTION), promised_nothing=False),
    ]
    assert (doubts.impossible, doubts.unreached) == ([], [])


def test_a_policy_that_promises_nothing_is_named_where_nobody_promised_anything_before() -> None:
    doubts = published("vip", policy("vip", {"tier": ["vip"]}, {}), before=())

    assert doubts.losses == [Loss("vip", TIER_VIP, PRIORITIES, (), promised_nothing=True)]


def test_what_was_so_already_is_not_said_again() -> None:
    poor = policy("vip", {"tier": ["vip"]}, {}), policy("lost", {"tags": []}), EVERYBODY, policy("behind")
    more = policy("chat", {"channel": ["chat"]}, {"first_response": {"seconds": 60}, **TARGETS})

    assert published("chat", more, *poor, before=poor) == CoverageDoubts()


@pytest.mark.parametrize(
    ("key", "values", "wrong"),
    [
        ("channel", ["Contact Form"], ["Contact Form"]),
        ("queue", [424242], [424242]),
        ("queue", ["7"], ["7"]),
        ("store", [3], [3]),
        ("priority", ["critical"], ["critical"]),
        ("tier", [7], [7]),
        ("tags", [""], [""]),
        ("language", ["en-GB", "German"], ["en-GB", "German"]),
        ("tags", [], []),
        ("channel", [], []),
    ],
)
def test_a_condition_that_no_ticket_meets_is_named(key: str, values: list[Any], wrong: list[Any]) -> None:
    doubts = published("odd", policy("odd", {key: values}), EVERYBODY)

    assert doubts == CoverageDoubts(impossible=[ImpossibleValues("odd", key, frozenset(wrong), never=True)])


def test_one_wrong_value_among_right_ones_is_named_and_the_policy_matches() -> None:
    doubts = published("odd", policy("odd", {"queue": [7, 424242]}, {}), EVERYBODY)

    assert doubts.impossible == [ImpossibleValues("odd", "queue", frozenset({424242}), never=False)]
    assert [loss.of for loss in doubts.losses] == [(Condition("queue", frozenset({7})),)]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ([{}], {"tier": ["vip"]}),
        ([{"tier": ["vip", "gold"]}], {"tier": ["vip"], "channel": ["chat"]}),
        ([{"priority": ["low", "normal"]}, {"priority": ["high", "urgent"]}], {"tags": ["refund"]}),
        ([{"queue": [7]}, {"queue": [8]}], {}),
        ([{"tags": ["refund", "return"]}], {"tags": ["return"]}),
    ],
)
def test_a_policy_behind_others_that_take_all_its_tickets_is_named(
    earlier: list[dict[str, Any]], later: dict[str, Any]
) -> None:
    before = [policy(f"earlier {number}", match) for number, match in enumerate(earlier)]
    doubts = published("late", *before, policy("late", later), before=before)

    assert doubts.unreached == [NeverReached("late", tuple(one.policy for one in before))]


def test_a_catch_all_ahead_of_others_names_those_behind_it() -> None:
    vip, chat = policy("vip", {"tier": ["vip"]}), policy("chat", {"channel": ["chat"]})
    doubts = published("all", policy("all"), vip, chat, EVERYBODY, before=(vip, chat, EVERYBODY))

    assert doubts.unreached == [NeverReached(name, ("all",)) for name in ("vip", "chat", "everybody")]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ([{"tier": ["vip"]}], {"tier": ["vip", "gold"]}),
        ([{"tags": ["refund"]}], {"channel": ["chat"]}),
        ([{"queue": [7]}], {}),
        ([{"priority": ["low"]}, {"tags": []}], {}),
    ],
)
def test_a_policy_that_gets_some_tickets_is_reached(
    earlier: list[dict[str, Any]], later: dict[str, Any]
) -> None:
    before = [policy(f"earlier {number}", match) for number, match in enumerate(earlier)]

    assert published("late", *before, policy("late", later), before=before).unreached == []


def test_those_who_lose_the_same_are_told_of_together() -> None:
    before = policy("chat", {"channel": ["chat"]}), policy("tamil", {"language": ["ta"]}), EVERYBODY
    poor = policy("vip", {"tier": ["vip"]}, {})

    [loss] = published("vip", poor, *before, before=before).losses
    assert (loss.of, loss.priorities) == (TIER_VIP, PRIORITIES)


def test_who_falls_through_is_named_by_what_they_are_not() -> None:
    chat = policy("everybody", {"channel": ["chat"]})
    doubts = published("everybody", chat)

    lost = (FIRST, NEXT, RESOLUTION)
    not_chat = Condition("channel", frozenset({"chat"}), any_but=True)
    assert doubts.losses == [Loss(None, (not_chat,), PRIORITIES, lost, promised_nothing=True)]


VALUES: dict[str, list[Any]] = {
    "store": [1, 2], "queue": [7, 8], "channel": ["chat", "email"], "priority": ["low", "urgent"],
    "tier": ["vip", ""], "tags": ["refund", "return"], "language": ["ta"],
}  # fmt: skip
MATCHES = st.fixed_dictionaries(
    {},
    optional={
        key: st.lists(st.sampled_from(values), max_size=2, unique=True) for key, values in VALUES.items()
    },
)
SOME = st.lists(st.tuples(MATCHES, st.booleans()), min_size=1, max_size=4)
TICKETS = [
    Attributes(store, queue, channel, priority, tier, language, frozenset(tags))
    for store, queue, channel, priority, tier, language, tags in product(
        (1, 2), (7, 8), ("chat", "fax"), ("low", "urgent"), ("vip", "", "gold"), ("ta", ""),
        ((), ("refund",), ("return",), ("refund", "return", "hat")),
    )
]  # fmt: skip


@given(SOME)
def test_what_is_said_is_what_happens_to_each_ticket(drawn: list[tuple[dict[str, Any], bool]]) -> None:
    """Hold the boxes against plain matching, ticket by ticket."""
    policies = [policy(f"p{n}", match, TARGETS if rich else {}) for n, (match, rich) in enumerate(drawn)]
    doubts = doubts_about_coverage([EVERYBODY], policies, published=frozenset({"p0"}), known=KNOWN)
    applied = [next((one for one in policies if one.matches(ticket)), None) for ticket in TICKETS]

    unreached = {one.policy for one in doubts.unreached}
    assert not unreached & {one.policy for one in applied if one}
    for ticket, applies in zip(TICKETS, applied, strict=True):
        bare = applies is None or not applies.rules.targets
        single = [loss for loss in doubts.losses if is_told_of(loss, ticket, applies)]
        assert bool(single) == bare, (ticket, applies, doubts.losses)


def is_told_of(loss: Loss, ticket: Attributes, applies: PolicyInForce | None) -> bool:
    """Whether a loss speaks of a ticket; of several tags any one may be the one that decides."""
    if loss.policy != (applies and applies.policy) or ticket.priority not in loss.priorities:
        return False
    one_tag = [ticket._replace(tags=frozenset({tag})) for tag in ticket.tags or [""]]
    return any(all(meets(told, condition) for condition in loss.of) for told in one_tag)


def meets(ticket: Attributes, condition: Condition) -> bool:
    assert condition.key in CONDITIONS
    value = getattr(ticket, condition.key)
    [plain] = value if condition.key == "tags" else [value]
    return (plain in condition.values) != condition.any_but
