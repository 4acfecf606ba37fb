"""What the demo's people have written down for each other: canned replies, team notes, and topics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from helpdesk.conversation.canned import canned_replies
from helpdesk.conversation.canned.canned_replies import WrittenReply
from helpdesk.conversation.team_notes import team_notes
from helpdesk.conversation.team_notes.team_notes import WrittenNote
from helpdesk.models import Agent, CannedReply, Queue, Store, StoreTopic, TeamNote

TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("Delivery", "Damaged", "Exchange", "Refund", "Before buying"),
    "he": ("משלוח", "פגום", "החלפה", "החזר", "לפני הקנייה"),
    "ta": ("டெலிவரி", "சேதம்", "மாற்றம்", "பணம் திரும்ப", "வாங்கும் முன்"),
}
"""By the language of the store."""

REPLIES: Final = (
    (
        "On its way",
        {
            "en": "Hello {{customer.first_name}},\n\nyour parcel of order {{order.id}} is on its way and should be with you on ___. I keep an eye on it, and write again if anything changes.\n\n{{agent.first_name}}",
            "he": "שלום {{customer.first_name}},\n\nהחבילה של הזמנה {{order.id}} בדרך ותגיע עד ___. נכתוב שוב אם משהו ישתנה.\n\n{{agent.first_name}}",
            "ta": "வணக்கம் {{customer.first_name}},\n\nஆர்டர் {{order.id}} பார்சல் வழியில் உள்ளது; ___ அன்று வந்து சேரும். ஏதாவது மாறினால் மீண்டும் எழுதுகிறோம்.\n\n{{agent.first_name}}",
        },
        (),
    ),
    (
        "Refund sent",
        {
            "en": "Hello {{customer.first_name}},\n\nI have refunded ___ for order {{order.id}} today. Banks take two to five days to show it. I am sorry that it came to this, and thank you for telling us.\n\n{{agent.first_name}}",
            "he": "שלום {{customer.first_name}},\n\nהיום החזרנו ___ עבור הזמנה {{order.id}}. בבנק זה נראה תוך יומיים עד חמישה ימים. מצטערים, ותודה שכתבת לנו.\n\n{{agent.first_name}}",
        },
        ("tag:refund",),
    ),
    (
        "I am looking into it",
        {
            "en": "Hello {{customer.first_name}},\n\nI have read your message and am finding out what happened. You hear from me by ___ at the latest, also if I know no more by then.\n\n{{agent.first_name}}",
            "ta": "வணக்கம் {{customer.first_name}},\n\nஉங்கள் செய்தியைப் படித்தேன்; என்ன நடந்தது என்று பார்க்கிறேன். ___ மணிக்குள் மீண்டும் எழுதுகிறேன்.\n\n{{agent.first_name}}",
        },
        (),
    ),
)
"""A name, what it says by language, and what is done besides."""

HOLDING: Final = frozenset({"I am looking into it"})
"""Those of them that say no more than that the question was seen."""

NOTES: Final = (
    (
        "Marked as delivered, and not there",
        "Ask the carrier for the photo of the delivery before anything else, and say so to the customer. Where it is a present or needed by a day, send a second one at once: we may decide that by ourselves.",
    ),
    (
        "Who pays the postage of an exchange",
        "We do, whenever the mistake is ours, and nobody has to prove it. Where they have changed their mind, the way back is theirs and the way out is ours.",
    ),
)


def write_down(queue: Queue, *, by: Agent, now: datetime) -> None:
    """Give a queue its replies, notes and topics; whatever was kept there already stays as it is, and alone."""
    if not CannedReply.objects.filter(queue=queue).exists():
        for name, texts, actions in REPLIES:
            kept = WrittenReply(name, queue, texts, actions=actions, holding=name in HOLDING)
            canned_replies.keep(kept, by=by)
    if not TeamNote.objects.filter(queue=queue).exists():
        for title, body in NOTES:
            team_notes.keep(WrittenNote(title, body, queue, None), by=by, now=now)
    for store in Store.objects.filter(default_queue=queue, topics=None):
        StoreTopic.objects.bulk_create(StoreTopic(store=store, name=name) for name in TOPICS[store.locale])
