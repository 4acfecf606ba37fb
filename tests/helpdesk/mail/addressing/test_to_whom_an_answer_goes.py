"""To whom an answer goes: by the mail that is answered, for whatever that says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.conversation.recipients import MOST_RECIPIENTS, Recipient
from helpdesk.mail.addressing.answer_recipients import AnsweredMail, answering_all, answering_outside

JON, ANN, EVE = (Recipient(f"{name}@home.example", name.title()) for name in ("jon", "ann", "eve"))
HELP, HELP_TOO = Recipient("help@shop.example", "Shop"), Recipient("returns@shop.example")
ROBOT = Recipient("no-reply@courier.example")
OURS = {HELP.address, HELP_TOO.address}

NAMES = st.sampled_from(["", "Ann", "ann, of\r\nBcc: x", "\u202e"])
ADDRESSES = st.sampled_from(
    ["a@x.example", "A@X.example", "b@x.example", "c@y.example", "help@shop.example", "noreply@z.example",
     "jörg@x.example", "mailer-daemon@x.example", "d@bücher.example"]
)  # fmt: skip
PEOPLE = st.builds(Recipient, ADDRESSES, NAMES)
MAILS = st.builds(
    AnsweredMail,
    st.one_of(st.none(), PEOPLE),
    st.lists(PEOPLE, max_size=30).map(tuple),
    st.lists(PEOPLE, max_size=30).map(tuple),
)


def test_whoever_else_was_written_to_gets_a_copy_and_we_do_not() -> None:
    mail = AnsweredMail(JON, to=(HELP, ANN), cc=(EVE, HELP_TOO))

    found = answering_all(mail, to=JON, ours=OURS)

    assert (found.to, found.cc) == ((JON,), (ANN, EVE))


def test_our_own_mail_is_answered_to_whom_it_went() -> None:
    found = answering_all(AnsweredMail(None, to=(JON,), cc=(ANN,)), to=JON, ours=OURS)

    assert (found.to, found.cc) == ((JON,), (ANN,))


def test_a_customer_who_wrote_from_another_address_gets_the_answer_there_too() -> None:
    found = answering_all(AnsweredMail(EVE, to=(HELP,)), to=JON, ours=OURS)

    assert (found.to, found.cc) == ((JON,), (EVE,))


def test_no_machine_gets_a_copy() -> None:
    found = answering_all(AnsweredMail(JON, to=(HELP,), cc=(ROBOT, ANN)), to=JON, ours=OURS)

    assert found.cc == (ANN,)


def test_a_third_party_is_answered_without_the_customer() -> None:
    found = answering_outside(AnsweredMail(ANN, to=(HELP, JON), cc=(EVE,)), customer=JON, ours=OURS)

    assert found is not None
    assert (found.to, found.cc) == ((ANN,), (EVE,))


def test_of_a_crowd_the_first_so_many_get_one() -> None:
    crowd = tuple(Recipient(f"c{number}@x.example") for number in range(100))
    found = answering_all(AnsweredMail(JON, cc=crowd), to=JON, ours=OURS)

    assert [*found] == [JON, *crowd[: MOST_RECIPIENTS - 1]]


@given(MAILS, PEOPLE)
def test_whatever_a_mail_says_each_gets_one_and_none_of_us(mail: AnsweredMail, to: Recipient) -> None:
    found = answering_all(mail, to=to, ours=OURS)

    keys = [each.key for each in found]
    assert found.to == (to,)
    assert len(set(keys)) == len(keys) <= MOST_RECIPIENTS
    assert not {each.address for each in found.cc} & (OURS | {"noreply@z.example", "jörg@x.example"})
    assert set(found.cc) <= set(mail)


@given(MAILS, PEOPLE)
def test_whatever_a_mail_says_nobody_is_left_out(mail: AnsweredMail, to: Recipient) -> None:
    found = answering_all(mail, to=to, ours=OURS)

    people = {"a@x.example", "b@x.example", "c@y.example", "d@bücher.example"}
    assert {each.key for each in mail if each.key in people} <= {each.key for each in found}
    assert [*found.cc] == sorted(found.cc, key=[*mail].index)


@given(MAILS, PEOPLE)
def test_whatever_a_mail_says_to_answer_the_answer_adds_nobody(mail: AnsweredMail, to: Recipient) -> None:
    found = answering_all(mail, to=to, ours=OURS)

    assert answering_all(AnsweredMail(None, found.to, found.cc), to=to, ours=OURS) == found


@given(MAILS, PEOPLE)
def test_whatever_a_third_party_s_mail_says_the_customer_is_never_added(
    mail: AnsweredMail, customer: Recipient
) -> None:
    found = answering_outside(mail, customer=customer, ours=OURS)

    if mail.sender is None:
        assert found is None
    else:
        assert found is not None
        assert found.to == (mail.sender,)
        assert customer.key not in {each.key for each in found.cc}


@pytest.mark.parametrize("ours", [set(), OURS])
def test_nothing_said_is_to_whom_it_has_to_be_alone(ours: set[str]) -> None:
    assert [*answering_all(AnsweredMail(), to=JON, ours=ours)] == [JON]
