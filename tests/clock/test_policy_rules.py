"""The JSON of policy rules: what is read, and what is refused by name."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest

from monitor.clock.book.rules import BadRules, Target, parse_rules
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
