"""Whether a machine wrote a mail, as its headers say (RFC 3834, and what mailers do beside it)."""

from __future__ import annotations

import re
from enum import StrEnum

from helpdesk.mail.reading.headers.header_block import HeaderBlock
from helpdesk.mail.reading.headers.header_parameters import parameters_of, value_of
from helpdesk.mail.reading.headers.mail_addresses import address_in


class Automatic(StrEnum):
    """Why a mail counts as nobody's words."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    AUTO_GENERATED = "auto_generated"
    BULK_OR_LIST = "bulk_or_list"


_REPORTS = {"delivery-status": Automatic.BOUNCE}
_REPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-response", "x-vacation-message")
_SUPPRESSED = {"all", "oof", "autoreply"}
"""Values of X-Auto-Response-Suppress that ask for no answer; others ask for no receipts, as people do too."""

_LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post")
_BULK = {"bulk", "list", "junk"}
_GROUP_HEADERS = ("x-original-from", "x-google-group-id")
"""A group hands on what somebody wrote to it, with the headers of a list; the words are still theirs."""

_DAEMONS = re.compile(r"mailer[-_. ]?daemon|mail[-_. ]?delivery[-_. ]?(system|subsystem)|bounces?")
_MACHINES = re.compile(
    r"(.*[-_.])?(no|do[-_.]?not)[-_.]?reply([-+_.].*)?|(.*[-_.])?(notifications?|alerts?|daemon|cron)|auto|automailer|system|root"
)
_POSTMASTERS = re.compile(r"postmaster|hostmaster|abuse")
_BOUNCE_SUBJECTS = re.compile(
    r"delivery status notification|undeliver(ed|able)( mail)?\b.*|returned mail:|delivery (notification|failure)\b"
    r"|mail delivery (failed|failure|subsystem)|failure notice|nondeliverable|unzustellbar|non remis\b"
    r"|warning: (could not send|message)|delayed mail|message delayed",
    re.IGNORECASE,
)
_REPLY_SUBJECTS = re.compile(
    r"(automatic|auto)[- ]?(matic )?(reply|response|répl)\b|autoreply\b|autoresponder?\b|(oof|ooo)\s*:"
    r"|out of (the )?office(\s*[:-]|\s*(auto)?-?reply|\s*$)|vacation (reply|response|notice)\b"
    r"|abwesenheits(notiz|meldung)|automatische antwort|réponse automatique|absence du bureau"
    r"|respuesta automática|fuera de la oficina|מענה אוטומטי|תשובה אוטומטית|הודעה אוטומטית|தானியங்கு பதில்",
    re.IGNORECASE,
)


def is_machine_address(address: str) -> bool:
    """Tell whether an address calls itself a machine's, such as `no-reply@…`: nobody reads what is sent there."""
    local = address.lower().rpartition("@")[0]
    return any(each.fullmatch(local) for each in (_MACHINES, _DAEMONS, _POSTMASTERS))


def why_automatic(headers: HeaderBlock) -> Automatic | None:
    """Return why these headers are a machine's, or None for a person's.

    What a report says of itself comes first, then what a machine says of itself; last, what can only be guessed by
    subject and sender. A sender that is only guessed counts for nothing if a person is to be answered instead.
    """
    said = _said_of_itself(headers)
    if said is not None:
        return said
    if _is_list(headers):
        return Automatic.BULK_OR_LIST
    return _guessed(headers)


def _said_of_itself(headers: HeaderBlock) -> Automatic | None:
    if value_of(headers.raw("content-type")) == "multipart/report":
        kind = parameters_of(headers.raw("content-type")).get("report-type", "").lower()
        return _REPORTS.get(kind, Automatic.AUTO_GENERATED if kind else Automatic.BOUNCE)
    submitted = value_of(headers.raw("auto-submitted")).partition(" ")[0]
    if submitted not in {"", "no"}:
        return Automatic.AUTO_REPLY if submitted == "auto-replied" else Automatic.AUTO_GENERATED
    if _answers_by_itself(headers):
        return Automatic.AUTO_REPLY
    if _has_nobody_to_answer(headers):
        return Automatic.BOUNCE
    return Automatic.AUTO_GENERATED if _SUPPRESSED & _words(headers, "x-auto-response-suppress") else None


def _answers_by_itself(headers: HeaderBlock) -> bool:
    named = any(headers.raw(name) and headers.text(name).lower() != "no" for name in _REPLY_HEADERS)
    return named or "auto_reply" in _words(headers, "precedence") | _words(headers, "x-precedence")


def _has_nobody_to_answer(headers: HeaderBlock) -> bool:
    returned = "return-path" in headers and headers.raw("return-path") in {b"", b"<>"}
    return returned or bool(headers.raw("x-failed-recipients"))


def _is_list(headers: HeaderBlock) -> bool:
    if any(headers.raw(name) for name in _GROUP_HEADERS):
        return False
    listed = any(headers.raw(name) for name in _LIST_HEADERS)
    return listed or bool(_BULK & _words(headers, "precedence"))


def _words(headers: HeaderBlock, name: str) -> set[str]:
    return set(re.split(r"[\s,;]+", headers.text(name).lower())) - {""}


def _guessed(headers: HeaderBlock) -> Automatic | None:
    author = address_in(headers.raw("from"))
    sender = author.address.lower().partition("@")[0]
    subject = headers.text("subject")
    if any(map(_DAEMONS.fullmatch, (sender, author.name.lower()))) or _BOUNCE_SUBJECTS.match(subject):
        return Automatic.BOUNCE
    if _REPLY_SUBJECTS.match(subject):
        return Automatic.AUTO_REPLY
    return (
        Automatic.AUTO_GENERATED if _MACHINES.fullmatch(sender) and not _another_to_answer(headers) else None
    )


def _another_to_answer(headers: HeaderBlock) -> bool:
    """Tell whether an answer would go to somebody else: so send the contact forms of shops."""
    sender = address_in(headers.raw("from")).address.lower()
    others = (address_in(headers.raw(name)).address.lower() for name in ("x-original-from", "reply-to"))
    return any(
        other and other != sender and not _MACHINES.fullmatch(other.partition("@")[0]) for other in others
    )
