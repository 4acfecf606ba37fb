"""API keys: shown once, checked, revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.access.api_keys import TwoKeysAlready, UnknownScope, admit, issue, revoke, touch
from helpdesk.models import ApiKey, Scope
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)


@pytest.mark.parametrize("environment", ["live", "test", "demo"])
def test_a_key_says_what_it_is_for_and_opens_its_store(make: Make, environment: str) -> None:
    store = make.store(environment=environment)
    key, raw = make.key(store=store, scopes=["write", "read", "read"])

    assert raw.startswith(f"att_{environment}_{key.public_id}_")
    assert key.scopes == ["read", "write"]
    found = admit(raw)
    assert found is not None
    assert (found.key, found.key.store) == (key, store)


def test_the_secret_is_not_kept(make: Make) -> None:
    key, raw = make.key()
    secret = raw.rsplit("_", 1)[1]

    stored = ApiKey.objects.values().get(pk=key.pk)
    assert secret not in str(stored)
    assert secret.encode() not in bytes(stored["digest"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-1] + ("0" if raw[-1] != "0" else "1"),
        lambda raw: raw.replace("att_live", "att_test"),
        lambda raw: raw.replace("att_", "ATT_"),
        lambda raw: raw + "_x",
        lambda raw: raw.rsplit("_", 1)[0],
        lambda raw: raw.rsplit("_", 1)[0] + "_",
        lambda raw: "",
        lambda raw: "att_live__",
        lambda raw: "att_live_\0_\0",
        lambda raw: "att_live_é_\ud800",
        lambda raw: "_" * 10_000,
    ],
)
def test_anything_else_opens_nothing(make: Make, spoil: type) -> None:
    _, raw = make.key()

    assert admit(spoil(raw)) is None


def test_a_store_has_two_keys_at_a_time(make: Make) -> None:
    (first, _), _second = make.key(), make.key()

    with pytest.raises(TwoKeysAlready):
        make.key()
    assert revoke(first, SOON)
    third, _ = make.key()
    assert third.slot == first.slot


def test_a_revoked_key_opens_nothing(make: Make) -> None:
    key, raw = make.key()

    assert revoke(key, SOON)
    assert not revoke(key, SOON + timedelta(hours=1))
    assert admit(raw) is None
    assert ApiKey.objects.get().revoked_at == SOON


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", ""]])
def test_a_key_needs_known_scopes(make: Make, scopes: list[str]) -> None:
    with pytest.raises(UnknownScope):
        issue(make.store(), scopes, NOW)


def test_all_scopes_can_be_had(make: Make) -> None:
    key, _ = make.key(scopes=Scope.values)

    assert set(key.scopes) == set(Scope.values)


def test_use_is_remembered_once_a_minute(make: Make) -> None:
    key, raw = make.key()

    assert touch(key, NOW)
    assert not touch(key, NOW + timedelta(seconds=59))
    again = admit(raw)
    assert again is not None
    assert not touch(again.key, NOW + timedelta(seconds=59))
    assert touch(again.key, NOW + timedelta(seconds=60))
    assert ApiKey.objects.get().last_used_at == NOW + timedelta(seconds=60)
