"""The addresses of the helpdesk's pages; config mounts them at the root."""

from __future__ import annotations

from django.urls import path, register_converter

from helpdesk.pages.account import (
    login_pages,
    password_pages,
    profile_page,
    report_key_pages,
    second_factor_pages,
)
from helpdesk.pages.demo import demo_mail, demo_switch
from helpdesk.pages.desk import absence_page, mention_pages
from helpdesk.pages.drafts import draft_pages
from helpdesk.pages.frame import environment, login_here, shell
from helpdesk.pages.letters import mail_preview, outside_preview, written_mail
from helpdesk.pages.lists import (
    bulk_pages,
    next_ticket,
    saved_view_pages,
    search_page,
    ticket_list,
    unattended_ticket,
)
from helpdesk.pages.mail import blocked_senders, receipt_page
from helpdesk.pages.people import people_list, person_page, queue_pages, silence_page
from helpdesk.pages.setup import (
    held_deliveries,
    invitations,
    job_pages,
    mailbox_pages,
    sample_ticket,
    security_page,
    set_aside_mail,
    stores,
)
from helpdesk.pages.setup.consent import consent_pages
from helpdesk.pages.ticket import (
    answers_elsewhere,
    attached_files,
    files_to_send,
    new_ticket_page,
    ticket_actions,
    ticket_messages,
    ticket_page,
    ticket_presence,
)
from helpdesk.pages.ticket.answering import canned_choice, canned_pages, note_pages, topic_pages
from helpdesk.pages.ticket.belonging import ticket_merge, ticket_split
from helpdesk.pages.ticket.correspondents import outside_inquiry, third_party_answers
from helpdesk.pages.ticket.custody import custody_actions, snooze_form
from helpdesk.pages.ticket.customer import as_the_customer, customer_card


class Base36:
    """A number as allauth writes it in an address; a token that follows may have hyphens."""

    regex = "[0-9A-Za-z]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Base36, "base36")

LINK = "password/reset/key/<base36:uidb36>-<str:key>/"
TICKET = "tickets/<str:reference>/"

