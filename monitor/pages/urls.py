"""The addresses of the monitor's pages; config mounts them at the root, before the helpdesk's."""

from __future__ import annotations

from django.urls import path

from monitor.pages import checklist, digest_page, wall_page, wallboard_pages, working_hours
from monitor.pages.board import board_csv, board_default_form, board_page, delivery_page, objectives_page
from monitor.pages.calendars import calendar_pages, editor_page, publication_page
from monitor.pages.excusals import broken_page, causes_page, freezes_page, hiding_page
from monitor.pages.explanation import explanation_page
from monitor.pages.months import month_closing_page, month_pages, month_tickets
from monitor.pages.opinion import opinion_pages, source_pages
from monitor.pages.past import past_board_page, past_queue_page
from monitor.pages.policies import policies_page, policy_editor, policy_review, version_changes
from monitor.pages.tester import tester_page
from monitor.pages.trials import trial_pages, trial_tickets

urlpatterns = [
    path("", past_queue_page.index, name="queue"),
    path("board/", past_board_page.index, name="board"),
    path("board/opening/", board_default_form.index, name="board-opening"),
    path("board/objectives/", objectives_page.index, name="objectives"),
    path("board/months/", month_pages.index, name="months"),
    path("board/months/closing/", month_closing_page.close, name="month-closing"),
    path("board/months/<int:number>/", month_pages.show, name="reported-month"),
    path("board/months/<int:number>/figures.csv", month_pages.figures_csv, name="reported-month-csv"),
    path("board/months/<int:number>/tickets/", month_tickets.index, name="reported-month-tickets"),
    path(
        "board/months/<int:number>/tickets.csv", month_tickets.tickets_csv, name="reported-month-tickets-csv"
    ),
    path("board/days/", board_page.table, name="board-table"),
    path("board/days.csv", board_csv.days_csv, name="board-days"),
    path("board/tickets.csv", board_csv.tickets_csv, name="board-tickets"),
    path("board/delivery/", delivery_page.index, name="delivery"),
    path("board/deliveries.csv", delivery_page.deliveries_csv, name="deliveries-csv"),
    path("policies/tester/", tester_page.index, name="tester"),
    path("explanation/", explanation_page.index, name="explanations"),
    path("tickets/<str:reference>/explanation/", explanation_page.show, name="explanation"),
    path("tickets/<str:reference>/recount/", explanation_page.recount_ticket, name="recount"),
    path("board/hiding/", hiding_page.index, name="hiding"),
    path("broken/", broken_page.index, name="broken"),
    path("broken/causes/", causes_page.index, name="causes"),
    path("broken/causes/<int:number>/retirement/", causes_page.retire, name="cause-retirement"),
    path("freezes/", freezes_page.index, name="freezes"),
    path("freezes/<int:number>/end/", freezes_page.end, name="freeze-end"),
    path("freezes/<int:number>/removal/", freezes_page.take_back, name="freeze-removal"),
    path("second-opinion/", opinion_pages.index, name="second-opinions"),
    path("second-opinion/reading/", source_pages.begin, name="opinion-source"),
    path("second-opinion/<int:number>/reading/", source_pages.go_on, name="opinion-reading"),
    path("second-opinion/<int:number>/", opinion_pages.show, name="second-opinion"),
    path("second-opinion/<int:number>/tickets/", opinion_pages.tickets, name="opinion-tickets"),
    path("second-opinion/<int:number>/tickets/<int:theirs>/", opinion_pages.ticket, name="opinion-ticket"),
    path("second-opinion/<int:number>/removal/", opinion_pages.remove, name="opinion-removal"),
    path("board/walls/", wallboard_pages.index, name="wallboards"),
    path("board/walls/<int:number>/revocation/", wallboard_pages.revoke, name="wallboard-revocation"),
    path("digests/", digest_page.index, name="digests"),
    path("wall/<str:token>/", wall_page.show, name="wall"),
    path("trials/", trial_pages.index, name="trials"),
    path("trials/<int:number>/", trial_pages.show, name="trial"),
    path("trials/<int:number>/tickets/", trial_tickets.index, name="trial-tickets"),
    path("trials/<int:number>/cancellation/", trial_pages.cancel, name="trial-cancellation"),
    path("trials/<int:number>/publication/", trial_pages.publish, name="trial-publication"),
    path("calendars/", calendar_pages.index, name="calendars"),
    path("calendars/new/", editor_page.new, name="new-calendar"),
    path("calendars/publication/", publication_page.publish, name="calendar-publication"),
    path("calendars/<int:number>/", calendar_pages.show, name="calendar"),
    path("calendars/<int:number>/edit/", editor_page.edit, name="edit-calendar"),
    path("promises/", policies_page.index, name="policies"),
    path("promises/new/", policy_editor.new, name="new-policy"),
    path("promises/editing/", policy_editor.again, name="policy-again"),
    path("promises/words/", policy_editor.words, name="policy-words"),
    path("promises/publication/", policy_review.publish, name="policy-publication"),
    path("promises/<int:number>/", policies_page.show, name="policy"),
    path("promises/<int:number>/editing/", policy_editor.edit, name="policy-editing"),
    path("promises/<int:number>/place/", version_changes.place, name="policy-place"),
    path("promises/<int:number>/retirement/", version_changes.retire, name="policy-retirement"),
    path(
        "promises/<int:number>/versions/<int:version>/restoration/",
        version_changes.restore_policy,
        name="policy-restoration",
    ),
    path("calendars/<int:number>/versions/", policies_page.calendar_versions, name="calendar-versions"),
    path(
        "calendars/<int:number>/versions/<int:version>/restoration/",
        version_changes.restore_calendar,
        name="calendar-restoration",
    ),
    path("start/", checklist.index, name="checklist"),
    path("start/hours/", working_hours.edit, name="hours"),
    path("start/confirmation/", checklist.confirm, name="confirmation"),
    path("start/test-alert/", checklist.send_test_alert, name="test-alert"),
]
