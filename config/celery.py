"""The Celery application, its limits, and everything that beat rings, in one table.

Redis is a doorbell: a message may be lost, doubled or late, and nothing is. What must happen is a row first.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import beat_init, celeryd_init, setup_logging, task_prerun
from django.conf import settings
from django.db import close_old_connections
from kombu import Exchange, Queue

from config import addresses
from config.front.patience import bound_waiting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Celery would run Django's checks: they read every page and route, and each process would keep them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

HARD_LIMIT = 30
"""Seconds after which a task is killed."""

ALARMS, OUTBOX, UPKEEP = "alarms", "outbox", "upkeep"
"""The queues: what flags stands behind nothing else; who waits for strangers holds nobody up but themselves."""

SCHEDULE = {
    # task: (its queue, seconds from one ring to the next)
    "monitor.heartbeat": (ALARMS, 1),
    "helpdesk.deliver": (OUTBOX, 1),
    "helpdesk.let_replies_go": (OUTBOX, 1),
    "helpdesk.follow_replies": (UPKEEP, 10),
    "helpdesk.end_claims": (UPKEEP, 5),
    "helpdesk.heed_silence": (UPKEEP, 60),
    "helpdesk.read_mail": (UPKEEP, 1),
    "helpdesk.tell_of_mail": (UPKEEP, 30),
    "helpdesk.write_search_rows": (UPKEEP, 1),
    "helpdesk.jobs": (UPKEEP, 2),
    "helpdesk.scan_files": (UPKEEP, 1),
    "helpdesk.draw_previews": (UPKEEP, 1),
    "helpdesk.sweep_files": (UPKEEP, 30),
    "monitor.roll_up": (UPKEEP, 1.5),
    "monitor.read_opinions": (UPKEEP, 2),
    "monitor.close_months": (UPKEEP, 300),
    "monitor.forget_trials": (UPKEEP, 3600),
    "monitor.ping": (UPKEEP, 30),
    "helpdesk.forget_requests": (UPKEEP, 3600),
}
RUNG_FOR = {"monitor.ring": ALARMS}
"""Tasks that are not beat's, and their queues."""

app = Celery("attend")
app.conf.update(
    broker_url=settings.REDIS_URL.replace("unix://", "redis+socket://"),
    broker_transport_options={
        "global_keyprefix": settings.REDIS_PREFIX,
        "visibility_timeout": 4 * HARD_LIMIT,  # a task that outlives it would be handed to a second worker
        "unacked_restore_interval": 5,  # a killed worker's tasks come back soon after that
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_channel_error_retry=True,  # a broker that is full says no; a worker that ends for it says it anew each time
    worker_consumer="config.broker.steady_consumer:SteadyConsumer",
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_store_eager_result=False,
    task_time_limit=HARD_LIMIT,
    task_soft_time_limit=HARD_LIMIT - 5,
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
    beat_scheduler="config.broker.beat:SteadyScheduler",  # in memory: no file can be left half written
    beat_max_loop_interval=1,
    beat_schedule={task: {"task": task, "schedule": seconds} for task, (_, seconds) in SCHEDULE.items()},
    task_queues=[Queue(name, Exchange(name), name) for name in (ALARMS, OUTBOX, UPKEEP)],
    task_default_queue=UPKEEP,
    task_routes={
        **{task: {"queue": queue} for task, (queue, _) in SCHEDULE.items()},
        **{task: {"queue": queue} for task, queue in RUNG_FOR.items()},
    },
)
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize  # else each task connects anew, which takes longer than most
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Leave logging as Django has set it up; being connected is all that Celery asks."""


@task_prerun.connect
def drop_connections_that_broke(**_: Any) -> None:
    """Do before a task what Django does before a request."""
    close_old_connections()


@celeryd_init.connect
def run_as_root_too(**_: Any) -> None:
    """Spare whoever tries this out as root a page of warnings."""
    warnings.simplefilter("ignore", SecurityWarning)


@celeryd_init.connect
def give_up_in_time(**_: Any) -> None:
    bound_waiting()


@celeryd_init.connect
@beat_init.connect
def say_what_is_missing(**_: Any) -> None:
    if sentence := addresses.missing():
        sys.exit(sentence)
