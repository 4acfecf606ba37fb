"""Reasons in words: what one is called, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from monitor.opinion.difference import Reason

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class ReasonWords(NamedTuple):
    """A reason's name, and the sentence that explains it."""

    name: _StrPromise
    meaning: _StrPromise


REASON_WORDS: Final[dict[Reason, ReasonWords]] = {
    Reason.DELETED: ReasonWords(
        _("Deleted or spam"),
        _("The ticket was deleted there, or taken for spam: nobody is owed an answer to it."),
    ),
    Reason.NOT_VISIBLE: ReasonWords(
        _("Not visible to the token"),
        _("Whoever let us in may not read what was said on it, so that nothing can be counted."),
    ),
    Reason.COMMENTS_LEFT_OUT: ReasonWords(
        _("Comments missing"),
        _("The export has the ticket without its comments, so that nothing can be counted."),
    ),
    Reason.FIGURE_NOT_TOLD: ReasonWords(
        _("Their figure missing"), _("The export has no first reply time of theirs for this ticket.")
    ),
    Reason.MERGED: ReasonWords(
        _("Merged"), _("The ticket was merged into another, where the customer went on waiting.")
    ),
    Reason.SIDE_CONVERSATION: ReasonWords(
        _("Said to somebody else"),
        _("It was said aside, to somebody who was asked for help: the customer has not read it."),
    ),
    Reason.CAMPAIGN: ReasonWords(
        _("Begun by a program"),
        _(
            "A program wrote first, as in a mailing. They count from then, we from the first message by a person."
        ),
    ),
    Reason.AGENT_STARTED: ReasonWords(
        _("Begun by an agent"),
        _(
            "An agent wrote first. They may count up to another answer; nobody had asked anything that we could count."
        ),
    ),
    Reason.ON_BEHALF_NOTE: ReasonWords(
        _("Taken down by an agent"),
        _(
            "An agent opened it with an internal note. They count from then, we from the customer's first message."
        ),
    ),
    Reason.CLOSED_SILENTLY: ReasonWords(
        _("Closed without an answer"),
        _(
            "It was closed and nobody had answered. Their average leaves it out; we count it as never answered."
        ),
    ),
    Reason.STILL_WAITING: ReasonWords(
        _("Still waiting"),
        _(
            "Nobody has answered yet. Their average leaves it out; we count how long the customer has waited so far."
        ),
    ),
    Reason.TIME_ZONE: ReasonWords(
        _("Another time zone"),
        _("An instant is told without its zone, and lies as far from the first message as zones are apart."),
    ),
    Reason.IMPORTED_BACKDATED: ReasonWords(
        _("Brought in from elsewhere"),
        _("What was said is older than the ticket, from whose making they count."),
    ),
    Reason.SENDING_FAILED: ReasonWords(
        _("An answer that did not arrive"),
        _("Their clock stopped at an answer that could not be sent; ours waits for one that could."),
    ),
    Reason.SURVEY: ReasonWords(
        _("A survey counted"),
        _("Their clock stopped at a question, or an answer, about how content the customer is."),
    ),
    Reason.RULE_COUNTED: ReasonWords(
        _("A rule's answer counted"),
        _("Their clock stopped at a message that a rule had written; ours waits for a person."),
    ),
    Reason.BOT_COUNTED: ReasonWords(
        _("A program's answer counted"),
        _("Their clock stopped at a message by a bot; ours waits for a person."),
    ),
    Reason.MADE_PRIVATE: ReasonWords(
        _("Made private later"),
        _("Their clock stopped at a comment that was changed since, and that the customer cannot read now."),
    ),
    Reason.PRIVATE_NOTE_COUNTED: ReasonWords(
        _("An internal note counted"), _("Their clock stopped at a comment that the customer cannot read.")
    ),
    Reason.NOT_KNOWN_AS_STAFF: ReasonWords(
        _("Answered by somebody unknown"),
        _(
            "Their clock stopped at a comment by somebody who is neither the customer nor known to work there today: "
            "not every export tells who does."
        ),
    ),
    Reason.COPIED_PERSON: ReasonWords(
        _("Asked by somebody else"),
        _(
            "Both end at one answer. They count from the making of the ticket, we from somebody else's first message."
        ),
    ),
    Reason.CUSTOMER_CAME_LATER: ReasonWords(
        _("Another beginning"),
        _(
            "Both end at one answer. They count from the making of the ticket, we from the customer's first message."
        ),
    ),
    Reason.COUNTED_FROM_BOT: ReasonWords(
        _("Counted from a program's message"),
        _("Both end at one answer. They count from a message by a program, we from when the customer asked."),
    ),
    Reason.OPEN_HOURS_COUNTED: ReasonWords(
        _("Open hours counted"),
        _(
            "What they call time by the clock on the wall is what we count as open: nights and weekends are left out."
        ),
    ),
    Reason.MERGED_HERE: ReasonWords(
        _("Another ticket merged into it"),
        _("A ticket was merged into it. They may count what was said there before."),
    ),
    Reason.LIVE_SESSION: ReasonWords(
        _("A chat"), _("It was a live conversation, of which they count parts together.")
    ),
    Reason.TICKET_SHARING: ReasonWords(
        _("Shared with another account"), _("Comments of the other account do not count for them.")
    ),
    Reason.REOPENED: ReasonWords(
        _("Counted after reopening"),
        _("The ticket was reopened, and their clock stopped at an answer after that."),
    ),
    Reason.LATER_REPLY_COUNTED: ReasonWords(
        _("A later answer counted"),
        _("Their clock stopped at a later answer by an agent than the first one."),
    ),
    Reason.FIGURE_IS_OLDER: ReasonWords(
        _("Their figure is older"), _("It was read before the answer was given.")
    ),
    Reason.ANOTHER_SCHEDULE: ReasonWords(
        _("Another schedule"),
        _("Both agree on the time by the clock on the wall, and count different hours of it as open."),
    ),
    Reason.UNEXPLAINED: ReasonWords(_("Not explained"), _("None of the reasons fits: look at the ticket.")),
}
