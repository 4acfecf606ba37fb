"""The key ring: what is closed opens by its key alone, also when newer ones came."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.secrets import key_ring
from helpdesk.secrets.key_ring import NoKeyOpens

OLD, NEW, OTHER = "old key " * 5, "new key " * 5, "other key " * 5
SECRET = "correct horse 🐎"


@pytest.fixture
def ring(settings: Any) -> Any:
    settings.KEY_RING = [OLD]
    return settings


def test_what_is_closed_shows_nothing_and_opens(ring: Any) -> None:
    sealed = key_ring.seal(SECRET)

    assert "horse" not in sealed
    assert key_ring.unseal(sealed) == SECRET


def test_the_same_secret_is_never_closed_alike(ring: Any) -> None:
    assert key_ring.seal(SECRET) != key_ring.seal(SECRET)


def test_older_keys_go_on_opening_and_the_newest_closes(ring: Any) -> None:
    of_before = key_ring.seal(SECRET)
    ring.KEY_RING = [NEW, OLD]
    of_now = key_ring.seal(SECRET)

    assert key_ring.unseal(of_before) == SECRET
    assert [key_ring.is_newest(sealed) for sealed in (of_before, of_now)] == [False, True]

    ring.KEY_RING = [NEW]
    assert key_ring.unseal(of_now) == SECRET


def test_without_its_key_it_stays_closed_and_says_what_to_do(ring: Any) -> None:
    sealed = key_ring.seal(SECRET)
    ring.KEY_RING = [OTHER]

    with pytest.raises(NoKeyOpens, match="Enter it again"):
        key_ring.unseal(sealed)


@pytest.mark.parametrize("damage", ["", "gAAAA", "hunter2", "é"])
def test_what_was_never_closed_does_not_open(ring: Any, damage: str) -> None:
    with pytest.raises(NoKeyOpens):
        key_ring.unseal(damage)


def test_one_changed_sign_is_noticed(ring: Any) -> None:
    sealed = key_ring.seal(SECRET)
    changed = sealed[:30] + ("A" if sealed[30] != "A" else "B") + sealed[31:]

    with pytest.raises(NoKeyOpens):
        key_ring.unseal(changed)
