"""Asking another helpdesk over HTTPS: one question, and its answer or why there is none. It is never told anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from django.conf import settings

from helpdesk.outbox import public_http
from helpdesk.outbox.public_http import HttpAnswer, NoAnswer, NotPublic, NotReached
from monitor.opinion.reading.api_trouble import AnswerFailed, ReadingRefused, ReadingTrouble, RestAskedFor

PATIENCE: Final = 15.0
"""Seconds within which an answer has to be here."""
LARGEST_ANSWER: Final = 32 * 1024 * 1024
UNSAID_REST: Final = 60.0
"""Seconds for which we rest where they ask for rest and do not say how long."""
LONGEST_REST: Final = 3600.0
ACCOUNT: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""A label of a host name, and nothing that could lead anywhere else."""
_REFUSALS: Final = {
    401: ReadingTrouble.TOKEN_UNKNOWN,
    403: ReadingTrouble.TOKEN_TOO_WEAK,
    404: ReadingTrouble.NO_ACCOUNT,
}


def address_of(vendor: str, account: str) -> str:
    """Return where an account of theirs is. Raises `ReadingRefused` for what can be no account's name."""
    if not ACCOUNT.fullmatch(account):
        raise ReadingRefused(ReadingTrouble.NO_NAME)
    address: str = settings.OPINION_ADDRESSES[vendor] % account
    return address


def ask(address: str, path: str, query: Mapping[str, object], *, authorization: str) -> bytes:
    """Return the body of their answer. Raises `ReadingRefused`, `RestAskedFor` and `AnswerFailed`."""
    headers = {"Authorization": authorization, "Accept": "application/json", "User-Agent": "Attend"}
    url = f"{address}{path}?{urlencode(query, doseq=True)}"
    try:
        return _body(public_http.read(url, headers=headers, seconds=PATIENCE, at_most=LARGEST_ANSWER + 1))
    except NotPublic as error:
        raise ReadingRefused(ReadingTrouble.NOT_PUBLIC) from error
    except NotReached as error:
        raise AnswerFailed(ReadingTrouble.NOT_REACHED) from error
    except NoAnswer as error:
        raise AnswerFailed(ReadingTrouble.NO_ANSWER) from error


def _body(answer: HttpAnswer) -> bytes:
    """Return the body of an answer that is one. What it says in any other is not looked at: it may be a web page."""
    status = answer.status
    if status == 200:
        if len(answer.body) > LARGEST_ANSWER:
            raise AnswerFailed(ReadingTrouble.TOO_LARGE)
        return answer.body
    if status == 429:
        raise RestAskedFor(_rest(answer.retry_after))
    if status in (408, 409) or status >= 500:
        raise AnswerFailed(ReadingTrouble.FAILS, f"HTTP {status}")
    if status in _REFUSALS:
        raise ReadingRefused(_REFUSALS[status])
    raise ReadingRefused(ReadingTrouble.ODD_ANSWER, f"HTTP {status}")


def _rest(retry_after: str | None) -> float:
    told = (retry_after or "").strip()
    return min(float(told), LONGEST_REST) if told.isascii() and told.isdecimal() else UNSAID_REST
