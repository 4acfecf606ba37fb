"""Ringing the workers: without patience, and no more than may wait unanswered."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import structlog
from celery import Celery, current_app
from kombu import Connection
from kombu.exceptions import OperationalError as BrokerSilent
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)

BROKER_TIMEOUT = 0.3
IMPATIENT = {"socket_timeout": BROKER_TIMEOUT, "socket_connect_timeout": BROKER_TIMEOUT, "max_retries": 0}
"""Without `max_retries` a connection that is refused is tried again for six seconds, whatever `retry` says."""
LONGEST_REST = 8.0
"""Seconds for which a broker that was silent several times is not asked again."""
MOST_RINGS = 20
"""How many rings may wait in a queue. More say no more, and none of them says when it is out of date: the clocks of
two machines would have to agree about that."""


class Doorbell:
    """Rings for tasks, without patience: a frozen broker would hang a publisher for ever."""

    def __init__(self, app: Celery = current_app, *, longest_rest: float = LONGEST_REST) -> None:
        self._app = app
        self._longest_rest = longest_rest
        self._broker: Connection | None = None
        self._rest = 0.0
        self._silent_until = 0.0

    def ring(self, task: str = "monitor.ring", *, most: int | None = MOST_RINGS) -> bool:
        """Publish one message; false where as many wait already, or the broker did not take it in 0.3 s or lately."""
        if time.monotonic() < self._silent_until:
            return False
        try:
            is_rung = self._publish(task, most=most)
        except (BrokerSilent, RedisError, OSError) as error:
            self._give_it_a_rest(error)
            return False
        self._rest = 0.0
        return is_rung

    def _publish(self, task: str, *, most: int | None) -> bool:
        if self._broker is None:
            impatient = {**self._app.conf.broker_transport_options, **IMPATIENT}
            self._broker = self._app.connection_for_write(transport_options=impatient)
        if most is not None and self._waiting(self._broker, task) >= most:
            return False
        self._app.send_task(task, connection=self._broker, retry=False)
        return True

    def _waiting(self, broker: Connection, task: str) -> int:
        """Return how many rings wait in the queue of a task; those that a worker has taken do not."""
        queue = self._app.amqp.router.route({}, task)["queue"]
        channel: Any = broker.default_channel  # Redis's own, with a client
        return int(channel.client.llen(queue.name))

    def _give_it_a_rest(self, error: Exception) -> None:
        self._rest = min(self._rest * 2 or 1.0, self._longest_rest)
        self._silent_until = time.monotonic() + self._rest
        logger.warning("doorbell_silent", error=str(error), rest=self._rest)
        broker, self._broker = self._broker, None
        with suppress(BrokerSilent, RedisError, OSError):
            if broker is not None:
                broker.collect(socket_timeout=BROKER_TIMEOUT)
