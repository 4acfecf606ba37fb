"""What stands in the log: a refusal is a line, a fault brings its traceback."""

from __future__ import annotations

import logging
from logging.config import DictConfigurator

import pytest
from django.test import Client
from django.urls import reverse

from config.logs import logging_settings
from tests.make import Make


@pytest.fixture
def handler() -> logging.Handler:
    """The handler that the settings describe, without making it the process's own."""
    described = DictConfigurator(logging_settings(as_json=False, level="INFO"))
    filters = described.config["filters"]
    for name in filters:
        filters[name] = described.configure_filter(filters[name])
    formatters = described.config["formatters"]
    formatters["line"] = described.configure_formatter(formatters["line"])
    made: logging.Handler = described.configure_handler(described.config["handlers"]["stderr"])
    return made


def lines_of(handler: logging.Handler, caplog: pytest.LogCaptureFixture) -> str:
    kept = [record for record in caplog.records if handler.filter(record)]
    return "\n".join(handler.format(record) for record in kept)


def test_a_page_refused_to_a_login_is_one_line(
    client: Client, make: Make, caplog: pytest.LogCaptureFixture, handler: logging.Handler
) -> None:
    client.force_login(make.agent("owner"))
    assert client.get(reverse("stores")).status_code == 403

    logged = lines_of(handler, caplog)
    assert "/stores/" in logged
    assert "Traceback" not in logged


def test_a_fault_of_ours_brings_its_traceback(
    caplog: pytest.LogCaptureFixture, handler: logging.Handler
) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("django.request").exception("broken", extra={"status_code": 500})

    assert "Traceback" in lines_of(handler, caplog)
