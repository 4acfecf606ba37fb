"""Files that come by mail are on the message that it becomes, and none holds it up."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.storage import default_storage

from helpdesk.attachments import file_sweep
from helpdesk.attachments.lasting_files import LastingFiles
from helpdesk.mail.filing import mail_turn
from helpdesk.models import Attachment, LeftOut, MailOutcome, RawMail, Store
from helpdesk.models.files.attachment import ON_ITS_WAY_FOR
from helpdesk.models.mail.raw_mail import MailReason
from tests.helpdesk.mail.filing.post import MIRA, SECOND, bring, file_all, mail, post
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 10


def with_files(*files: tuple[str, bytes], by: str = "jon@example.com", mid: str = "one@example.com") -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = by, "help@shop.example", "Broken"
    letter["Message-ID"], letter["Date"] = f"<{mid}>", "Mon, 09 Mar 2026 15:00:00 +0000"
    letter.set_content("See the files.")
    for name, content in files:
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter.as_bytes()


def files_of(kept: RawMail) -> list[Attachment]:
    assert kept.message is not None
    return list(kept.message.attachments.order_by("pk"))


def content_of(file: Attachment) -> bytes:
    with default_storage.open(file.path) as kept:
        return bytes(kept.read())


def test_files_of_a_mail_are_on_its_message_with_what_is_in_them(shop: Store) -> None:
    kept = post(shop, with_files(("photo.jpg", PNG), ("Rechnung für März.pdf", b"%PDF-1.7 bill")))

    photo, bill = files_of(kept)
    assert (photo.name, photo.content_type, photo.size) == ("photo.jpg", "image/png", len(PNG))
    assert (bill.name, bill.content_type) == ("Rechnung für März.pdf", "application/pdf")
    assert (content_of(photo), content_of(bill)) == (PNG, b"%PDF-1.7 bill")


def test_a_picture_within_the_text_keeps_the_id_that_the_html_shows_it_by(shop: Store) -> None:
    letter = EmailMessage()
    letter["From"], letter["Message-ID"] = "jon@example.com", "<one@example.com>"
    letter.set_content("Look.")
    letter.add_alternative('<p>Look: <img src="cid:shot@example.com"></p>', subtype="html")
    page = letter.get_payload()[1]  # type: ignore[index]  # a list of parts
    page.add_related(PNG, maintype="image", subtype="png", cid="<shot@example.com>")  # type: ignore[union-attr]

    [shot] = files_of(post(shop, letter.as_bytes()))
    assert (shot.content_id, shot.content_type) == ("shot@example.com", "image/png")


def test_those_of_a_third_party_and_of_a_machine_are_kept_too(shop: Store) -> None:
    post(shop, mail())
    again = with_files(("proof.png", PNG), by=MIRA, mid="two@example.com")
    kept = post(shop, again.replace(b"Subject:", b"In-Reply-To: <one@example.com>\nSubject:", 1))

    assert (kept.reason, [file.name for file in files_of(kept)]) == (MailReason.THIRD_PARTY, ["proof.png"])


def test_what_is_too_large_or_too_much_is_named_with_its_size_and_stays_in_the_mail(
    shop: Store, settings: Any
) -> None:
    settings.FILE_MAX_SIZE, settings.FILES_MAX_SIZE = 1000, 1500
    big, first, second, small = (
        ("big.iso", b"x" * 1001),
        ("a", b"x" * 1000),
        ("b", b"x" * 501),
        ("c", b"x" * 500),
    )
    kept = post(shop, with_files(big, first, second, small))

    told = {file.name: (file.size, file.left_out, bool(file.path)) for file in files_of(kept)}
    assert told == {
        "big.iso": (1001, LeftOut.TOO_LARGE, False),
        "a": (1000, "", True),
        "b": (501, LeftOut.TOO_MANY, False),
        "c": (500, "", True),
    }
    assert RawMail.objects.whole().get() == kept


def test_of_hundreds_of_files_the_first_are_kept(shop: Store) -> None:
    kept = post(shop, with_files(*[(f"{number}.txt", b"x") for number in range(60)]))

    assert [file.left_out for file in files_of(kept)] == [""] * 50 + [LeftOut.TOO_MANY] * 10


def test_a_storage_that_takes_nothing_holds_up_no_mail(shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LastingFiles, "_save", full)
    kept = post(shop, with_files(("bill.pdf", b"%PDF-1.7")))

    [bill] = files_of(kept)
    assert (kept.outcome, bill.name, bill.left_out) == (MailOutcome.OPENED, "bill.pdf", LeftOut.NOT_KEPT)
    file_sweep.sweep(now=NOW + ON_ITS_WAY_FOR + SECOND, limit=10)
    assert Attachment.objects.get() == bill


def test_the_same_mail_by_two_ways_leaves_its_files_once(shop: Store) -> None:
    raw = with_files(("bill.pdf", b"%PDF-1.7"))
    kept = post(shop, raw)
    assert post(shop, b"Received: from a by b\r\n" + raw).reason == MailReason.KNOWN
    file_sweep.sweep(now=NOW + ON_ITS_WAY_FOR + SECOND, limit=10)

    assert [file.name for file in files_of(kept)] == ["bill.pdf"]
    assert Attachment.objects.count() == 1


def test_a_mail_whose_reader_died_has_each_file_once(shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Died(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Died

    kept = bring(shop, with_files(("bill.pdf", b"%PDF-1.7")))
    with monkeypatch.context() as patch:
        patch.setattr(mail_turn, "file_letter", die)
        with pytest.raises(Died):
            mail_turn.take(now=NOW)
    file_all(now=NOW + mail_turn.LEASE)
    kept.refresh_from_db()
    file_sweep.sweep(now=NOW + mail_turn.LEASE + ON_ITS_WAY_FOR + SECOND, limit=10)

    assert Attachment.objects.get() == files_of(kept)[0]


def test_a_mail_within_a_mail_is_a_file_with_an_ending(shop: Store) -> None:
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Inner", "x@example.com"
    inner.set_content("Inner words.")
    letter = EmailMessage()
    letter["From"], letter["Message-ID"] = "jon@example.com", "<one@example.com>"
    letter.set_content("Forwarded.")
    letter.add_attachment(inner)

    [file] = files_of(post(shop, letter.as_bytes()))
    assert (file.name, file.content_type) == ("mail.eml", "message/rfc822")


@pytest.mark.parametrize(
    "name", ["a\r\nBcc: x@example.com.pdf", "../../etc/passwd", "evil\u202efdp.exe", "a\0b", "n" * 100_000]
)
def test_a_name_may_be_whatever_it_is(shop: Store, name: str) -> None:
    letter = with_files(("NAME", b"%PDF-1.7"))
    encoded = f"filename*=utf-8''{''.join(f'%{byte:02X}' for byte in name.encode())}"
    kept = post(shop, letter.replace(b'filename="NAME"', encoded.encode()))

    [file] = files_of(kept)
    assert len(file.name) <= 200
    assert not set(file.name) & set("/\r\n\0\u202e")


def test_a_bomb_is_kept_as_the_bytes_that_came_and_never_unpacked(shop: Store) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(200 * 1024 * 1024))
    raw = with_files(("report.docx", packed.getvalue()))
    tracemalloc.start()
    kept = post(shop, raw)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    [file] = files_of(kept)
    assert file.size == len(packed.getvalue())
    assert most < 20 * len(raw)
