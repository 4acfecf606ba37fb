"""A dry run says exactly what publishing does, whatever has happened: ticket for ticket, now and in the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import strategies as st

from helpdesk.models import Agent
from monitor.models import Trial, VersionScope
from monitor.promises import draft
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.trial import trial_request
from monitor.relay import recount, recount_job
from tests.make import NOW
from tests.monitor import recounted
from tests.monitor.machine import deeds, world
from tests.monitor.machine.story import Deed, drawn_deeds, openings
from tests.monitor.machine.test_state_machine import poisonous, waits
from tests.monitor.machine.world import HOURS, RULES, World
from tests.monitor.promises.trial import held_against, tried

__all__ = ["poisonous"]

VERSIONS = (deeds.publish_policy, deeds.publish_calendar)
FAULTY = (deeds.poison_it, deeds.cure_it, deeds.write_nonsense)

steps = st.lists(st.tuples(drawn_deeds(), waits), min_size=5, max_size=25)
policies = st.fixed_dictionaries(
    {
        "rules": st.sampled_from(RULES),
        "position": st.sampled_from([5, 10, 500, 2000]),
        "calendar": st.integers(0, 1),
        "scope": st.sampled_from(VersionScope.values),
        "retired": st.sampled_from([False, False, False, True]),
        "policy": st.integers(0, 2),
        "ahead": st.sampled_from([0, 0, 10, 3000]),
    }
)
calendars = st.fixed_dictionaries(
    {
        "spec": st.sampled_from(HOURS),
        "calendar": st.integers(0, 1),
        "ahead": st.sampled_from([0, 0, 10, 3000]),
    }
)


class Rolled(Exception):
    """What was done is undone."""


@pytest.mark.database
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("poisonous")
@hypothesis.settings(max_examples=15, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@hypothesis.given(
    opened=st.lists(openings, min_size=1, max_size=3),
    steps=steps,
    policy=policies,
    calendar=calendars,
    both=st.booleans(),
)
def test_a_dry_run_says_what_publishing_does_whatever_happened(
    opened: list[Deed], steps: list[tuple[Deed, timedelta]], policy: Any, calendar: Any, both: bool
) -> None:
    desk, now = world.build(), NOW
    for deed, wait in [*((one, timedelta()) for one in opened), *steps]:
        if deed.does not in (*FAULTY, *VERSIONS):
            now += wait
            deed.do(desk, now)
    recounted.go_on_to_the_end(now=now, limit=100)
    tried: list[Draft] = [_policy(desk, policy, now)]
    if both:
        tried.append(_calendar(desk, calendar, now))
    by = desk.agents[0]

    trial = trial_request.ask(tried, days=30, by=by, now=now)
    recounted.go_on_to_the_end(now=now, limit=3)

    trial.refresh_from_db()
    assert trial.complete_at is not None
    _check_past(trial, tried, by)
    _check_open(trial, by)


def _policy(desk: World, drawn: dict[str, Any], now: Any) -> PolicyDraft:
    known = desk.policies[drawn["policy"]] if drawn["policy"] < len(desk.policies) else None
    return PolicyDraft(
        policy=None if known is None else known.pk,
        name="New" if known is None else known.name,
        rules=drawn["rules"],
        position=drawn["position"],
        calendar=desk.calendars[drawn["calendar"]].pk,
        scope=drawn["scope"],
        retired=drawn["retired"],
        effective_at=now + timedelta(minutes=drawn["ahead"]) if drawn["ahead"] else None,
    )


def _calendar(desk: World, drawn: dict[str, Any], now: Any) -> CalendarDraft:
    known = desk.calendars[drawn["calendar"]]
    effective_at = now + timedelta(minutes=drawn["ahead"]) if drawn["ahead"] else None
    return CalendarDraft(calendar=known.pk, name=known.name, spec=drawn["spec"], effective_at=effective_at)


def _check_past(trial: Trial, tried: list[Draft], by: Agent) -> None:
    """Put the versions in force since then, have everything recounted, and look; then nothing of it was."""
    before, now = _stored(), trial.counted_at
    try:
        with transaction.atomic():
            for one in tried:
                draft.publish(replace(one, effective_at=None), by=by, now=trial.since)
            recount_job.ask(now=now, everything=True)
            recounted.go_on_to_the_end(now=now, limit=100)
            after = _stored()
            raise Rolled
    except Rolled:
        assert held_against.unlike_the_past(trial, before, after) == []


def _check_open(trial: Trial, by: Agent) -> None:
    """Publish it, have open tickets recounted, and hold every stored clock against what was said of it."""
    live = list(recount.live_tickets())
    before = held_against.stored(live)

    meant = tried.meant(trial, now=trial.counted_at)
    trial_request.publish(trial, meant=meant, by=by, now=trial.counted_at)
    recounted.go_on_to_the_end(now=trial.counted_at, limit=100)

    assert held_against.unlike_what_is_open(trial, before, held_against.stored(live)) == []


def _stored() -> held_against.Clocks:
    return held_against.stored(recount.every_ticket())
