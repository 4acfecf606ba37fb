"""What is said later in a conversation fits what was asked, in every language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpdesk.conversation.answers import AfterReply
from helpdesk.demo.english import ENGLISH
from helpdesk.demo.grammar import fill
from helpdesk.demo.hebrew import HEBREW
from helpdesk.demo.six_weeks import HAIFA, MADURAI, MAIN, PastTrade, six_weeks
from helpdesk.demo.tamil import TAMIL
from helpdesk.demo.topic import CounterQuestion, Language, Turns
from helpdesk.history.conversation_writer import PastConversation
from helpdesk.history.past_facts import AgentReplied, CustomerWrote, NoteWritten
from helpdesk.models import Agent

UNTIL = datetime(2026, 11, 26, 17, 40, tzinfo=UTC)
LANGUAGES = {language.code: language for language in (ENGLISH, TAMIL, HEBREW)}


@pytest.mark.parametrize("trade", [MAIN, MADURAI, HAIFA], ids=["main", "madurai", "haifa"])
def test_every_counter_question_complaint_and_note_fits_what_was_asked(trade: PastTrade) -> None:
    asked_back = complained = noted = 0
    for one in six_weeks(trade, until=UNTIL, name="talk", staff=[Agent(pk=1)]):
        turns, tags = LANGUAGES[one.opening.customer.locale or ""].turns, set(one.opening.tags)
        written = [fact.body for fact in one.facts if isinstance(fact, CustomerWrote)]
        for question in _asked_back(one, turns):
            asked_back += 1
            assert question.tags & tags
            assert set(written) <= {question.told}
        for remark in turns.not_solved:
            complained += remark.body in written
            assert remark.body not in written or remark.tags & tags
        for note in [fact.body for fact in one.facts if isinstance(fact, NoteWritten)]:
            noted += 1
            assert any(each.body == note and each.tags & tags for each in turns.note)

    assert min(asked_back, complained, noted) > 0


def _asked_back(one: PastConversation, turns: Turns) -> list[CounterQuestion]:
    """Return the question after which the agent waited, found by its words without the name."""
    said = [
        fact.body for fact in one.facts if isinstance(fact, AgentReplied) and fact.then == AfterReply.WAIT
    ]
    found = [each for body in said for each in turns.asks_back if body.endswith(each.body.split("{name}")[1])]
    assert len(found) == len(said)
    return found


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=list(LANGUAGES))
def test_every_remark_is_about_something_that_is_asked(language: Language) -> None:
    asked = {tag for topic in language.topics for tag in topic.tags}

    for remark in (*language.turns.asks_back, *language.turns.not_solved, *language.turns.note):
        assert remark.tags
        assert remark.tags <= asked
        assert "{" not in fill(remark.body, "name")
