"""Of two who give one address to two mailboxes at the same time, the second is told, be it one of the others or not."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from helpdesk.mail import mailbox_addresses
from helpdesk.models import Mailbox
from tests.config.running import eventually
from tests.helpdesk.pages.test_mailboxes import given
from tests.make import Make

pytestmark = pytest.mark.django_db(transaction=True)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
        return bool(cursor.fetchone()[0])


def test_the_second_who_takes_an_address_is_told(client: Client, make: Make) -> None:
    client.force_login(make.agent("admin"))
    typed = given(make)
    answers: list[int] = []

    def add() -> None:
        answers.append(client.post(reverse("new-mailbox"), typed).status_code)
        connection.close()

    second = Thread(target=add)
    with transaction.atomic():
        mailbox_addresses.wait_for_others()
        make.mailbox("first@shop.example", aliases=["sales@shop.example"])
        second.start()
        eventually(somebody_waits)
    second.join()

    assert answers == [422]
    assert Mailbox.objects.get().address == "first@shop.example"