urlpatterns = [
    path("favicon.ico", shell.favicon, name="favicon"),
    path("login/", login_pages.Login.as_view(), name="login"),
    path("login/", login_pages.Login.as_view(), name="account_login"),
    path("login/here/", login_here.here, name="login-here"),
    path("login/code/", second_factor_pages.LoginCode.as_view(), name="mfa_authenticate"),
    path("confirmation/", second_factor_pages.ConfirmPassword.as_view(), name="account_reauthenticate"),
    path("confirmation/code/", second_factor_pages.ConfirmCode.as_view(), name="mfa_reauthenticate"),
    path("second-factor/", second_factor_pages.SecondFactor.as_view(), name="mfa_index"),
    path("second-factor/begin/", second_factor_pages.Activation.as_view(), name="mfa_activate_totp"),
    path("second-factor/end/", second_factor_pages.Deactivation.as_view(), name="mfa_deactivate_totp"),
    path("second-factor/codes/", second_factor_pages.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "second-factor/codes/new/",
        second_factor_pages.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("logout/", login_pages.Logout.as_view(), name="logout"),
    path("password/change/", password_pages.PasswordChange.as_view(), name="account_change_password"),
    path("password/reset/", password_pages.ask_for_link, name="account_reset_password"),
    path("password/reset/done/", password_pages.link_is_sent, name="account_reset_password_done"),
    path(LINK, password_pages.PasswordByLink.as_view(), name="account_reset_password_from_key"),
    path("sessions/", login_pages.Sessions.as_view(), name="usersessions_list"),
    path("sessions/<int:number>/ending/", login_pages.end_session, name="session-ending"),
    path("absence/", absence_page.absence, name="absence"),
    path("agents/<int:number>/absence/", absence_page.absence, name="agent-absence"),
    path("mentions/", mention_pages.index, name="mentions"),
    path("mentions/reading/", mention_pages.reading_of_all, name="mentions-reading"),
    path("mentions/<int:number>/reading/", mention_pages.reading, name="mention-reading"),
    path("preferences/", profile_page.preferences, name="preferences"),
    path("report-keys/", report_key_pages.index, name="report-keys"),
    path("report-keys/new/", report_key_pages.issue, name="new-report-key"),
    path("report-keys/<str:public_id>/revocation/", report_key_pages.revoke, name="report-key-revocation"),
    path("environment/", environment.switch, name="environment"),
    path("demo/", demo_switch.switch, name="demo"),
    path("demo/removal/", demo_switch.remove, name="demo-removal"),
    path("demo/mail/", demo_mail.index, name="demo-mail"),
    path("demo/mail/files/", demo_mail.bring, name="demo-mail-files"),
    path("demo/mail/<int:uid>/", demo_mail.show, name="demo-letter"),
    path("demo/mail/<int:uid>/markup/", demo_mail.markup, name="demo-letter-markup"),
    path("demo/mail/<int:uid>/original/", demo_mail.original, name="demo-letter-original"),
    path("pulse/", shell.pulse, name="pulse"),
    path("stores/", stores.index, name="stores"),
    path("stores/<int:number>/keys/", stores.issue_key, name="store-keys"),
    path("stores/test-ticket/", sample_ticket.open_test_ticket, name="test-ticket"),
    path("mailboxes/", mailbox_pages.index, name="mailboxes"),
    path("mailboxes/new/", mailbox_pages.add, name="new-mailbox"),
    path("mailboxes/<int:number>/", mailbox_pages.edit, name="mailbox"),
    path("mailboxes/consent/", consent_pages.answer, name="consent-answer"),
    path("mailboxes/<int:number>/consent/", consent_pages.ask, name="mailbox-consent"),
    path("mailboxes/<int:number>/trial/", mailbox_pages.try_both_ways, name="mailbox-trial"),
    path("mailboxes/<int:number>/history/", mailbox_pages.read_history, name="mailbox-history"),
    path("mailboxes/<int:number>/receipt/", receipt_page.receipt, name="mailbox-receipt"),
    path("mailboxes/<int:number>/removal/", mailbox_pages.remove, name="mailbox-removal"),
    path("attachments/<int:number>/", attached_files.download, name="attachment"),
    path("attachments/<int:number>/picture/", attached_files.picture, name="attachment-picture"),
    path("mail/", set_aside_mail.index, name="set-aside-mail"),
    path("mail/<int:number>/reading/", set_aside_mail.read_again, name="mail-reading"),
    path("mail/<int:number>/original/", set_aside_mail.original, name="mail-original"),
    path("mail/<int:number>/not-spam/", blocked_senders.not_spam, name="mail-not-spam"),
    path("mail/blocked/", blocked_senders.index, name="blocked-senders"),
    path("mail/blocked/<int:number>/", blocked_senders.show, name="blocked-sender"),
    path("mail/blocked/<int:number>/lifting/", blocked_senders.lift, name="block-lifting"),
    path("keys/<str:public_id>/revocation/", stores.revoke_key, name="key-revocation"),
    path("invitations/", invitations.invite, name="invitations"),
    path("invitations/<int:number>/revocation/", invitations.revoke, name="invitation-revocation"),
    path("invitations/<str:token>/", invitations.accept, name="invitation"),
    path("queues/", queue_pages.index, name="queues"),
    path("queues/new/", queue_pages.add, name="new-queue"),
    path("queues/<int:number>/", queue_pages.show, name="queue-settings"),
    path("queues/<int:number>/name/", queue_pages.rename, name="queue-name"),
    path("queues/<int:number>/merging/", queue_pages.merging, name="queue-merging"),
    path("queues/<int:number>/questions/", queue_pages.questions, name="queue-questions"),
    path("queues/<int:number>/silence/", silence_page.silence, name="queue-silence"),
    path("queues/<int:number>/retirement/", queue_pages.retirement, name="queue-retirement"),
    path("queues/<int:number>/removal/", queue_pages.removal, name="queue-removal"),
    path("people/", people_list.index, name="people"),
    path("people/<int:number>/", person_page.show, name="person"),
    path("people/<int:number>/place/", person_page.place, name="person-place"),
    path("people/<int:number>/administration/", person_page.administration, name="person-administration"),
    path("people/<int:number>/second-factor/", person_page.second_factor, name="person-second-factor"),
    path("people/<int:number>/activity/", person_page.activity, name="person-activity"),
    path("security/", security_page.show, name="security"),
    path("hold/", held_deliveries.hold, name="hold"),
    path("jobs/", job_pages.index, name="jobs"),
    path("jobs/<int:number>/", job_pages.show, name="job"),
    path("jobs/<int:number>/cancellation/", job_pages.cancel, name="job-cancellation"),
    path("jobs/<int:number>/errors.csv", job_pages.errors_csv, name="job-errors"),
    path("next/", next_ticket.take_next, name="next-ticket"),
    path("bulk/", bulk_pages.create, name="bulk"),
    path("bulk/<int:number>/", bulk_pages.show, name="bulk-act"),
    path("bulk/<int:number>/undo/", bulk_pages.undo, name="bulk-undo"),
    path("views/", saved_view_pages.create, name="saved-views"),
    path("views/<int:number>/name/", saved_view_pages.rename, name="saved-view-name"),
    path("views/<int:number>/removal/", saved_view_pages.remove, name="saved-view-removal"),
    path("views/<int:number>/restoration/", saved_view_pages.restore, name="saved-view-restoration"),
    path("search/", search_page.search, name="search"),
    path("next/<str:reference>/", unattended_ticket.offer, name="unattended-ticket"),
    path("tickets/", ticket_list.index, name="tickets"),
    path("tickets/new/", new_ticket_page.begin, name="new-ticket"),
    path("tickets/new/attachments/", files_to_send.upload_for_new_ticket, name="new-ticket-attachments"),
    path("notes/", note_pages.index, name="team-notes"),
    path("notes/<int:number>/", note_pages.change, name="team-note"),
    path("notes/<int:number>/removal/", note_pages.remove, name="team-note-removal"),
    path("notes/<int:number>/restoration/", note_pages.bring_back, name="team-note-restoration"),
    path(f"{TICKET}similar/", note_pages.like, name="ticket-similar"),
    path(f"{TICKET}notes/<int:number>/", note_pages.use, name="ticket-note"),
    path(f"{TICKET}messages/<int:number>/note/", note_pages.keep, name="message-note"),
    path("topics/", topic_pages.index, name="topics"),
    path("topics/<int:number>/retirement/", topic_pages.retire, name="topic-retirement"),
    path("stores/<int:number>/topics/", topic_pages.add, name="store-topics"),
    path(f"{TICKET}topic/", topic_pages.topic, name="ticket-topic"),
    path("canned/", canned_pages.index, name="canned-replies"),
    path("canned/new/", canned_pages.write, name="canned-reply-new"),
    path("canned/<int:number>/", canned_pages.change, name="canned-reply"),
    path("canned/<int:number>/removal/", canned_pages.remove, name="canned-reply-removal"),
    path("canned/<int:number>/restoration/", canned_pages.bring_back, name="canned-reply-restoration"),
    path(f"{TICKET}canned/", canned_choice.choose, name="ticket-canned"),
    path("tickets/new/draft/", draft_pages.save_new, name="new-ticket-draft"),
    path(TICKET, ticket_page.show, name="ticket"),
    path(f"{TICKET}colleagues/", mention_pages.colleagues, name="ticket-colleagues"),
    path(f"{TICKET}as-the-customer/", as_the_customer.show, name="ticket-as-the-customer"),
    path(f"{TICKET}customer-card/", customer_card.show, name="ticket-customer-card"),
    path(f"{TICKET}drafts/<int:number>/holder/", draft_pages.take_over, name="ticket-draft-holder"),
    path(f"{TICKET}drafts/composer/removal/", draft_pages.discard, name="ticket-draft-removal"),
    path(f"{TICKET}drafts/<str:kind>/", draft_pages.save, name="ticket-draft"),
    path(f"{TICKET}messages/", ticket_messages.create, name="ticket-messages"),
    path(f"{TICKET}attachments/", files_to_send.upload, name="ticket-attachments"),
    path(f"{TICKET}answers/", answers_elsewhere.create, name="ticket-answers"),
    path(f"{TICKET}inquiries/", outside_inquiry.create, name="ticket-inquiries"),
    path(f"{TICKET}inquiries/preview/", outside_preview.inquiry, name="ticket-inquiry-preview"),
    path(f"{TICKET}messages/earlier/", ticket_page.earlier, name="ticket-earlier-messages"),
    path(f"{TICKET}messages/copies/", ticket_messages.copies, name="ticket-message-copies"),
    path(
        f"{TICKET}messages/<int:number>/answer/", third_party_answers.answer, name="ticket-third-party-answer"
    ),
    path(f"{TICKET}messages/<int:number>/author/", third_party_answers.count, name="ticket-message-author"),
    path(
        f"{TICKET}messages/<int:number>/answer/copies/",
        third_party_answers.copies,
        name="ticket-third-party-copies",
    ),
    path(
        f"{TICKET}messages/<int:number>/answer/draft/",
        draft_pages.save_outside,
        name="ticket-third-party-draft",
    ),
    path(
        f"{TICKET}messages/<int:number>/answer/preview/",
        outside_preview.answer,
        name="ticket-third-party-preview",
    ),
    path(f"{TICKET}held/<int:number>/", ticket_messages.take_back, name="ticket-held-reply"),
    path(f"{TICKET}messages/newer/", ticket_messages.newer, name="ticket-newer-messages"),
    path(f"{TICKET}messages/preview/", mail_preview.show, name="ticket-message-preview"),
    path(f"{TICKET}messages/<int:number>/markup/", written_mail.show, name="message-markup"),
    path(f"{TICKET}presence/", ticket_presence.show, name="ticket-presence"),
    path(f"{TICKET}acknowledgement/", ticket_actions.acknowledgement, name="ticket-acknowledgement"),
    path(f"{TICKET}assignee/", ticket_actions.assignee, name="ticket-assignee"),
    path(f"{TICKET}snooze/", snooze_form.snooze, name="ticket-snooze"),
    path(f"{TICKET}claim/", custody_actions.claim, name="ticket-claim"),
    path(f"{TICKET}customer/", ticket_actions.customer, name="ticket-customer"),
    path(f"{TICKET}status/", ticket_actions.status, name="ticket-status"),
    path(f"{TICKET}priority/", ticket_actions.priority, name="ticket-priority"),
    path(f"{TICKET}queue/", ticket_actions.queue, name="ticket-queue"),
    path(f"{TICKET}tags/", ticket_actions.tags, name="ticket-tags"),
    path(f"{TICKET}no-reply-needed/", ticket_actions.no_reply_needed, name="ticket-no-reply-needed"),
    path(f"{TICKET}splitting/", ticket_split.show, name="ticket-splitting"),
    path(f"{TICKET}merging/", ticket_merge.preview, name="ticket-merging"),
    path(f"{TICKET}merged-into/", ticket_merge.merged_into, name="ticket-merged-into"),
    path(f"{TICKET}undo/", ticket_actions.undo_last, name="ticket-undo"),
    path(f"{TICKET}removal/", ticket_actions.removal, name="ticket-removal"),
]
