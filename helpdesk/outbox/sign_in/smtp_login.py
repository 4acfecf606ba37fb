"""Logging in to a server that takes mail, by whatever it understands."""

from __future__ import annotations

import binascii
import smtplib
from base64 import b64decode, b64encode

from helpdesk.outbox.sign_in import xoauth2
from helpdesk.outbox.sign_in.xoauth2 import BearerToken

WANTS_MORE = 334
LET_IN = 235


def log_in(line: smtplib.SMTP, login: str, password: str) -> None:
    """Log in, in whatever script; raises what smtplib does, `UnicodeEncodeError` where a server takes ASCII alone."""
    if (login + password).isascii():
        line.login(login, password)
    else:
        _log_in_by_plain(line, login, password)


def _log_in_by_plain(line: smtplib.SMTP, login: str, password: str) -> None:
    """Log in by PLAIN, whose words are UTF-8 (RFC 4616); smtplib knows it in ASCII alone."""
    line.ehlo_or_helo_if_needed()
    if not _offers(line, "PLAIN"):
        line.login(login, password)
        return
    code, answer = _say(line, "PLAIN", f"\0{login}\0{password}".encode())
    if code != LET_IN:
        raise smtplib.SMTPAuthenticationError(code, answer)


def log_in_by_token(line: smtplib.SMTP, login: str, token: BearerToken) -> None:
    """Log in by a provider's token; raises what smtplib does, and `TokenNotTaken`."""
    line.ehlo_or_helo_if_needed()
    if not _offers(line, xoauth2.MECHANISM):
        raise xoauth2.refusal(token.account, b"XOAUTH2 is not offered")
    code, answer = _say(line, xoauth2.MECHANISM, xoauth2.first_words(login, token))
    challenge = b""
    if code == WANTS_MORE:
        challenge = _decoded(answer)
        code, answer = line.docmd("")
    if code != LET_IN:
        raise xoauth2.refusal(token.account, b"%d %s" % (code, answer), challenge)


def _offers(line: smtplib.SMTP, mechanism: str) -> bool:
    return mechanism in line.esmtp_features.get("auth", "").upper().split()


def _say(line: smtplib.SMTP, mechanism: str, words: bytes) -> tuple[int, bytes]:
    return line.docmd("AUTH", f"{mechanism} {b64encode(words).decode()}")


def _decoded(challenge: bytes) -> bytes:
    try:
        return b64decode(challenge, validate=True)
    except binascii.Error:
        return challenge
