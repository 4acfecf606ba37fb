"""What strangers write anywhere in a request, read so that no page has to mind it, and what fails all the same.

PostgreSQL keeps no NUL, and no browser has a key for it: an address with one leads nowhere, in a form, a query or a
cookie it is not there. The API refuses it in its own words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.database.failures import is_deadlock, is_done_by_a_twin
from helpdesk.pages.frame import error_pages
from helpdesk.refusal import Refused

logger = logging.getLogger(__name__)

NUL = "\0"
API = "/api/"


class SaidTwice(Refused):
    """The address of a page says something twice, each time otherwise: one of them would be left aside in silence."""

    code = "said-twice"
    status = 400
    sentence = _("The address says “%(name)s” twice, each time otherwise. Leave one of them.")


class LegibleRequest:
    """Stands before everything that reads a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if NUL not in value}
        if not request.path_info.startswith(API):
            request.GET = without_nul(request.GET)  # type: ignore[assignment]  # one that may be changed
            if request.method == "POST":
                request.POST = without_nul(request.POST)  # type: ignore[assignment]  # the same
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """Raise `Http404` for an address that nobody can have been given, and refuse one that contradicts itself.

        The API refuses such a one in its own words; lists of the administration take several values for any of them.
        """
        if NUL in request.path_info:
            raise Http404
        is_ours = not request.path_info.startswith(API) and _app_of(request) != "admin"
        contradicted = [name for name, texts in request.GET.lists() if len(set(texts)) > 1]
        if is_ours and contradicted:
            return error_pages.refused(request, SaidTwice(name=contradicted[0][:100]))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for what a page did not foresee, and is no fault of it; the API has words of its own."""
        if isinstance(error, Refused):
            return error_pages.refused(request, error)
        if isinstance(error, DataError):
            logger.warning("a value could not be stored", exc_info=error)
            return error_pages.unstorable(request)
        if (is_deadlock(error) or is_done_by_a_twin(error)) and not hasattr(request, "done_again"):
            return self._do_again(request, error)
        if isinstance(error, (OperationalError, InterfaceError)):
            logger.error("the database did not answer in time", exc_info=error)
            return error_pages.held_up(request)
        return None

    def _do_again(self, request: HttpRequest, hindrance: Exception) -> HttpResponse | None:
        """Give whom another was in the way of a second try: their transaction has left nothing behind."""
        logger.warning("trying again after %s", type(hindrance.__cause__).__name__)
        request.done_again = True  # type: ignore[attr-defined]  # a mark of ours
        match = request.resolver_match
        if match is None:
            raise AssertionError("a view that failed has an address")
        try:
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except Exception as error:  # answered for as at first, or raised
            if (instead := self.process_exception(request, error)) is None:
                raise
            return instead
        return answer


def _app_of(request: HttpRequest) -> str | None:
    return request.resolver_match.app_name if request.resolver_match else None


def without_nul(given: QueryDict) -> QueryDict:
    """Return what was given without its NULs; the same where it has none."""
    if not any(NUL in name or any(NUL in text for text in texts) for name, texts in given.lists()):
        return given
    clean = QueryDict(mutable=True, encoding=given.encoding)
    for name, texts in given.lists():
        for text in texts:
            clean.appendlist(name.replace(NUL, ""), text.replace(NUL, ""))
    return clean
