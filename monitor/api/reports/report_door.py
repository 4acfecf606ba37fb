"""What every report does before and after it is told: whose key it is, what they see, and what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext as _

from helpdesk.api.door import Door, KeyThrottle, answer
from helpdesk.api.problems import Fault, RequestRefused
from helpdesk.api.request import report_key_authentication
from helpdesk.api.request.report_key_authentication import ReportKeyAuthentication, StillOversees
from helpdesk.database.one_instant import one_instant
from helpdesk.models import ReportKey
from monitor.api.reports.report_query import ReportQuery
from monitor.reports.board import board_address
from monitor.reports.board.board_view import BoardFilter, BoardView
from monitor.reports.rollup.cell_reading import CellReading

AFTER: Final = {"Retry-After": "60"}


class ReportDoor(Door):
    """Let in report keys alone, of agents who oversee something now; tell what their board says."""

    authentication_classes = (ReportKeyAuthentication,)
    permission_classes = (StillOversees,)
    throttle_classes = (KeyThrottle,)
    http_method_names = ["get", "head"]

    @property
    def report_key(self) -> ReportKey:
        return report_key_authentication.admission_of(self.request).key

    @property
    def quota_name(self) -> str:
        return f"report-{self.report_key.pk}"

    @property
    def now(self) -> datetime:
        return report_key_authentication.admission_of(self.request).at

    def note_use(self) -> None:
        report_key_authentication.note_use(report_key_authentication.admission_of(self.request))

    def tell(self, report: Callable[[BoardView], msgspec.Struct], *, of_figures: bool = True) -> HttpResponse:
        """Answer with a report, all of it as of one instant; refuses (503) where figures are still being made."""
        asked = self._asked()
        with one_instant():
            view = BoardView(
                agent=self.report_key.agent,
                environment=self.report_key.environment,
                now=self.now,
                filter=asked,
                reading=CellReading.begin(),
                followed_from_elsewhere=True,
            )
            if of_figures and view.reading is None:
                detail = _("What became of all who asked is still being counted.")
                raise RequestRefused(503, "no-figures-yet", detail, headers=AFTER)
            return answer(report(view))

    def _asked(self) -> BoardFilter:
        """Read what is asked for; refuses (422) what the board would not understand, or could not show."""
        self.ask(ReportQuery)
        address = board_address.read(self.plain.GET.dict())
        misread, unseen = (
            _("This is not understood here, or not without its other half."),
            _("There is none of this number that you see."),
        )
        faults = [Fault(detail=misread, parameter=name) for name in address.misread]
        agent = self.report_key.agent
        faults += [
            Fault(detail=unseen, parameter=name)
            for name in board_address.unseen(address.filter.values, agent)
        ]
        if faults:
            raise RequestRefused(422, "bad-parameter", faults=faults)
        return address.filter
