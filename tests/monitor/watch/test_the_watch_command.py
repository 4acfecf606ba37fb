"""The watch as a process: it is told to stop by a signal, and does."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from threading import Thread

import pytest
from django.core.management import call_command

from monitor.models import LifeSign
from monitor.watch import watchmen

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def handled() -> Iterator[None]:
    """Leave the signals to whoever had them before."""
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.usefixtures("handled")
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_watches_until_it_is_told_to_stop(told: signal.Signals) -> None:
    before = signal.getsignal(told)

    def stop_it() -> None:
        while signal.getsignal(told) is before:  # nobody listens for it yet
            time.sleep(0.01)
        os.kill(os.getpid(), told)

    Thread(target=stop_it).start()
    call_command("watch")

    assert set(LifeSign.objects.values_list("name", flat=True)) <= {watchmen.WATCH}
