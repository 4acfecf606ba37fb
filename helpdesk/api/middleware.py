"""Below `/api/` every error is a problem document, whoever in the stack it comes from."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from helpdesk.api import problems

CODES = {
    400: "malformed-request",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    500: "internal-error",
}
SPOKEN = (problems.MEDIA_TYPE, "application/json")


class ProblemsOnly:
    """Stands outermost, and puts a problem in the place of Django's own error pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if answer.status_code < 400 or not request.path_info.startswith("/api/"):
            return answer
        if answer.headers.get("Content-Type", "").startswith(SPOKEN):
            return answer
        code = CODES.get(answer.status_code, "refused")
        kept = {name: answer.headers[name] for name in ("Allow",) if name in answer.headers}
        return problems.response(problems.problem(answer.status_code, code), kept)
