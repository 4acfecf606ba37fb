"""The shipped promises, relays that can be made to fail, and a second connection."""

from __future__ import annotations

from tests.monitor.watched import elsewhere, poison, promises, second

__all__ = ["elsewhere", "poison", "promises", "second"]
