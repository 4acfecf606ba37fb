"""What servers report of mails that they were to deliver."""

from __future__ import annotations

import pytest

from helpdesk.mail.reading.delivery_report import DeliveryReport, DeliveryState, ReportedRecipient
from helpdesk.mail.reading.letter import read
from tests.helpdesk.mail.reading.raw_mails import letter, multipart, part, raw

COPY = raw("Message-ID: <7@help.example>", "From: help@shop.example", "Subject: Re: Parcel")
DAEMON = "From: MAILER-DAEMON@mx.example"


def report(*blocks: str, copy: bytes = COPY) -> DeliveryReport | None:
    status = "Reporting-MTA: dns; mx.example\r\n\r\n" + "\r\n\r\n".join(blocks)
    return read(
        multipart(
            "multipart/report; report-type=delivery-status",
            part("Sorry."),
            part(status, "message/delivery-status"),
            part(copy, "message/rfc822"),
        )
    ).report


def told(text: str, *headers: str) -> DeliveryReport | None:
    return letter(DAEMON, *headers, body=text).report


def of(found: DeliveryReport | None) -> tuple[str, list[tuple[str, str]]]:
    assert found is not None
    return found.message_id, [(each.address, each.state.value) for each in found.recipients]


def test_a_report_says_which_mail_did_not_reach_whom_and_why() -> None:
    found = report(
        "Final-Recipient: rfc822; eva@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 There is\r\n  no such mailbox",
    )

    words = "550 5.1.1 There is no such mailbox"
    recipient = ReportedRecipient("eva@customer.example", DeliveryState.FAILED, "5.1.1", words)
    assert found == DeliveryReport("7@help.example", (recipient,))


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ("Action: failed\r\nStatus: 5.0.0", "failed"),
        ("Action: delayed\r\nStatus: 4.4.1", "delayed"),
        ("Action: delivered\r\nStatus: 2.0.0", "delivered"),
        ("Action: relayed", "delivered"),
        ("Action: Failed (mailbox full)\r\nStatus: 4.2.2", "failed"),
        ("Action: gone\r\nStatus: 5.2.1", "failed"),
        ("Status: 4.2.2", "delayed"),
    ],
)
def test_what_became_of_it_is_said_by_the_action_else_by_the_status(fields: str, state: str) -> None:
    found = report(f"Final-Recipient: rfc822; eva@customer.example\r\n{fields}")

    assert of(found) == ("7@help.example", [("eva@customer.example", state)])


def test_each_recipient_has_a_fate_of_their_own() -> None:
    found = report(
        "Final-Recipient: rfc822; eva@customer.example\r\nAction: failed",
        "Original-Recipient: rfc822; jon@customer.example\r\n"
        "Final-Recipient: rfc822; jon2@else.example\r\nAction: delayed",
    )

    assert of(found)[1] == [("eva@customer.example", "failed"), ("jon@customer.example", "delayed")]


def test_a_report_without_a_copy_says_by_its_own_headers_which_mail_it_is_about() -> None:
    status = part("Final-Recipient: rfc822; a@b.example\r\nAction: failed", "message/delivery-status")
    mail = b"In-Reply-To: <7@help.example>\r\n" + multipart(
        "multipart/report; report-type=delivery-status", status
    )

    assert of(read(mail).report) == ("7@help.example", [("a@b.example", "failed")])


def test_a_report_that_cannot_be_read_is_read_by_its_words() -> None:
    mail = multipart(
        "multipart/report; report-type=delivery-status",
        part("<eva@customer.example>: no such user"),
        part("nonsense", "message/delivery-status"),
        part(COPY, "message/rfc822"),
    )

    assert of(read(mail).report) == ("7@help.example", [("eva@customer.example", "failed")])


