"""Every exception as the refusal that the client gets to see."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from psycopg import errors
from rest_framework.exceptions import MethodNotAllowed

from helpdesk.api.problems import RequestRefused
from helpdesk.refusal import Refused

DATABASE_ERRORS = (OperationalError, InterfaceError)
SHORTLY = {"Retry-After": "1"}
LATER = {"Retry-After": "5"}


def to_refusal(error: Exception) -> RequestRefused:
    """Translate; what nobody foresaw becomes a 500 that tells nothing."""
    match error:
        case RequestRefused():
            return error
        case Refused():
            return RequestRefused(error.status, error.code, str(error), pointer=error.pointer)
        case Http404():
            return RequestRefused(404, "not-found")
        case MethodNotAllowed():
            return RequestRefused(405, "method-not-allowed")
        case SuspiciousOperation():
            return RequestRefused(400, "malformed-request")
        case DataError() | IntegrityError() | OperationalError() | InterfaceError():
            return from_database(error)
    return RequestRefused(500, "internal-error")


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


def is_deadlock(error: Exception) -> bool:
    return isinstance(error.__cause__, errors.DeadlockDetected)
