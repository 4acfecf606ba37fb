"""Files of a reply leave with it, as parts of its mail and never as links."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from helpdesk.attachments import message_files
from helpdesk.attachments.file_keeping import GivenFile, take_in
from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Leaving, Message, Ticket
from tests.helpdesk.attachments.given_files import on_a_note
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LetOut = Callable[[float], None]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def reply(make: Make, ticket: Ticket, *files: GivenFile) -> Message:
    agent = make.agent()
    given = [take_in(file, giver=agent, store=ticket.store, now=NOW).pk for file in files]
    with transaction.atomic():
        message = reply_in_public(ticket=ticket, author=agent, body="See the files.", now=minute(2))
        message_files.put_on(message, given, giver=agent)
    return message


def test_they_are_parts_of_the_mail_under_their_names_and_types(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    on_a_note(ticket, by=make.agent())
    reply(make, ticket, GivenFile("תמונה.png", PNG), GivenFile("notes.csv", b"a;b\r\n"))
    let_out(3)

    [taken] = server.taken
    parts = list(taken.message.iter_attachments())
    assert [(each.get_filename(), each.get_content_type()) for each in parts] == [
        ("תמונה.png", "image/png"),
        ("notes.csv", "text/csv"),
    ]
    assert parts[0].get_content() == PNG
    assert all(each.get_content_disposition() == "attachment" for each in parts)
    assert "/attachments/" not in taken.message.as_string()


def test_a_reply_whose_file_is_gone_says_so_and_answered_nobody(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    message = reply(make, ticket, GivenFile("photo.png", PNG))
    default_storage.delete(message.attachments.get().path)
    let_out(3)

    message.mailed.refresh_from_db()
    message.refresh_from_db()
    assert server.taken == []
    assert (message.mailed.state, message.bounced_at) == (Leaving.REFUSED, minute(3))
    assert message.mailed.said == "photo.png: The content of this file is not there any more."
