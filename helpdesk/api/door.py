"""What every view of the API does before and after its one domain call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from helpdesk.api import problems
from helpdesk.api.answers import told_again
from helpdesk.api.contract.operation import Operation
from helpdesk.api.problems import RequestRefused
from helpdesk.api.request import (
    error_translation,
    idempotency,
    json_text,
    key_authentication,
    rate_limit,
    refusal_log,
    request_body,
)
from helpdesk.database.failures import is_deadlock
from helpdesk.database.instant import database_now
from helpdesk.models import ApiKey
from helpdesk.tickets import told_time

logger = logging.getLogger(__name__)

S = TypeVar("S", bound=msgspec.Struct)
Q = TypeVar("Q", bound=msgspec.Struct)

MEDIA_TYPE = "application/json"
SPOKEN = (MEDIA_TYPE, problems.MEDIA_TYPE, "application/octet-stream", "application/*", "*/*")


class OnlyJson(BaseContentNegotiation):
    """There is one parser and one renderer, and both are msgspec."""

    def select_parser(self, request: Request, parsers: Any) -> None:
        return None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """Refuse (406) a client that takes anything but JSON."""
        accept = request.META.get("HTTP_ACCEPT")
        if accept and not any(spoken in accept.lower() for spoken in SPOKEN):
            raise RequestRefused(406, "not-acceptable")
        return None, MEDIA_TYPE


class HasScope(BasePermission):
    """The key has the scope that the operation needs."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        offered = asked(request, view)
        if offered is not None and offered.scope is not None:
            key_authentication.require(key_authentication.admission_of(request).key, offered.scope)
        return True


class KeyThrottle(BaseThrottle):
    """Each key has a quota, whatever it asks; without Redis nobody is held up."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        assert isinstance(view, Door)  # noqa: S101  # which alone names it
        view.allowance = allowance = rate_limit.take(view.quota_name)
        if allowance is not None and allowance.spent:
            raise RequestRefused(429, "rate-limited")
        return True


class Door(APIView):
    """Authenticate, count, check the scope, run the method; whatever goes wrong becomes a problem."""

    authentication_classes: Sequence[type[BaseAuthentication]] = (key_authentication.KeyAuthentication,)
    permission_classes: Sequence[type[BasePermission]] = (HasScope,)
    throttle_classes = (KeyThrottle,)
    content_negotiation_class = OnlyJson
    parser_classes = ()
    renderer_classes = ()
    schema = None
    http_method_names = ["get", "head", "post", "put"]

    allowance: rate_limit.RateAllowance | None = None
    raw = b""
    given: Any = None
    format_kwarg = None

    @property
    def key(self) -> ApiKey:
        return key_authentication.admission_of(self.request).key

    @property
    def quota_name(self) -> str:
        """Whose requests are counted together."""
        return str(self.key.pk)

    @property
    def now(self) -> datetime:
        """When the request came in, by the database's clock."""
        return key_authentication.admission_of(self.request).at

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keep Django's own request: bodies are read from it, past the framework's parsers."""
        super().setup(request, *args, **kwargs)
        self.plain = request

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count a request before its scope is looked at: a refused one counts too."""
        self.perform_content_negotiation(request)
        self.perform_authentication(request)
        self.note_use()
        self.check_throttles(request)
        self.check_permissions(request)

    def note_use(self) -> None:
        key_authentication.note_use(key_authentication.admission_of(self.request))

    def read(self, shape: type[S]) -> tuple[S, list[str]]:
        """Read the body into its struct; with warnings that name the fields it does not know."""
        value = self.read_plain()
        return self.fit(value, shape), request_body.unknown_fields(value, shape)

    def read_plain(self) -> Any:
        self.raw = request_body.raw_body(self.plain)
        self.given = json_text.parse(self.raw)
        return self.given

    def fit(self, value: Any, shape: type[S], *, under: str = "") -> S:
        """Fit a plain value into its struct, or refuse it with every fault."""
        return request_body.fit(value, shape, under=under, check_instant=self.check_instant)

    def check_instant(self, at: datetime) -> None:
        """Refuse an instant that nobody can mean."""
        told_time.told(at, now=self.now)

    def ask(self, shape: type[Q]) -> Q:
        """Read the query parameters into their struct."""
        return request_body.query(self.plain.GET, shape)

    def transact(self, act: Callable[[datetime], HttpResponse]) -> HttpResponse:
        """Run one domain call in one transaction; the victim of a deadlock gets a second try."""
        try:
            return self._attempt(act, again=False)
        except error_translation.DATABASE_ERRORS as error:
            if not is_deadlock(error):
                raise
            logger.warning("deadlock: trying again")
            return self._attempt(act, again=True)

    def _attempt(self, act: Callable[[datetime], HttpResponse], *, again: bool) -> HttpResponse:
        with transaction.atomic():
            claim = self._claim()
            if isinstance(claim, idempotency.StoredAnswer):
                return self._replayed(claim)
            answer = act(database_now() if claim or again else self.now)
            if claim is not None:
                claim.keep(answer)
        return answer

    def _claim(self) -> idempotency.HeldKey | idempotency.StoredAnswer | None:
        given = self.request.META.get("HTTP_IDEMPOTENCY_KEY")
        offered = asked(self.request, self)
        if given is None or offered is None or not offered.idempotency_key:
            return None
        word = idempotency.checked(given)
        digests = idempotency.digests(self.request.method or "", self.request.path, self.given)
        return idempotency.claim(self.key, word, digests)

    def _replayed(self, stored: idempotency.StoredAnswer) -> HttpResponse:
        """Repeat an answer as it was, or, to a key of other scopes, what that key may be told."""
        if stored.scopes == frozenset(self.key.scopes):
            return stored.response()
        return stored.response(msgspec.json.encode(told_again(stored.told(), key=self.key, now=self.now)))

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]  # any answer will do
        trouble = error_translation.to_refusal(exc)
        if trouble.problem.status >= 500:
            logger.error("%s %s failed", self.request.method, self.request.path, exc_info=exc)
        refusal_log.note(self.request, trouble.problem, self.raw)
        return problems.response(trouble.problem, trouble.headers)

    def finalize_response(  # type: ignore[override]  # any answer will do
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say what the key may still ask."""
        final = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (self.allowance.headers() if self.allowance else {}).items():
            final.headers[name] = value
        return final


def asked(request: Request, view: APIView) -> Operation | None:
    """Give the operation that the request is for; None where its method is not offered."""
    handler = getattr(view, (request.method or "").lower(), None)
    return getattr(handler, "operation", None)


def answer(body: object, *, status: int = 200, location: str | None = None) -> HttpResponse:
    """Answer with JSON."""
    headers = {"Location": location} if location else None
    return HttpResponse(msgspec.json.encode(body), status=status, content_type=MEDIA_TYPE, headers=headers)
