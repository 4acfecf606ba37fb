"""A second connection."""

from __future__ import annotations

from tests.monitor.watched import elsewhere

__all__ = ["elsewhere"]
