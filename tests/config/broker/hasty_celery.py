"""Our Celery application with little patience for its broker, so that no test waits as long as a desk would.

A process of the pool that waits in vain until its last result is heard waits for ever, not for half a minute: whoever
leaves it waiting is found out on a machine of any pace.
"""

from __future__ import annotations

import sys

import billiard.pool

from config.broker import repeated_lines, steady_consumer
from config.celery import app

__all__ = ["app"]

SILENCE = 0.5
"""Seconds after which a broker that takes a word and gives none counts as gone."""

app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "socket_timeout": SILENCE,
    "socket_connect_timeout": SILENCE,
}
steady_consumer.SOONEST, steady_consumer.LATER, steady_consumer.LATEST = 0.1, 0.1, 0.3
repeated_lines.EVERY = 0.0  # type: ignore[misc]  # every try is said, to be counted
billiard.pool.GUARANTEE_MESSAGE_CONSUMPTION_RETRY_LIMIT = sys.maxsize
