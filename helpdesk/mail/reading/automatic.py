"""Whether a machine wrote a mail, as its headers say (RFC 3834, and what mailers do beside it)."""

from __future__ import annotations

import re
from enum import StrEnum

from helpdesk.mail.reading.headers.header_block import HeaderBlock
from helpdesk.mail.reading.headers.header_parameters import parameters_of, value_of
from helpdesk.mail.reading.headers.mail_addresses import MailAddress, address_in


class Automatic(StrEnum):
    """Why a mail counts as nobody's words."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    AUTO_GENERATED = "auto_generated"
    BULK_OR_LIST = "bulk_or_list"


_REPORTS = {"delivery-status": Automatic.BOUNCE}
_REPLY_HEADERS = (
    *("x-autoreply", "x-autoreply-from", "x-mail-autoreply", "x-vacation-message"),
    *("x-autorespond", "x-autoresponder", "x-autoresponse", "x-auto-response"),
)
_SUPPRESSED = {"all", "oof", "autoreply"}
"""Values of X-Auto-Response-Suppress that ask for no answer; others ask for no receipts, as people do too."""

_LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post")
_BULK = {"bulk", "list", "junk"}
_GROUP_HEADERS = ("x-original-from", "x-google-group-id")
"""A group hands on what somebody wrote to it, with the headers of a list; the words are still theirs."""

_DAEMONS = re.compile(
    r"mailer[-_. ]?daemon|mail[-_. ]?delivery[-_. ]?(system|subsystem)|bounces?|microsoftexchange[0-9a-f]{16,}"
)
_MACHINES = re.compile(
    r"(.*[-_.])?(no|do[-_.]?not)[-_.]?reply\d*([-+_.].*)?|(.*[-_.])?(notifications?|alerts?|daemon|cron)"
    r"|auto|automailer|system|root|ne[-_.]?pas[-_.]?repondre|n[aã]?o[-_.]?respond(a|er)"
    r"|(nicht|keine)[-_.]?antwort(en)?|niet[-_.]?beantwoorden|non[-_.]?rispondere"
)
_POSTMASTERS = re.compile(r"postmaster|hostmaster|abuse")
_SERVERS = re.compile(r"system administrator|microsoft outlook|mail (administrator|system)|postmaster")
"""As whom servers name themselves that write from an address of any kind."""

_BOUNCE_SUBJECTS = re.compile(
    r"delivery status notification( ?\(.*\))?|undelivered mail returned to sender|undeliver(ed|able) mail"
    r"|returned mail: (see transcript|user unknown|host unknown|cannot send|unable to deliver|service unavailable).*"
    r"|mail delivery (failed(: returning message to sender)?|failure|(sub)?system)|failure notice|nondeliverable mail"
    r"|delivery notification: delivery (has )?(been )?(failed|delayed|timed out).*|delivery failure( ?\(.*@.*\))?"
    r"|(?-i:DELIVERY FAILURE): .*|warning: (could not send message for past|message \S+ delayed) .*"
    r"|delayed mail \(still being retried\)",
    re.IGNORECASE,
)
"""Whole sentences that servers write; whoever waits for a parcel writes of *undelivered* and *delayed* things, too."""

_SERVERS_SUBJECTS = re.compile(
    r"undeliver|returned mail\b|delivery (notification|failure|delayed)\b|(mail )?delivery (has )?failed|nondeliverable"
    r"|delayed mail|message delayed|warning: |unzustellbar|nicht zustellbar|nachricht nicht zu|non remis\b"
    r"|impossible de remettre|no se puede entregar|no entregado|não (é possível entregar|entregue)|non recapitabile"
    r"|onbestelbaar|לא ניתן למסירה|לא נמסר|வழங்க முடியவில்லை",
    re.IGNORECASE,
)
"""How they begin what they write; it says something only where a server wrote it."""

_REPLY_SUBJECTS = re.compile(
    r"\[?((automatic|auto)[- ]?(matic )?(reply|response|répl\w*)|autoresponder|out of (the )?office(\s*(auto)?-?reply)?"
    r"|vacation (reply|response|notice)|abwesenheits(notiz|meldung|agent|assistent)|automatische antwort"
    r"|réponse automatique|absen(t|ce) du bureau|respuesta automática|fuera de la oficina|risposta automatica"
    r"|resposta automática|automatisch antwoord|autosvar|automatiskt svar|automaattinen vastaus|automatická odpověď"
    r"|odpowiedź automatyczna|автоматический ответ|автоответ|otomatik yanıt|自[動动](回[覆复]|答复|応答)"
    r"|(מענה|תשובה|תגובה|הודעה) אוטומטית?|தானியங்(கு|கி|கிப்) (பதில்|மறுமொழி))\]?"
    r"\s*([:：(\]-]|\Z|(re|aw|fwd?|from|von|de)\b)"
    r"|(oof|ooo)\s*:|auto: .{1,100} is out of the office",
    re.IGNORECASE,
)
"""With what follows them in a machine's subject: people write *auto-reply is not working*."""


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
    named = named or "reply" in _words(headers, "x-autogenerated")
    return named or "auto_reply" in _words(headers, "precedence") | _words(headers, "x-precedence")


def _has_nobody_to_answer(headers: HeaderBlock) -> bool:
    returns_to = headers.text("return-path").strip("<> ").lower().partition("@")[0]
    returned = "return-path" in headers and returns_to in {"", "mailer-daemon"}
    return returned or bool(headers.raw("x-failed-recipients")) or headers.raw("from") == b"<>"


def _is_list(headers: HeaderBlock) -> bool:
    if any(headers.raw(name) for name in _GROUP_HEADERS):
        return False
    listed = any(headers.raw(name) for name in _LIST_HEADERS)
    return listed or bool(_BULK & _words(headers, "precedence"))


def _words(headers: HeaderBlock, name: str) -> set[str]:
    return set(re.split(r"[\s,;]+", headers.text(name).lower())) - {""}


def _guessed(headers: HeaderBlock) -> Automatic | None:
    author = address_in(headers.raw("from"))
    subject = headers.text("subject")
    if _is_bounce(author, subject):
        return Automatic.BOUNCE
    if _REPLY_SUBJECTS.match(subject):
        return Automatic.AUTO_REPLY
    is_machine = _MACHINES.fullmatch(_local_part(author)) and not _another_to_answer(headers)
    return Automatic.AUTO_GENERATED if is_machine else None


def _is_bounce(author: MailAddress, subject: str) -> bool:
    """Tell whether a server says that something was not delivered: by who it is, or by what people do not write."""
    sender, name = _local_part(author), author.name.lower()
    if _DAEMONS.fullmatch(sender) or _DAEMONS.fullmatch(name) or _BOUNCE_SUBJECTS.fullmatch(subject):
        return True
    by_server = not sender or _POSTMASTERS.fullmatch(sender) or _SERVERS.fullmatch(name)
    return bool(by_server and _SERVERS_SUBJECTS.match(subject))


def _local_part(author: MailAddress) -> str:
    return author.address.lower().partition("@")[0]


def _another_to_answer(headers: HeaderBlock) -> bool:
    """Tell whether an answer would go to somebody else: so send the contact forms of shops."""
    sender = address_in(headers.raw("from")).address.lower()
    others = (address_in(headers.raw(name)).address.lower() for name in ("x-original-from", "reply-to"))
    return any(
        other and other != sender and not _MACHINES.fullmatch(other.partition("@")[0]) for other in others
    )
