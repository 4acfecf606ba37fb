"""Dovecot and Postfix let us in by a token that they ask its provider about, and say so where they do not."""

from __future__ import annotations

import pytest

from helpdesk.mail.servers import server_trial
from helpdesk.mail.servers.server_trial import WayTrial
from helpdesk.secrets import key_ring
from tests.servers.dovecot import PASSWORD
from tests.servers.scene import Scene

pytestmark = [pytest.mark.postfix, pytest.mark.dovecot, pytest.mark.django_db]


def tried(scene: Scene) -> list[WayTrial | None]:
    scene.mailbox.refresh_from_db()
    ways = (server_trial.try_reading, server_trial.try_sending)
    return [way(scene.mailbox, now=scene.at(0)) for way in ways]


def test_a_token_lets_in_both_ways(scene: Scene) -> None:
    scene.consent()

    assert tried(scene) == [WayTrial(mails={"INBOX": 0}), WayTrial()]


def test_a_token_that_is_worth_nothing_is_refused_by_both_in_their_own_words(scene: Scene) -> None:
    scene.consent()
    scene.office.provider.access_token = "another"
    address = scene.mailbox.address
    read, sent = tried(scene)

    assert read is not None
    assert f"does not let “{address}” in by the consent of {address}" in read.wrong
    assert "[AUTHENTICATIONFAILED]" in read.wrong
    assert sent == WayTrial()  # by then another token had been asked for
    assert tried(scene) == [WayTrial(mails={"INBOX": 0}), WayTrial()]


@pytest.mark.parametrize("password", [PASSWORD, "சொல்"])
def test_a_password_is_told_from_a_wrong_one_in_any_script(scene: Scene, password: str) -> None:
    sealed = key_ring.seal(password)
    scene.change(imap_password=sealed, smtp_password=sealed)
    read, sent = tried(scene)

    assert read is not None
    assert sent is not None
    right = password == PASSWORD
    assert (read.wrong == "", sent.wrong == "") == (right, right)
    assert right or ("refuses the login" in read.wrong and "refuses the login" in sent.wrong)