QMAIL = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<eva@customer.example>:
Sorry, no mailbox here by that name. (#5.1.1)

<jon@customer.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 unknown

--- Below this line is a copy of the message.

Return-Path: <help@shop.example>
Message-ID: <7@help.example>
To: eva@customer.example
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  eva@customer.example
    SMTP error from remote mail server after RCPT TO:<eva@customer.example>:
    host mx.example [192.0.2.1]: 550 5.7.1 rejected

------ This is a copy of the message, including all the headers. ------

Message-ID: <7@help.example>
"""
EXIM_WAITS = """This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.

The address to which the message has not yet been delivered is:

  eva@customer.example

No action is required on your part. Delivery attempts will continue for
some time, and this warning may be repeated.
"""
EXCHANGE = """Your message did not reach some or all of the intended recipients.

      Subject:  Re: Parcel
      Sent:     3/6/2026 10:00 AM

The following recipient(s) could not be reached:

      eva@customer.example on 3/6/2026 10:01 AM
            The e-mail account does not exist at the organization.
            <mx.example #5.1.1>
"""
GMX = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. The following addresses failed:

eva@customer.example:
SMTP error from remote server for RCPT TO command, host: mx.example reason: 550 5.1.1 unknown

--- The header of the original message is following. ---

Received: from [192.0.2.1] by mx.example
Message-ID: <7@help.example>
"""
GMAIL = """Delivery to the following recipient failed permanently:

     eva@customer.example

Technical details of permanent failure:
The email account that you tried to reach does not exist.

----- Original message -----

Message-ID: <7@help.example>
"""
SENDMAIL = """   ----- The following addresses had permanent fatal errors -----
<eva@customer.example>
    (reason: 550 5.1.1 User unknown)

   ----- Original message follows -----

Message-Id: <7@help.example>
"""
POSTFIX_WAITS = """This is the mail system at host mx.example.

THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE.

Your message could not be delivered for more than 4 hour(s).
It will be retried until it is 5 day(s) old.

<eva@customer.example>: connect to customer.example: Connection timed out
"""


@pytest.mark.parametrize(
    ("text", "message_id", "state", "status", "words"),
    [
        (QMAIL, "7@help.example", "failed", "5.1.1", "Sorry, no mailbox here by that name. (#5.1.1)"),
        (EXIM, "7@help.example", "failed", "5.7.1", "550 5.7.1 rejected"),
        (EXIM_WAITS, "", "delayed", "", "No action is required"),
        (EXCHANGE, "", "failed", "5.1.1", "The e-mail account does not exist"),
        (GMX, "7@help.example", "failed", "5.1.1", "550 5.1.1 unknown"),
        (GMAIL, "7@help.example", "failed", "", "Technical details of permanent failure"),
        (SENDMAIL, "7@help.example", "failed", "5.1.1", "User unknown"),
        (POSTFIX_WAITS, "", "delayed", "", "connect to customer.example: Connection timed out"),
    ],
)
def test_a_server_that_writes_to_people_is_understood(
    text: str, message_id: str, state: str, status: str, words: str
) -> None:
    found = told(text)

    assert found is not None
    assert found.message_id == message_id
    first = found.recipients[0]
    assert (first.address, first.state.value, first.status) == ("eva@customer.example", state, status)
    assert words in first.words
    assert len(found.recipients) == (2 if text is QMAIL else 1)


@pytest.mark.parametrize(
    ("original", "final", "meant"),
    [
        ("eva+2Bshop@customer.example", "eva+shop@customer.example", "eva+shop@customer.example"),
        ("eva+25@customer.example", "eva@home.example", "eva+25@customer.example"),
        ("eva+25@customer.example", "eva+25@customer.example", "eva+25@customer.example"),
        ("", "eva@customer.example", "eva@customer.example"),
    ],
)
def test_a_plus_that_is_coded_for_its_way_is_a_plus(original: str, final: str, meant: str) -> None:
    fields = f"Original-Recipient: rfc822;{original}\r\nFinal-Recipient: rfc822;{final}\r\nAction: failed"

    assert of(report(fields))[1] == [(meant, "failed")]


def test_an_address_of_the_net_is_no_status() -> None:
    found = told("<eva@customer.example>: host mx.example[1.2.3.4] said: 550 5.1.1 unknown")

    assert found is not None
    assert [each.status for each in found.recipients] == ["5.1.1"]


def test_whom_a_header_names_is_the_one() -> None:
    found = told(
        "It did not work.", "X-Failed-Recipients: eva@customer.example", "In-Reply-To: <7@help.example>"
    )

    assert of(found) == ("7@help.example", [("eva@customer.example", "failed")])


def test_a_bounce_that_names_nobody_says_which_mail_and_why() -> None:
    found = told("The mailbox is full.\n\n--- Original message ---\nMessage-ID: <7@help.example>")

    assert found == DeliveryReport(
        "7@help.example", (ReportedRecipient("", DeliveryState.FAILED, "", "The mailbox is full."),)
    )


def test_a_bounce_that_says_nothing_of_use_is_no_report() -> None:
    assert told("It did not work.") is None


def test_what_a_person_writes_about_a_bounce_is_no_report() -> None:
    assert letter("From: eva@customer.example", body=QMAIL).report is None


def test_a_report_that_a_person_hands_on_is_none_of_theirs() -> None:
    status = part("Final-Recipient: rfc822; a@b.example\r\nAction: failed", "message/delivery-status")

    assert (
        read(b"From: eva@customer.example\r\n" + multipart("multipart/mixed", part("See"), status)).report
        is None
    )
