"""Every address, and which app answers there."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config.health import healthz
from helpdesk.pages.account.login_pages import Logout

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/logout/", Logout.as_view()),
    path("admin/", admin.site.urls),
    path("api/", include("helpdesk.api.urls")),
    path("", include("monitor.pages.urls")),
    path("", include("helpdesk.pages.urls")),
]

handler400 = "helpdesk.pages.frame.error_pages.unreadable"
handler403 = "helpdesk.pages.frame.error_pages.not_allowed"
handler404 = "helpdesk.pages.frame.error_pages.not_found"
handler500 = "helpdesk.pages.frame.error_pages.broken"
