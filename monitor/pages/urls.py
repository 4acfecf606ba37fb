"""The addresses of the monitor's pages; config mounts them at the root, before the helpdesk's."""

from __future__ import annotations

from django.urls import path

from monitor.pages import checklist

urlpatterns = [
    path("start/", checklist.checklist, name="checklist"),
    path("start/hours/", checklist.hours, name="hours"),
    path("start/confirmation/", checklist.confirm, name="confirm"),
    path("start/test-alert/", checklist.send_test_alert, name="test-alert"),
]
