"""Logging in to a server that takes mail, by whatever it understands."""

from __future__ import annotations

import smtplib
from base64 import b64encode

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
    if "PLAIN" not in line.esmtp_features.get("auth", "").upper().split():
        line.login(login, password)
        return
    _said(line, "PLAIN", f"\0{login}\0{password}")


def _said(line: smtplib.SMTP, mechanism: str, words: str) -> None:
    code, answer = line.docmd("AUTH", f"{mechanism} {b64encode(words.encode()).decode()}")
    if code != LET_IN:
        raise smtplib.SMTPAuthenticationError(code, answer)
