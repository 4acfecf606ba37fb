"""What a policy may choose: the first resolution only, targets that stay, agreements attached later."""

from __future__ import annotations

from typing import Any

from monitor.clock.book.policy import Book
from tests.clock.story import HOUR, Story, book, change, days, promise, tuesday


def covering(**options: Any) -> Book:
    """Return a book whose one policy is for tickets with a tag."""
    return book(promise(match={"tags": ["covered"]}, options=options, first_response=2, resolution=8))


def tagged(story: Story, hour: int, *tags: str) -> Story:
    return story.then(tuesday(hour), "tags_changed", tags=list(tags))


def test_the_first_resolution_may_be_the_only_one() -> None:
    rules = book(promise(options={"first_resolution_only": True}, resolution=4))
    story = Story(rules, opened=tuesday(9)).then(tuesday(10), "resolved")
    story.then(tuesday(11), "reopened", by="agent").then(tuesday(16), "resolved")

    clock = story.clock("resolution")
    assert (clock.outcome, clock.ended_at, clock.business) == ("met", tuesday(10), HOUR)
    assert story.clock("agent_work").business == 6 * HOUR


def test_what_the_customer_withdrew_was_no_resolution() -> None:
    rules = book(promise(options={"first_resolution_only": True}, resolution=4))
    story = Story(rules, opened=tuesday(9)).then(tuesday(10), "closed", by="customer")
    story.then(tuesday(11), "reopened", by="customer")

    assert story.clock("resolution").due_at == tuesday(14)


def test_targets_are_gone_or_stay_where_nothing_matches_any_more() -> None:
    removed = tagged(Story(covering(), opened=tuesday(9), tags=["covered"]), 10)
    kept = tagged(Story(covering(unmatched="keep"), opened=tuesday(9), tags=["covered"]), 10)

    assert (removed.clock("first_response").due_at, removed.clock("first_response").target) == (None, None)
    assert kept.clock("first_response").due_at == tuesday(11)


def test_a_policy_that_is_retired_for_open_clocks_keeps_nothing() -> None:
    retired = promise(version=2, since=tuesday(10), scope="new_and_open", retired=True)
    rules = book(promise(options={"unmatched": "keep"}, first_response=2), retired)

    assert Story(rules, opened=tuesday(9)).clock("first_response").due_at is None


def test_an_agreement_attached_later_counts_from_then_or_from_the_opening() -> None:
    from_then = tagged(Story(covering(attached="attached"), opened=tuesday(9)), 12, "covered")
    from_start = tagged(Story(covering(), opened=tuesday(9)), 12, "covered")

    clock = from_then.clock("first_response")
    assert (clock.due_at, clock.started_at, clock.breach_at) == (tuesday(14), tuesday(9), tuesday(14))
    assert from_then.clock("resolution").due_at == tuesday(12, days_later=1)
    late = from_start.clock("first_response")
    assert (late.due_at, late.breach_at, late.breach_kind) == (tuesday(11), tuesday(12), "retarget")


def test_one_that_applies_from_the_start_is_attached_to_nothing() -> None:
    story = Story(covering(attached="attached"), opened=tuesday(9), tags=["covered"])

    assert change(story, tuesday(10), "high").clock("first_response").due_at == tuesday(11)


def test_an_agreement_attached_later_goes_on_as_it_was_attached() -> None:
    options = {"attached": "attached"}
    amounts = {"normal": days(1), "high": 2, "low": 5}
    rules = book(promise(match={"tags": ["covered"]}, options=options, resolution=amounts))
    story = tagged(Story(rules, opened=tuesday(9)), 12, "covered")

    assert story.clock("resolution").due_at == tuesday(12, days_later=1)
    assert change(story, tuesday(13), "high").clock("resolution").due_at == tuesday(14)
    story.turns(tuesday(13, 30), "pending").turns(tuesday(15), "open")
    assert change(story, tuesday(15, 10), "low").clock("resolution").due_at == tuesday(10, 30, days_later=1)
    assert tagged(tagged(story, 16), 17, "covered").clock("resolution").due_at == tuesday(14, days_later=1)
