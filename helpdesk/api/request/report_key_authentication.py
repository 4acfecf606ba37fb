"""Who asks for reports: keys of agents, who see there what they see on the board."""

from __future__ import annotations

import re
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from helpdesk.access import api_keys, report_keys
from helpdesk.access.report_keys import ReportAdmission
from helpdesk.api.problems import RequestRefused
from helpdesk.api.request.key_authentication import BEARER, KeyUses, count_wrong_key

REPORT_BEARER: Final = re.compile(
    r"[Bb]earer +(atr_(?:live|test|demo)_[0-9A-Za-z]{1,16}_[0-9A-Za-z-]{16,128})"
)

uses = KeyUses()


def no_key() -> RequestRefused:
    detail = _("Send a valid report key as Authorization: Bearer atr_…")
    return RequestRefused(401, "no-key", detail, headers={"WWW-Authenticate": 'Bearer realm="reports"'})


class ReportKeyAuthentication(BaseAuthentication):
    """Let in who shows a valid report key; a store's key is told that it is another kind (403)."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ReportAdmission]:
        header = request.META.get("HTTP_AUTHORIZATION", "").strip()
        shown = REPORT_BEARER.fullmatch(header)
        admission = report_keys.admit(shown[1]) if shown else None
        if admission is None:
            _refuse_store_key(header)
            count_wrong_key(request)
            raise no_key()
        return AnonymousUser(), admission


class StillOversees(BasePermission):
    """Whose key it is oversees something now."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        report_keys.require_overseer(admission_of(request).key.agent)
        return True


def _refuse_store_key(header: str) -> None:
    shown = BEARER.fullmatch(header)
    if shown and api_keys.admit(shown[1]):
        detail = _("Reports are read by a report key, which is an agent's; this key is a store's.")
        raise RequestRefused(403, "report-key-needed", detail)


def admission_of(request: Request) -> ReportAdmission:
    """Give the key that the request has been let in with, and when."""
    admission = request.auth
    if not isinstance(admission, ReportAdmission):
        raise no_key()
    return admission


def note_use(admission: ReportAdmission) -> None:
    """Remember that the key is in use; stands before anything is read."""
    if uses.may_be_due(admission.key):
        api_keys.touch(admission.key, admission.at)
