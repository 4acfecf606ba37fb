"""The JSON of policy rules: what is read, and what is refused by name."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest

from monitor.clock.book.rules import BadRules, DayCount, Target, parse_rules
from monitor.clock.metrics import Metric


def test_rules_are_read_as_the_documentation_shows_them() -> None:
    rules = parse_rules(
        {
            "match": {"store": [1], "tags": ["refund"]},
            "targets": {
                "first_response": {
                    "basis": "business",
                    "warn": 0.5,
                    "seconds": {"urgent": 1800, "high": 3600},
                },
                "resolution": {"basis": "wall", "warn": None, "seconds": 259200},
                "update": {"seconds": 60.5},
            },
            "pauses": {"resolution": ["pending"]},
            "bots_count": True,
        }
    )

    assert rules.match == {"store": {1}, "tags": {"refund"}}
    assert rules.targets[Metric.FIRST_RESPONSE] == {
        "urgent": Target(timedelta(minutes=30), "business", 0.5),
        "high": Target(timedelta(hours=1), "business", 0.5),
    }
    assert rules.targets[Metric.RESOLUTION] == {"*": Target(timedelta(days=3), "wall", None)}
    assert rules.targets[Metric.UPDATE] == {"*": Target(timedelta(seconds=60.5), "business", 0.75)}
    assert rules.pauses == {Metric.RESOLUTION: {"pending"}}
    assert rules.bots_count


def test_amounts_of_each_priority_have_units_of_their_own() -> None:
    amounts = {
        "urgent": {"seconds": 1800, "basis": "wall"},
        "high": {"seconds": 7200},
        "normal": {"days": 1, "ends": "end_of_day"},
        "*": {"days": 3, "basis": "wall"},
    }
    rules = parse_rules({"targets": {"resolution": {"warn": 0.5, "amounts": amounts}}})

    assert rules.targets[Metric.RESOLUTION] == {
        "urgent": Target(timedelta(minutes=30), "wall", 0.5),
        "high": Target(timedelta(hours=2), "business", 0.5),
        "normal": Target(timedelta(days=1), "business", 0.5, DayCount(1, "end_of_day")),
        "*": Target(timedelta(days=3), "wall", 0.5, DayCount(3, "same_time")),
    }


def test_a_day_is_no_twenty_four_hours() -> None:
    hours = parse_rules({"targets": {"resolution": {"amounts": {"*": {"seconds": 86400}}}}})
    days = parse_rules({"targets": {"resolution": {"amounts": {"*": {"days": 1}}}}})

    assert hours.targets != days.targets
    assert hours == parse_rules({"targets": {"resolution": {"seconds": 86400}}})


def test_options_are_read_and_are_off_where_nobody_chose_them() -> None:
    rules = parse_rules({"first_resolution_only": True, "unmatched": "keep", "attached": "attached"})

    assert (rules.first_resolution_only, rules.keeps, rules.attaches) == (True, True, True)
    assert parse_rules({"unmatched": "remove", "attached": "opening"}) == parse_rules({})


def _amounts(**amounts: Any) -> dict[str, Any]:
    return {"targets": {"update": {"amounts": amounts}}}


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ({"first_resolution_only": 1}, "first_resolution_only: neither true nor false"),
        ({"unmatched": True}, "unmatched: neither remove nor keep"),
        ({"attached": "later"}, "attached: neither opening nor attached"),
        ({"targets": {"update": {"amounts": 3}}}, "targets.update.amounts: not an object"),
        ({"targets": {"update": {"amounts": {}, "seconds": 1}}}, "targets.update: unknown seconds"),
        (_amounts(soon={"days": 1}), "targets.update.amounts: unknown soon"),
        (_amounts(low={}), "targets.update.amounts.low: neither seconds nor days"),
        (_amounts(low=1), "targets.update.amounts.low: not an object"),
        (_amounts(low={"days": 1, "seconds": 1}), "targets.update.amounts.low: unknown seconds"),
        (_amounts(low={"seconds": 1, "ends": "same_time"}), "targets.update.amounts.low: unknown ends"),
        (_amounts(low={"days": 1.5}), "targets.update.amounts.low.days: not a whole number"),
        (_amounts(low={"days": True}), "targets.update.amounts.low.days: not a whole number"),
        (_amounts(low={"days": -1}), "targets.update.amounts.low.days: below 0 or above 3660"),
        (_amounts(low={"days": 3661}), "targets.update.amounts.low.days: below 0 or above 3660"),
        (_amounts(low={"days": 1, "basis": "x"}), "targets.update.amounts.low.basis: neither business nor wall"),
        (_amounts(low={"days": 1, "ends": "x"}), "targets.update.amounts.low.ends: neither same_time nor end_of_day"),
    ],
)  # fmt: skip
def test_new_forms_are_refused_by_name(spec: Any, fault: str) -> None:
    with pytest.raises(BadRules) as refused:
        parse_rules(spec)
    assert str(refused.value) == fault


def test_nothing_said_is_nothing_promised_to_everybody() -> None:
    rules = parse_rules({})

    assert (rules.match, rules.targets, rules.pauses, rules.bots_count) == ({}, {}, {}, False)


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        (None, "rules: not an object"),
        ([], "rules: not an object"),
        ({"extra": 1}, "rules: unknown extra"),
        ({"more": 2, "extra": 1}, "rules: unknown extra, more"),
        ({"targets": None}, "targets: not an object"),
        ({"pauses": None}, "pauses: not an object"),
        ({"match": None}, "match: not an object"),
        ({"match": {"colour": ["red"]}}, "match: unknown colour"),
        ({"match": {"store": None}}, "match.store: not a list"),
        ({"match": {"store": "1"}}, "match.store: not a list"),
        ({"match": {"store": [True]}}, "match.store: neither text nor whole number"),
        ({"match": {"store": [[]]}}, "match.store: neither text nor whole number"),
        ({"targets": {"agent_work": {"seconds": 1}}}, "targets: unknown agent_work"),
        ({"targets": {"update": 60}}, "targets.update: not an object"),
        ({"targets": {"update": {}}}, "targets.update.seconds: missing"),
        ({"targets": {"update": {"seconds": "60"}}}, "targets.update.seconds: not a number"),
        ({"targets": {"update": {"seconds": True}}}, "targets.update.seconds: not a number"),
        ({"targets": {"update": {"seconds": -1}}}, "targets.update.seconds: below 0 or above"),
        ({"targets": {"update": {"seconds": math.nan}}}, "targets.update.seconds: below 0 or above"),
        ({"targets": {"update": {"seconds": 1e12}}}, "targets.update.seconds: below 0 or above"),
        ({"targets": {"update": {"seconds": {"asap": 1}}}}, "targets.update.seconds: unknown asap"),
        ({"targets": {"update": {"seconds": {"low": None}}}}, "targets.update.seconds: not a number"),
        ({"targets": {"update": {"seconds": 1, "basis": "lunar"}}}, "targets.update.basis: neither"),
        ({"targets": {"update": {"seconds": 1, "warn": 1}}}, "targets.update.warn: no share"),
        ({"targets": {"update": {"seconds": 1, "warn": "0.5"}}}, "targets.update.warn: no share"),
        ({"pauses": {"update": ["open"]}}, "pauses.update: only pending and on_hold pause"),
        ({"pauses": {"update": "pending"}}, "pauses.update: not a list"),
        ({"bots_count": 1}, "bots_count: neither true nor false"),
    ],
)
def test_what_is_not_described_is_refused_by_name(spec: Any, fault: str) -> None:
    with pytest.raises(BadRules) as refused:
        parse_rules(spec)

    assert str(refused.value).startswith(fault)
