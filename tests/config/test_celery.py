"""Who serves which queue: every task has one, and every queue one worker of ./dev run."""

from __future__ import annotations

from config.celery import ALARMS, OUTBOX, RUNG_FOR, SCHEDULE, UPKEEP, app
from config.runner import programs


def test_each_queue_has_a_worker_of_its_own() -> None:
    commands = {program.name: list(program.command) for program in programs.watchmen()}
    served = {
        name: command[command.index("--queues") + 1]
        for name, command in commands.items()
        if "--queues" in command
    }

    assert served == {"worker": ALARMS, "outbox": OUTBOX, "upkeep": UPKEEP}


def test_every_task_is_sent_to_the_queue_of_its_row() -> None:
    rows = {task: queue for task, (queue, _) in SCHEDULE.items()} | RUNG_FOR

    assert {task: app.amqp.router.route({}, task)["queue"].name for task in rows} == rows


def test_nothing_stands_in_the_way_of_flags() -> None:
    rows = {task: queue for task, (queue, _) in SCHEDULE.items()} | RUNG_FOR

    assert {task for task, queue in rows.items() if queue == ALARMS} == {"monitor.heartbeat", "monitor.ring"}


def test_a_worker_that_is_given_no_queue_serves_all() -> None:
    assert set(app.amqp.queues) == {ALARMS, OUTBOX, UPKEEP}
