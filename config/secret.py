"""The key that signs sessions and links, given, or made once and kept; and the ring of keys that close secrets."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 32


def secret_key(given: str, keep_in: Path) -> str:
    """Return the given key, else the kept one, made if need be. A short one is refused: it can be guessed."""
    key = given or _kept(keep_in)
    if len(key) < SHORTEST:
        raise ImproperlyConfigured(f"SECRET_KEY needs at least {SHORTEST} characters that nobody can guess.")
    return key


def key_ring(given: Sequence[str], *, last: str) -> list[str]:
    """Return the keys that open what is kept closed, the newest first. `last` is the one that is always there.

    So the first key that is given opens nothing less than before. A short one is refused.
    """
    if any(len(key) < SHORTEST for key in given):
        raise ImproperlyConfigured(
            f"Each key of ATTEND_SECRET_KEYS needs at least {SHORTEST} characters that nobody can guess."
        )
    return [*given, last]


def _kept(path: Path) -> str:
    if not path.exists():
        _make(path)
    return path.read_text().strip()


def _make(path: Path) -> None:
    """Write a new key under another name first: of two processes that start at once, one wins and both read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
