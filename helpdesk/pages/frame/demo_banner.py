"""The banner that says: this is a demo."""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from helpdesk.demo.post import demo_mailbox
from helpdesk.models import Agent, DemoShop, Environment
from helpdesk.pages.frame import environment


def banner(request: HttpRequest) -> SafeString:
    """Return the demo's banner with its switch, or nothing outside the demo."""
    if environment.current(request) != Environment.DEMO:
        return SafeString()
    shop = DemoShop.objects.select_related("store").first()
    agent = request.user if isinstance(request.user, Agent) else None
    # Not with the request: its context asks for banners again.
    context = {
        "shop": shop,
        "may_switch": agent is not None and shop is not None and may_switch(agent, shop),
        "has_mail": agent is not None and demo_mailbox.is_open_to(agent),
        "csrf_token": get_token(request),
    }
    return render_to_string("helpdesk/parts/demo_banner.html", context)


def may_switch(agent: Agent, shop: DemoShop) -> bool:
    """Whether the agent oversees the demo shop's queue."""
    return (
        agent.memberships.filter(queue=shop.store.default_queue_id, role="overseer").exists()
        or agent.is_admin
    )
