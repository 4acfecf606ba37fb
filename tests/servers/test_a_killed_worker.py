"""A worker that is killed once Postfix has a reply in full: the customer has it twice at most, under one id."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from config.addresses import ROOT
from helpdesk.models import MailedReply
from helpdesk.outbox import limits
from tests.config.running import database_url, eventually
from tests.servers.scene import Scene

pytestmark = [pytest.mark.postfix, pytest.mark.dovecot, pytest.mark.django_db(transaction=True)]

WORK = "import django; django.setup(); from helpdesk.tasks import deliver; deliver.run()"


def test_killed_between_sending_and_writing_it_down(scene: Scene, told: list[str]) -> None:
    scene.look()
    scene.asks("My lamp is late.")
    scene.look()
    scene.answer("It is on its way.", at=scene.at(0))
    given = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    victim = subprocess.Popen([sys.executable, "-c", WORK], cwd=ROOT, env={**os.environ, **given})

    def kill() -> None:
        victim.kill()
        victim.wait()

    scene.office.policy.at_the_end = kill
    assert victim.wait(60) < 0, "it ended by itself"
    scene.office.policy.at_the_end = None
    eventually(scene.office.postfix.has_delivered)
    assert (scene.reply_state(), len(scene.customers_mails())) == ("leaving", 1)

    lease = limits.LEASE / timedelta(minutes=1)
    for minute in (2 + lease, 3 + lease):
        scene.let_out_at(minute)

    mails = scene.customers_mails()
    assert (len(mails), len({mail["Message-ID"] for mail in mails})) == (2, 1)
    assert MailedReply.objects.get().left_at == scene.at(2 + lease)
    assert scene.clock_state() == "stopped at Send"
    told.append(
        "worker killed before it is written down  copies 2, of one id  reply left  clock stopped at Send"
    )
