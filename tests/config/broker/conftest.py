"""A Valkey of the test's own, what speaks to it, and who rings."""

from __future__ import annotations

from tests.config.broker.worker_at_work import broker, ring, valkey

__all__ = ["broker", "ring", "valkey"]
