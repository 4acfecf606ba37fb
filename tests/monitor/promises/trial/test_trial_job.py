"""A dry run as a job: step by step, two at once, while tickets change, overtaken, and forgotten in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.conversation.replies import reply_in_public
from helpdesk.jobs import job_turn
from helpdesk.models import Job
from monitor.models import Clock, Trial, TrialCell, TrialRow
from monitor.promises import draft
from monitor.promises.trial import past_trials, trial_standing
from monitor.promises.trial.trial_standing import TrialStanding
from tests.make import NOW, Make
from tests.monitor.promises.trial import tried

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("promises")]


SAID = ("part", "metric", "move", "before", "after", "number")


def numbers(trial: Trial) -> list[tuple[object, ...]]:
    return [*TrialCell.objects.filter(trial=trial).order_by(*SAID).values_list(*SAID)]


def test_it_says_the_same_in_steps_of_one_as_in_one_step(make: Make) -> None:
    for hours in range(5):
        make.ticket(now=NOW - hours * tried.HOUR)
    by, hurried = make.agent("admin"), tried.draft(scope="new_and_open")
    whole, bit_by_bit = tried.counted(by, hurried), tried.begun(by, hurried)
    while Job.objects.unfinished().exists():
        job_turn.take(now=NOW, limit=1)

    assert numbers(whole) == numbers(bit_by_bit)
    assert numbers(whole)


def test_a_step_that_dies_is_counted_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make.ticket(now=NOW - tried.HOUR)
    by, hurried = make.agent("admin"), tried.draft(scope="new_and_open")
    whole, broken = tried.counted(by, hurried), tried.begun(by, hurried)
    job_turn.take(now=NOW, limit=1)
    with monkeypatch.context() as patched:
        patched.setattr(Job, "save", _die)
        with pytest.raises(KeyboardInterrupt):
            job_turn.take(now=NOW, limit=1)
    tried.go_on()

    assert numbers(whole) == numbers(broken)


def _die(*_args: object, **_more: object) -> None:
    raise KeyboardInterrupt


def test_for_new_tickets_only_nothing_that_runs_changes(make: Make) -> None:
    make.ticket(now=NOW - tried.HOUR)

    trial = tried.counted(make.agent("admin"), tried.draft(scope="new"))

    assert {cell[2] for cell in numbers(trial) if cell[0] == "open"} == {"same"}
    assert not TrialRow.objects.filter(trial=trial, part="open").exists()


def test_two_people_try_two_things_at_once(make: Make) -> None:
    ticket = make.ticket(now=NOW - tried.HOUR)
    one = tried.begun(make.agent("admin"), tried.draft(scope="new_and_open"))
    other = tried.begun(make.agent("colleague"), tried.draft(scope="new_and_open", rules={"targets": {}}))
    tried.go_on()

    moves = {(row.trial_id, row.move) for row in TrialRow.objects.filter(ticket_id=ticket.pk, part="open")}
    assert (one.pk, "late") in moves
    assert {move for trial, move in moves if trial == other.pk} == {"loses"}


def test_a_version_published_meanwhile_ends_it(make: Make) -> None:
    make.ticket(now=NOW - tried.HOUR)
    trial = tried.begun(make.agent("admin"), tried.draft())
    job_turn.take(now=NOW, limit=1)
    draft.publish(tried.draft(rules={"targets": {}}), by=make.agent("admin"), now=NOW)
    tried.go_on()

    trial = Trial.objects.select_related("job").get(pk=trial.pk)
    assert trial_standing.standing(trial) is TrialStanding.OVERTAKEN


def test_what_was_to_begin_before_it_is_counted_is_refused_in_words(make: Make) -> None:
    soon = tried.draft(effective_at=NOW + timedelta(minutes=1))
    trial = tried.begun(make.agent("admin"), soon)
    tried.go_on(now=NOW + timedelta(minutes=2))

    trial = Trial.objects.select_related("job").get(pk=trial.pk)
    assert trial_standing.standing(trial) is TrialStanding.REFUSED
    assert "cannot take effect before" in trial.refused


def test_a_ticket_that_is_answered_meanwhile_is_counted_as_it_was_read(make: Make) -> None:
    first, second = (make.ticket(now=NOW - tried.HOUR) for _ in range(2))
    trial = tried.begun(make.agent("admin"), tried.draft(scope="new_and_open"))
    for _ in range(2):
        job_turn.take(now=NOW, limit=1)
    for ticket in (first, second):
        reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=NOW)
    tried.go_on()

    rows = TrialRow.objects.filter(trial=trial, part="open", metric="first_response", move="late")
    assert [row.ticket_id for row in rows] == [first.pk]


def test_nothing_is_written_but_what_was_counted(make: Make) -> None:
    make.ticket(now=NOW - tried.HOUR)
    before = list(Clock.objects.order_by("pk").values())

    tried.counted(make.agent("admin"), tried.draft(scope="new_and_open"))

    assert list(Clock.objects.order_by("pk").values()) == before


def test_which_tickets_they_were_is_forgotten_and_how_many_is_not(make: Make) -> None:
    make.ticket(now=NOW - tried.HOUR)
    trial = tried.counted(make.agent("admin"), tried.draft(scope="new_and_open"))
    told = numbers(trial)
    kept = timedelta(days=30)

    assert past_trials.forget(kept_for=kept, now=NOW + kept) == 0
    assert past_trials.forget(kept_for=kept, now=NOW + kept + tried.HOUR) > 0

    assert not TrialRow.objects.filter(trial=trial).exists()
    assert numbers(trial) == told
