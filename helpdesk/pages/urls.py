"""The addresses of the helpdesk's pages; config mounts them at the root."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from helpdesk.pages import (
    answering,
    deeds,
    demo,
    invitations,
    session,
    stores,
    taking,
    ticket,
    tickets,
    trying,
)
from helpdesk.pages.frame import environment, shell

TICKET = "tickets/<str:reference>/"

urlpatterns = [
    path("login/", session.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("preferences/", session.preferences, name="preferences"),
    path("environment/", environment.switch, name="environment"),
    path("demo/", demo.switch, name="demo"),
    path("demo/wipe/", demo.wipe, name="wipe-demo"),
    path("pulse/", shell.pulse, name="pulse"),
    path("stores/", stores.index, name="stores"),
    path("stores/new/", stores.create, name="new-store"),
    path("stores/<int:number>/keys/", stores.issue_key, name="issue-key"),
    path("stores/test-ticket/", trying.open_test_ticket, name="test-ticket"),
    path("keys/<str:public_id>/revocation/", stores.revoke_key, name="revoke-key"),
    path("invitations/", invitations.invite, name="invite"),
    path("invitations/<str:token>/", invitations.accept, name="accept-invitation"),
    path("next/", taking.take_next, name="take-next"),
    path("tickets/", tickets.index, name="tickets"),
    path(TICKET, ticket.show, name="ticket"),
    path(f"{TICKET}newer/", ticket.newer, name="newer"),
    path(f"{TICKET}reply/", answering.send, name="reply"),
    path(f"{TICKET}acknowledge/", deeds.acknowledge, name="acknowledge"),
    path(f"{TICKET}claim/", deeds.claim, name="claim"),
    path(f"{TICKET}unassign/", deeds.unassign, name="unassign"),
    path(f"{TICKET}assign/", deeds.assign, name="assign"),
    path(f"{TICKET}status/", deeds.set_status, name="status"),
    path(f"{TICKET}priority/", deeds.change_priority, name="priority"),
    path(f"{TICKET}queue/", deeds.change_queue, name="move"),
    path(f"{TICKET}tags/", deeds.change_tags, name="tags"),
    path(f"{TICKET}no-reply-needed/", deeds.mark_no_reply_needed, name="no-reply-needed"),
    path(f"{TICKET}resolve/", deeds.resolve, name="resolve"),
    path(f"{TICKET}reopen/", deeds.reopen, name="reopen"),
    path(f"{TICKET}merge/", deeds.merge, name="merge"),
    path(f"{TICKET}spam/", deeds.mark_spam, name="spam"),
    path(f"{TICKET}delete/", deeds.delete, name="delete"),
    path(f"{TICKET}restore/", deeds.restore, name="restore"),
]
