"""Tickets and what is said on them."""

from helpdesk.models.agent import AfterSending, Agent, Invitation, Theme
from helpdesk.models.author import Author
from helpdesk.models.customer import Customer
from helpdesk.models.delivery import DatabaseHome, Delivery, DeliveryAddress, DeliveryItem, WayOut
from helpdesk.models.demo import DemoShop
from helpdesk.models.desk.absence import Absence
from helpdesk.models.desk.canned_reply import CannedReply, CannedText
from helpdesk.models.desk.draft import Draft, DraftKind
from helpdesk.models.desk.mention import Mention
from helpdesk.models.desk.reading import Reading
from helpdesk.models.desk.snooze import Snooze
from helpdesk.models.desk.store_topic import StoreTopic
from helpdesk.models.desk.team_note import TeamNote
from helpdesk.models.event import EventKind, TicketEvent
from helpdesk.models.files.attachment import Attachment, LeftOut
from helpdesk.models.job import Job, JobError
from helpdesk.models.keys.api_key import ApiKey, Scope
from helpdesk.models.keys.report_key import ReportKey
from helpdesk.models.mail.erased_mail import ErasedMail
from helpdesk.models.mail.held_reply import HeldReply
from helpdesk.models.mail.inquiry import Inquiry
from helpdesk.models.mail.line_security import LineSecurity
from helpdesk.models.mail.mail_trouble import MailTrouble, TroubleKind
from helpdesk.models.mail.mailbox import Mailbox, MailboxMode
from helpdesk.models.mail.mailbox_consent import MailboxConsent, SignIn
from helpdesk.models.mail.mailbox_folder import MailboxFolder
from helpdesk.models.mail.mailbox_history import MailboxHistory
from helpdesk.models.mail.mailed_reply import Leaving, MailedReply
from helpdesk.models.mail.message_markup import MessageMarkup
from helpdesk.models.mail.message_party import MessageParty, PartyRole
from helpdesk.models.mail.raw_mail import MailId, MailOutcome, RawMail, RawMailBytes
from helpdesk.models.mail.receipt import Receipt
from helpdesk.models.mail.sender_block import SenderBlock
from helpdesk.models.message import Message, Way
from helpdesk.models.queue import Membership, Queue, Role
from helpdesk.models.request import IdempotentRequest, RefusedRequest
from helpdesk.models.search.saved_view import SavedView
from helpdesk.models.search.search_row import SearchProgress, SearchRow
from helpdesk.models.security import GuessCount, SecurityEvent, SecurityEventKind
from helpdesk.models.store import Environment, Store
from helpdesk.models.ticket import LIVE_STATUSES, Priority, Status, Ticket
from helpdesk.models.webhooks.webhook_fact import WebhookFact
from helpdesk.models.webhooks.webhook_subscription import WebhookKind, WebhookSubscription

__all__ = [
    "LIVE_STATUSES",
    "Absence",
    "AfterSending",
    "Agent",
    "ApiKey",
    "Attachment",
    "Author",
    "CannedReply",
    "CannedText",
    "Customer",
    "DatabaseHome",
    "Delivery",
    "DeliveryAddress",
    "DeliveryItem",
    "DemoShop",
    "Draft",
    "DraftKind",
    "Environment",
    "ErasedMail",
    "EventKind",
    "GuessCount",
    "HeldReply",
    "IdempotentRequest",
    "Inquiry",
    "Invitation",
    "Job",
    "JobError",
    "Leaving",
    "LeftOut",
    "LineSecurity",
    "MailId",
    "MailOutcome",
    "MailTrouble",
    "Mailbox",
    "MailboxConsent",
    "MailboxFolder",
    "MailboxHistory",
    "MailboxMode",
    "MailedReply",
    "Membership",
    "Mention",
    "Message",
    "MessageMarkup",
    "MessageParty",
    "PartyRole",
    "Priority",
    "Queue",
    "RawMail",
    "RawMailBytes",
    "Reading",
    "Receipt",
    "RefusedRequest",
    "ReportKey",
    "Role",
    "SavedView",
    "Scope",
    "SearchProgress",
    "SearchRow",
    "SecurityEvent",
    "SecurityEventKind",
    "SenderBlock",
    "SignIn",
    "Snooze",
    "Status",
    "Store",
    "StoreTopic",
    "TeamNote",
    "Theme",
    "Ticket",
    "TicketEvent",
    "TroubleKind",
    "Way",
    "WayOut",
    "WebhookFact",
    "WebhookKind",
    "WebhookSubscription",
]
