"""The addresses of the helpdesk's pages; config mounts them at the root."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from helpdesk.pages.frame import environment, shell
from helpdesk.pages.lists import next_ticket, ticket_list
from helpdesk.pages.setup import account, demo_switch, invitations, sample_ticket, stores
from helpdesk.pages.ticket import answer, ticket_actions, ticket_page

TICKET = "tickets/<str:reference>/"

urlpatterns = [
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("preferences/", account.preferences, name="preferences"),
    path("environment/", environment.switch, name="environment"),
    path("demo/", demo_switch.switch, name="demo"),
    path("demo/wipe/", demo_switch.wipe, name="wipe-demo"),
    path("pulse/", shell.pulse, name="pulse"),
    path("stores/", stores.index, name="stores"),
    path("stores/new/", stores.create, name="new-store"),
    path("stores/<int:number>/keys/", stores.issue_key, name="issue-key"),
    path("stores/test-ticket/", sample_ticket.open_test_ticket, name="test-ticket"),
    path("keys/<str:public_id>/revocation/", stores.revoke_key, name="revoke-key"),
    path("invitations/", invitations.invite, name="invite"),
    path("invitations/<str:token>/", invitations.accept, name="accept-invitation"),
    path("next/", next_ticket.take_next, name="take-next"),
    path("tickets/", ticket_list.index, name="tickets"),
    path(TICKET, ticket_page.show, name="ticket"),
    path(f"{TICKET}newer/", ticket_page.newer, name="newer"),
    path(f"{TICKET}reply/", answer.send, name="reply"),
    path(f"{TICKET}acknowledge/", ticket_actions.acknowledge, name="acknowledge"),
    path(f"{TICKET}claim/", ticket_actions.claim, name="claim"),
    path(f"{TICKET}unassign/", ticket_actions.unassign, name="unassign"),
    path(f"{TICKET}assign/", ticket_actions.assign, name="assign"),
    path(f"{TICKET}status/", ticket_actions.set_status, name="status"),
    path(f"{TICKET}priority/", ticket_actions.change_priority, name="priority"),
    path(f"{TICKET}queue/", ticket_actions.change_queue, name="move"),
    path(f"{TICKET}tags/", ticket_actions.change_tags, name="tags"),
    path(f"{TICKET}no-reply-needed/", ticket_actions.mark_no_reply_needed, name="no-reply-needed"),
    path(f"{TICKET}resolve/", ticket_actions.resolve, name="resolve"),
    path(f"{TICKET}reopen/", ticket_actions.reopen, name="reopen"),
    path(f"{TICKET}merge/", ticket_actions.merge, name="merge"),
    path(f"{TICKET}spam/", ticket_actions.mark_spam, name="spam"),
    path(f"{TICKET}delete/", ticket_actions.delete, name="delete"),
    path(f"{TICKET}restore/", ticket_actions.restore, name="restore"),
]
