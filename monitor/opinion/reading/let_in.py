"""What lets us into another helpdesk: whose account, and what is said of a token with each question."""

from __future__ import annotations

import re
from base64 import b64encode

from monitor.models import ForeignVendor
from monitor.opinion.reading import foreign_api
from monitor.opinion.reading.api_trouble import ReadingRefused, ReadingTrouble


def account_of(vendor: str, given: str) -> str:
    """Return the name of an account, of which the whole address may be given. Raises `ReadingRefused` for none."""
    address = re.fullmatch(rf"(?:https://)?([^./]+)(?:\.{vendor}\.com)?/?", given.strip().lower())
    if address is None or not foreign_api.ACCOUNT.fullmatch(address[1]):
        raise ReadingRefused(ReadingTrouble.NO_NAME)
    return address[1]


def is_token(given: str) -> bool:
    """Whether it has signs alone that may stand in a header."""
    return bool(given) and all("!" <= sign <= "~" for sign in given)


def authorization(vendor: str, token: str, email: str = "") -> str:
    """Return what is said with each question (RFC 7617, RFC 6750).

    With an email, the token is an API key of that agent's; without one it is of OAuth. Freshdesk knows keys alone, and
    no email with them.
    """
    if vendor == ForeignVendor.FRESHDESK:
        return _basic(f"{token}:X")
    if not email:
        return f"Bearer {token}"
    return _basic(f"{email}/token:{token}" if vendor == ForeignVendor.ZENDESK else f"{email}:{token}")


def _basic(pair: str) -> str:
    return f"Basic {b64encode(pair.encode()).decode()}"
