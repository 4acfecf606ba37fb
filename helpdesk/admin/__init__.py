"""Django's admin: what is set up is edited here, what happened is only looked at."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from helpdesk.admin import history_admin, outbox_admin, shop_admin, staff_admin, webhook_admin

__all__ = ["history_admin", "outbox_admin", "shop_admin", "staff_admin", "webhook_admin"]

for of_others in (Group, EmailAddress, UserSession):
    admin.site.unregister(of_others)
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one way in for all
admin.site.site_header = admin.site.site_title = _("Attend: administration")
