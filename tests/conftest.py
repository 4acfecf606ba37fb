"""What every test may rely on: no network, and what cannot be had here is skipped by name."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db.backends.postgresql.creation import DatabaseCreation
from django.test import Client, TransactionTestCase, override_settings

from config.management.commands.prepare import compile_messages
from tests.make import make
from tests.plugin import dropping, emptying, migrated_database
from tests.programs import PROGRAMS, program_of

__all__ = ["make"]

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("ATTEND_SHARED_DATA") or ROOT.parent / "shared" / "data")

# A busy machine is slow at times, and that is no failure: `timeout` in pyproject.toml bounds a whole test.
hypothesis.settings.register_profile("usual", deadline=None)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("usual")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the catalogues before any worker starts, so that every test speaks the languages as they are."""
    if not hasattr(session.config, "workerinput"):
        compile_messages(settings.LOCALE_PATHS)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Mark tests by what they ask for, skip those that ask for what is not here, and begin with the long ones."""
    for item in items:
        _mark(item)
    yield
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later search for garbage, and search less often: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _mark(item: pytest.Item) -> None:
    asked = set(getattr(item, "fixturenames", ()))
    if "shared_data" in asked:
        item.add_marker("shared_data")
    if item.get_closest_marker("django_db") or asked & {"db", "transactional_db", "live_server"}:
        item.add_marker("database")
    if item.get_closest_marker("shared_data") and not SHARED_DATA.is_dir():
        item.add_marker(pytest.mark.skip(reason=f"shared_data: there is no {SHARED_DATA}"))
    for mark, programs in PROGRAMS.items():
        if item.get_closest_marker(mark) and not program_of(mark):
            lacking = " and no ".join(programs)
            item.add_marker(pytest.mark.skip(reason=f"{mark}: there is no {lacking} on this machine"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The optional folder of other people's data; a test that asks for it is skipped where it is absent."""
    return SHARED_DATA


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Have Django copy a database that is migrated already."""
    if name := migrated_database.template():
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = name


@pytest.fixture(autouse=True, scope="session")
def emptied_by_rows() -> Iterator[None]:
    """Have a test that commits leave an empty database within milliseconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.empty)
        yield


@pytest.fixture(autouse=True, scope="session")
def dropped_whoever_is_left() -> Iterator[None]:
    """Have the test that happens to be the last not blamed for connections that others have left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseCreation, "_destroy_test_db", dropping.drop)
        yield


@pytest.fixture(autouse=True, scope="session")
def files_where_tests_want_them(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep files on messages in a folder of the run, and serve static ones as they lie: nothing is collected."""
    kept = settings.STORAGES["default"]
    plain = {
        "default": {**kept, "OPTIONS": {**kept["OPTIONS"], "location": tmp_path_factory.mktemp("files")}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=plain, WHITENOISE_USE_FINDERS=True, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True, scope="session")
def logins_are_fresh() -> Iterator[None]:
    """Let a login that tests force be one of a moment ago: pages ask older ones again before what is grave."""
    forced = Client.force_login

    def as_by_password(self: Client, user: Any, backend: str | None = None) -> None:
        forced(self, user, backend)
        session = self.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", as_by_password)
        yield


@pytest.fixture(autouse=True, scope="session")
def hashing_is_quick() -> Iterator[None]:
    """Let passwords be hashed as ever, in a thousandth of the rounds: what slows who guesses slows tests as much."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1000)
        yield


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Let tests connect to this machine, and to nothing else."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(str(address[0])):
            raise PermissionError(f"tests stay on this machine: {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


def _is_here(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback
