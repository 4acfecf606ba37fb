"""Pages of a real web process, which has streams, where other tests have the live server of Django."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.helpdesk.live.open_stream import web_process


class LiveWeb:
    """What `visit` asks of a live server, and what pytest-django does with one."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._live_server_modified_settings = override_settings()


@pytest.fixture(scope="module")
def web_port(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[int]:
    with web_process(tmp_path_factory.mktemp("web") / "console") as (port, _process):
        yield port


@pytest.fixture
def live_server(web_port: int) -> LiveWeb:
    return LiveWeb(web_port)
