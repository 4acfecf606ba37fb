"""Every exception as the refusal that the client gets to see."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from psycopg import errors
from rest_framework.exceptions import MethodNotAllowed

from helpdesk.api.problems import Fault, RequestRefused
from helpdesk.database.failures import is_deadlock
from helpdesk.refusal import Refused

DATABASE_ERRORS = (OperationalError, InterfaceError)
SHORTLY = {"Retry-After": "1"}
LATER = {"Retry-After": "5"}


FORESEEN: Final[tuple[tuple[type[Exception], int, str], ...]] = (
    (Http404, 404, "not-found"),
    (MethodNotAllowed, 405, "method-not-allowed"),
    (SuspiciousOperation, 400, "malformed-request"),
    (Exception, 500, "internal-error"),
)
"""What is refused without a word of its own; what nobody foresaw tells nothing."""


def to_refusal(error: Exception) -> RequestRefused:
    """Translate an exception, whatever it is."""
    if isinstance(error, RequestRefused):
        return error
    if isinstance(error, Refused):
        return from_service(error)
    if isinstance(error, (DataError, IntegrityError, *DATABASE_ERRORS)):
        return from_database(error)
    return next(RequestRefused(status, code) for kind, status, code in FORESEEN if isinstance(error, kind))


def from_service(refusal: Refused, *, under: str = "") -> RequestRefused:
    """Say what a service would not do, and all else that is wrong beside it; `under` is where its body stands."""
    faults = [
        Fault(
            detail=str(one),
            pointer=under + one.pointer,
            code=None if one.code == refusal.code else one.code,
        )
        for one in (refusal, *refusal.others)
    ]
    later = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else None
    return RequestRefused(refusal.status, refusal.code, faults=faults, headers=later)


def from_database(error: Exception) -> RequestRefused:
    """Translate what PostgreSQL said: held up, refused, or gone."""
    if isinstance(error.__cause__, errors.LockNotAvailable):
        held = _("The same is being worked on by another request.")
        return RequestRefused(409, "busy", held, headers=SHORTLY)
    if is_deadlock(error) or isinstance(error, IntegrityError):
        return RequestRefused(409, "conflict", headers=SHORTLY)
    if isinstance(error, DataError):
        return RequestRefused(422, "unstorable", _("The database cannot hold one of the values."))
    return RequestRefused(503, "unavailable", headers=LATER)
