"""Mail leaves by a real server, within the deadline, and whoever was refused is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail

from helpdesk.mail.servers.smtp_server import smtp_server_of
from helpdesk.models import LineSecurity
from helpdesk.outbox import limits, mail_server
from helpdesk.outbox.channel import MessageRefused, WayOutDown
from helpdesk.outbox.mail_server import AllRefused, SmtpServer
from helpdesk.secrets import key_ring
from tests.helpdesk.outbox.receiver import closed_port, silent
from tests.helpdesk.outbox.smtp_server import MailServer, serving
from tests.make import NOW, Make

ANNA, BERT = "anna@example.com", "bert@example.com"


@pytest.fixture
def remote(settings: Any) -> Any:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = "127.0.0.1", False, False
    settings.EMAIL_HOST_USER = ""
    return settings


@pytest.fixture
def server(remote: Any) -> Iterator[MailServer]:
    with serving() as server:
        remote.EMAIL_PORT = server.port
        yield server


def send() -> mail_server.Refusals:
    return mail_server.send(mail_server.automatic("Überfällig", "Hallo.", to=[ANNA, BERT], name="msg_7"))


def test_a_mail_arrives_with_its_id(server: MailServer, settings: Any) -> None:
    settings.PUBLIC_URL = "https://help.example.com"
    assert send().codes == {}

    [taken] = server.taken
    assert taken.recipients == [ANNA, BERT]
    assert taken.message["Subject"] == "Überfällig"
    assert taken.message["Message-ID"] == "<msg_7@help.example.com>"


def test_where_tls_is_asked_for_nothing_leaves_without_it(server: MailServer, settings: Any) -> None:
    settings.EMAIL_USE_TLS = True
    with pytest.raises(WayOutDown) as failed:
        send()

    assert failed.value.unsent
    assert server.taken == []


def test_it_logs_in_where_there_is_a_login(server: MailServer, settings: Any) -> None:
    server.offers = ("here", "AUTH PLAIN")
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "attend", "hunter2"
    assert send().codes == {}

    server.steps = {"AUTH": 535}
    with pytest.raises(WayOutDown) as failed:
        send()
    assert failed.value.unsent
    assert str(failed.value) == "SMTPAuthenticationError: SMTP 535"
    assert len(server.taken) == 1


def test_a_mail_leaves_by_the_server_that_it_is_given(settings: Any) -> None:
    settings.EMAIL_HOST_USER = "not for this server"
    letter = mail_server.automatic("Re: Lamp", "On its way.", to=[ANNA], name="msg_8")
    with serving() as theirs:
        of_mailbox = SmtpServer("127.0.0.1", theirs.port, LineSecurity.NONE, mailbox="help@shop.example")
        assert mail_server.send(letter, server=of_mailbox).codes == {}

    assert [taken.recipients for taken in theirs.taken] == [[ANNA]]
    assert mail.outbox == []


def test_a_mailbox_has_a_server_with_its_login(make: Make) -> None:
    mailbox = make.mailbox(smtp_login="shared", smtp_password=key_ring.seal("hunter2"))
    server = smtp_server_of(mailbox, now=NOW)

    assert (server.host, server.port, server.security) == ("smtp.example", 587, LineSecurity.STARTTLS)
    assert (server.login, server.password, server.mailbox) == ("shared", "hunter2", "help@shop.example")
    assert "hunter2" not in repr(server)


def test_mailboxes_on_one_server_are_ways_out_of_their_own(make: Make) -> None:
    ours, theirs = make.mailbox(), make.mailbox("returns@shop.example")

    assert mail_server.way_out_of_mailbox(ours) == "smtp://smtp.example:587/help@shop.example"
    assert smtp_server_of(ours, now=NOW).way_out == mail_server.way_out_of_mailbox(ours)
    assert mail_server.way_out_of_mailbox(ours) != mail_server.way_out_of_mailbox(theirs)


def test_a_password_that_no_key_opens_holds_up_its_mailbox_and_loses_nothing(make: Make) -> None:
    mailbox = make.mailbox(smtp_password="gAAAA-of-another-ring")
    with pytest.raises(WayOutDown, match="Enter it again") as failed:
        smtp_server_of(mailbox, now=NOW)

    assert failed.value.unsent


def test_a_mail_says_that_a_machine_wrote_it(server: MailServer) -> None:
    send()

    [taken] = server.taken
    assert taken.message["Auto-Submitted"] == "auto-generated"
    assert taken.message["Precedence"] == "bulk"
    assert taken.message["X-Auto-Response-Suppress"] == "All"


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("http://[::1]:8000", "[IPv6:::1]"),
        ("https://help.example.com:8443", "help.example.com"),
    ],
)
def test_an_id_is_of_the_host_that_people_use(settings: Any, url: str, right: str) -> None:
    settings.PUBLIC_URL = url

    mail = mail_server.automatic("", "", to=[], name="msg_7")
    assert mail.extra_headers["Message-ID"] == f"<msg_7@{right}>"


def test_a_refused_recipient_keeps_it_from_no_other(server: MailServer) -> None:
    server.refused = {BERT: 550}
    refusals = send()

    assert refusals.codes == {BERT: 550}
    assert str(refusals) == "SMTP 550 for 1 of the recipients"
    assert refusals.named() == (f"{BERT}: SMTP 550",)
    assert [taken.recipients for taken in server.taken] == [[ANNA]]


def test_where_all_are_refused_the_message_is(server: MailServer) -> None:
    server.refused = {ANNA: 550, BERT: 451}
    with pytest.raises(MessageRefused, match="SMTP 451, 550 for 2") as failure:
        send()

    assert failure.value.missed == (f"{ANNA}: SMTP 550", f"{BERT}: SMTP 451")


@pytest.mark.parametrize(("step", "code"), [("MAIL", 552), ("DATA", 554), ("END", 550), ("END", 451)])
def test_what_is_said_to_this_message_counts_for_it(server: MailServer, step: str, code: int) -> None:
    server.steps = {step: code}
    with pytest.raises(MessageRefused, match=f"SMTP {code}"):
        send()


@pytest.mark.parametrize(("step", "code"), [("HELLO", 554), ("HELLO", 421), ("MAIL", 421), ("DATA", 421)])
def test_a_server_that_takes_nothing_is_down(server: MailServer, step: str, code: int) -> None:
    server.steps = {step: code}
    with pytest.raises(WayOutDown, match=str(code)) as failure:
        send()

    assert failure.value.unsent


def test_so_is_one_that_is_not_there(remote: Any) -> None:
    remote.EMAIL_PORT = closed_port()
    with pytest.raises(WayOutDown) as failure:
        send()

    assert failure.value.unsent


@pytest.mark.parametrize("over_tls", [False, True])
@pytest.mark.parametrize("drip", [b"", b"2", b"220-\r\n"])
def test_one_that_never_answers_holds_us_no_longer_than_the_deadline(
    remote: Any, monkeypatch: pytest.MonkeyPatch, drip: bytes, over_tls: bool
) -> None:
    monkeypatch.setattr(limits, "DEADLINE", 0.5)
    remote.EMAIL_USE_SSL = over_tls
    with silent(drip=drip) as remote.EMAIL_PORT, pytest.raises(WayOutDown):
        send()


def test_without_a_server_mail_stays_here() -> None:
    send()

    assert [sent.to for sent in mail.outbox] == [[ANNA, BERT]]
    assert mail_server.way_out() == "mail on this machine"


def hand_over(server: MailServer, *recipients: str) -> mail_server.Refusals:
    by = SmtpServer("127.0.0.1", server.port, LineSecurity.NONE)
    return mail_server.hand_over(
        b"Subject: x\r\n\r\n.y\r\n", sender="a@x.example", recipients=recipients, server=by
    )


def test_a_composed_mail_arrives_as_it_is(server: MailServer) -> None:
    assert hand_over(server, ANNA).codes == {}

    [taken] = server.taken
    assert (taken.recipients, taken.message["Subject"]) == ([ANNA], "x")
    assert taken.message.get_payload() == ".y\r\n"


@pytest.mark.parametrize(
    ("step", "code", "for_good"),
    [
        ("RCPT", 550, True),
        ("RCPT", 451, False),
        ("DATA", 554, True),
        ("END", 452, False),
        ("MAIL", 550, False),
        ("MAIL", 552, True),
    ],
)
def test_a_refusal_is_for_good_by_its_code_but_not_one_of_the_sender(
    server: MailServer, step: str, code: int, for_good: bool
) -> None:
    server.refused[ANNA] = code if step == "RCPT" else 250
    server.steps[step] = code

    with pytest.raises(MessageRefused) as refused:
        hand_over(server, ANNA)

    assert (refused.value.for_good, refused.value.words) == (for_good, f"{code} so be it")
    assert "so be it" not in str(refused.value), "the outbox keeps no words of strangers"


def test_of_several_recipients_one_who_may_get_it_later_keeps_the_mail(server: MailServer) -> None:
    server.refused |= {ANNA: 550, BERT: 451}

    with pytest.raises(AllRefused) as refused:
        hand_over(server, ANNA, BERT)

    assert not refused.value.for_good
    assert refused.value.refusals.codes == {ANNA: 550, BERT: 451}


def test_a_server_that_has_let_us_in_may_take_its_time_with_the_mail(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEADLINE", 0.5)
    server.ponders = 0.7
    assert hand_over(server, ANNA).codes == {}

    monkeypatch.setattr(limits, "HANDING_OVER", 0.0)
    with pytest.raises(WayOutDown) as failure:
        hand_over(server, ANNA)
    assert failure.value.may_have_arrived


def test_what_a_server_took_without_a_word_may_have_arrived(server: MailServer) -> None:
    server.hangs_up = True
    with pytest.raises(WayOutDown) as failure:
        hand_over(server, ANNA)

    assert (failure.value.may_have_arrived, failure.value.unsent, len(server.taken)) == (True, False, 1)
    assert failure.value.words.endswith("It may have arrived all the same.")


def test_words_that_no_database_keeps_are_kept_without_that(server: MailServer) -> None:
    server.words, server.refused = "so\0 be it", {BERT: 550}

    assert hand_over(server, ANNA, BERT).said == {BERT: "550 so be it"}
