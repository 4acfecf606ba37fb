"""One file is on one message, whoever names it at the same moment, and a sweep takes none from under a writer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from helpdesk.attachments import file_sweep, message_files
from helpdesk.attachments.file_keeping import take_in
from helpdesk.attachments.message_files import UnknownAttachment
from helpdesk.models import Attachment, Message
from helpdesk.models.files.attachment import GIVEN_FOR
from tests.helpdesk.attachments.given_files import BILL
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_of_many_who_name_a_file_at_once_one_has_it(make: Make) -> None:
    agent = make.agent()
    given = take_in(BILL, giver=agent, store=make.store(), now=NOW)
    messages = [Message.objects.get(ticket=make.ticket()) for _ in range(4)]

    def name(message: Message) -> bool:
        try:
            with transaction.atomic():
                message_files.put_on(message, [given.pk], giver=agent)
        except UnknownAttachment:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(name, messages)) == 1


def test_a_sweep_passes_over_what_somebody_is_just_putting_on_a_message(make: Make) -> None:
    agent = make.agent()
    given = take_in(BILL, giver=agent, store=make.store(), now=NOW)
    message = Message.objects.get(ticket=make.ticket())

    def sweep() -> int:
        try:
            return file_sweep.sweep(now=NOW + 2 * GIVEN_FOR, limit=10)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as thread:
        message_files.put_on(message, [given.pk], giver=agent)
        assert thread.submit(sweep).result(timeout=20) == 0

    assert sweep() == 0
    assert Attachment.objects.get().message == message
