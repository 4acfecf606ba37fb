"""A dry run says exactly what publishing does, whatever has happened: ticket for ticket, now and in the past."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import strategies as st

from helpdesk.models import Agent, Ticket
from monitor.models import Trial, TrialCell, TrialPart, TrialRow, VersionScope
from monitor.promises import draft
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.trial import told_tickets, trial_request
from monitor.promises.trial.told_tickets import TrialClock
from monitor.promises.trial.tried_clocks import came_out
from monitor.relay import recount, recount_job
from tests.make import NOW
from tests.monitor import recounted
from tests.monitor.machine import deeds, world
from tests.monitor.machine.story import Deed, drawn_deeds, openings
from tests.monitor.machine.test_state_machine import poisonous, waits
from tests.monitor.machine.world import HOURS, RULES, World

__all__ = ["poisonous"]

Clocks = dict[tuple[int, str, int], TrialClock]
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
@hypothesis.settings(max_examples=25, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
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
    before, now = _stored(Ticket.objects.all()), trial.counted_at
    try:
        with transaction.atomic():
            for one in tried:
                draft.publish(_without_time(one), by=by, now=trial.since)
            recount_job.ask(now=now, everything=True)
            recounted.go_on_to_the_end(now=now, limit=100)
            after = _stored(Ticket.objects.all())
            raise Rolled
    except Rolled:
        pass
    expected: Counter[tuple[str, str, str]] = Counter()
    rows = set()
    for key in before.keys() | after.keys():
        had, has = came_out(before.get(key), now), came_out(after.get(key), now)
        either = after.get(key) or before[key]
        if trial.since <= either.started_at <= now:
            expected[either.metric, had, has] += 1
            if had != has:
                rows.add((*key, had.value, has.value))
    assert _numbers(trial, TrialPart.PAST) == expected
    kept = TrialRow.objects.filter(trial=trial, part=TrialPart.PAST)
    assert set(kept.values_list("ticket_id", "metric", "start_seq", "before", "after")) == rows


def _check_open(trial: Trial, by: Agent) -> None:
    """Publish it, have open tickets recounted, and hold every stored clock against what was said of it."""
    now, live = trial.counted_at, list(recount.live_tickets())
    expected = _stored(Ticket.objects.filter(pk__in=live))
    for row in TrialRow.objects.filter(trial=trial, part=TrialPart.OPEN):
        key = row.ticket_id, row.metric, row.start_seq
        if row.after == "absent":
            del expected[key]
            continue
        said = row.target_after, row.due_after, row.left_after, row.risk_after, row.late_after
        was = expected.get(key)
        expected[key] = (
            TrialClock(row.metric, row.start_seq, now, False, "", *said)
            if was is None
            else was._replace(target=said[0], due_at=said[1], left=said[2], risk_at=said[3], late_at=said[4])
        )

    trial_request.publish(trial, by=by, now=now)
    recounted.go_on_to_the_end(now=now, limit=100)

    stored = _stored(Ticket.objects.filter(pk__in=live))
    assert {key: one[5:] for key, one in stored.items()} == {key: one[5:] for key, one in expected.items()}


def _without_time(one: Draft) -> Draft:
    told = draft.to_json(one)
    return draft.from_json({**told, "effective_at": None, "seen": None})


def _stored(tickets: Any) -> Clocks:
    told = told_tickets.read(list(tickets.order_by("pk").values_list("pk", flat=True)))
    return {(one.id, *clock.identity): clock for one in told for clock in one.clocks}


def _numbers(trial: Trial, part: TrialPart) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for cell in TrialCell.objects.filter(trial=trial, part=part):
        found[cell.metric, cell.before, cell.after] += cell.number
    return found
