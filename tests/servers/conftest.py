"""Postfix and Dovecot for all tests of this folder that run in a process, and what came of them in the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography import x509

from tests.helpdesk.mail.consent.token_provider import PROVIDERS, TokenProvider, providing
from tests.helpdesk.mail.servers.certificates import Authority
from tests.make import Make
from tests.servers.dovecot import running_dovecot, version
from tests.servers.policy import deciding
from tests.servers.postfix import running_postfix
from tests.servers.scene import PostOffice, Scene

LINES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def office(authority: Authority) -> Iterator[PostOffice]:
    if os.getuid() != 0:
        pytest.skip("postfix: it wants to be started by root")
    if not version().startswith("2.3."):
        pytest.skip(f"dovecot: its settings here are those of 2.3, not of {version()}")
    own, other = authority.file(), authority.file(host=x509.DNSName("mail.example"))
    with providing(authority) as provider, deciding() as policy:
        introspection = f"http://127.0.0.1:{provider.introspection_port}/"
        with (
            running_dovecot(introspection=introspection) as dovecot,
            running_postfix(dovecot, certificate=own, other_name=other, policy=policy.port) as postfix,
        ):
            yield PostOffice(dovecot, postfix, policy, provider)


@pytest.fixture
def scene(
    office: PostOffice, authority: Authority, make: Make, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Scene:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.own))
    settings.MAIL_PROVIDERS = f"{TokenProvider.__module__}.PROVIDERS"
    settings.MAIL_PROVIDER_CLIENTS = dict.fromkeys(PROVIDERS, ("attend", "s3cret"))
    office.policy.actions.clear()
    office.policy.at_the_end = None
    return Scene(office, make)


@pytest.fixture
def told(request: pytest.FixtureRequest) -> list[str]:
    """Lines for whoever reads the end of the run."""
    return request.config.stash.setdefault(LINES, [])


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if lines := config.stash.get(LINES, []):
        terminalreporter.section("mail by Postfix and Dovecot")
        for line in lines:
            terminalreporter.write_line(line)
