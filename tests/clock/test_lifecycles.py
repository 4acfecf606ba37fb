"""Life cycles of other products, and our own golden ones, through the conformance judge."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.clock.conformance.conventions import CONVENTIONS
from tests.clock.conformance.lifecycle import judge, recognises
from tests.clock.conformance.verdict import Verdict

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "vectors" / "lifecycle.json").read_text())
PAGE = (HERE.parents[1] / "docs" / "clocks.md").read_text()


def silently_resolved(**expect: Any) -> dict[str, Any]:
    policy = dict(GOLDEN[0]["policy"]) | {"first_response": 3600}
    events = [
        {"at": "2026-03-10T09:00:00-04:00", "type": "ticket_created"},
        {"at": "2026-03-10T09:30:00-04:00", "type": "resolve"},
    ]
    return {"id": "made-up", "policy": policy, "events": events, "expect": expect}


@pytest.mark.parametrize("entry", GOLDEN, ids=lambda entry: entry["id"])
def test_every_golden_life_cycle_agrees(entry: Mapping[str, Any]) -> None:
    assert recognises(entry)
    assert judge(entry) == (entry["id"], "agree", "")


def verdicts_on(file: Path) -> list[Verdict]:
    return [judge(entry) for entry in json.loads(file.read_text())]


@pytest.mark.shared_data
def test_no_life_cycle_of_another_product_fails(shared_data: Path) -> None:
    verdicts = verdicts_on(shared_data / "conformance" / "lifecycle.json")
    counted = Counter(one.verdict for one in verdicts)

    assert not [one for one in verdicts if one.verdict == "fail"]
    assert counted["convention"] <= 10
    assert counted["agree"] >= 41


@pytest.mark.shared_data
def test_those_with_options_of_their_own_agree_under_ours(shared_data: Path) -> None:
    verdicts = verdicts_on(shared_data / "conformance" / "lifecycle_more.json")

    assert not [one for one in verdicts if one.verdict == "fail"]
    assert not [one for one in verdicts if one.verdict == "outside"]
    assert sum(one.verdict == "agree" for one in verdicts) >= 14


def test_a_difference_that_no_rule_explains_fails() -> None:
    verdict = judge(silently_resolved(first_response_due="2026-03-10T11:00:00-04:00"))

    assert verdict.verdict == "fail"
    assert "first_response_due" in verdict.detail


def test_a_difference_that_a_listed_rule_explains_is_a_convention() -> None:
    verdict = judge(silently_resolved(first_response_at="2026-03-10T09:30:00-04:00"))

    assert (verdict.verdict, verdict.detail) == ("convention", "resolving_is_responding")


def test_a_rule_does_not_excuse_another_difference_beside_it() -> None:
    verdict = judge(
        silently_resolved(first_response_at="2026-03-10T09:30:00-04:00", resolution_breached=True)
    )

    assert verdict.verdict == "fail"


def test_a_word_of_a_vendors_own_is_outside_and_named() -> None:
    verdict = judge(silently_resolved(policy_status="hit"))

    assert (verdict.verdict, verdict.detail) == ("outside", "outside: policy_status")


def test_a_tolerance_is_given_where_the_entry_names_one() -> None:
    entry = silently_resolved(resolution_elapsed_seconds=1801)

    assert judge(entry).verdict == "fail"
    assert judge(entry | {"tolerance_seconds": 1}).verdict == "agree"


@pytest.mark.parametrize("rule", [one.rule for one in CONVENTIONS])
def test_every_convention_is_documented(rule: str) -> None:
    assert f"| `{rule}` |" in PAGE
