"""What the collected mails of other projects are read as; what is more, or less, than a letter is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.mail.reading.letter import Letter, read

AUTOMATIC = {
    "cpython-3.11.7/msg_05.txt": "bounce",
    "cpython-3.11.7/msg_16.txt": "bounce",
    "cpython-3.11.7/msg_32.txt": "bulk_or_list",
    "cpython-3.11.7/msg_42.txt": "bounce",
    "flanker/apache-message-news-mime.eml": "bulk_or_list",
    "flanker/disposition-notification.eml": "auto_generated",
    "flanker/no-mx.eml": "bounce",
    "flanker/office365.eml": "bounce",
    "flanker/yahoo.eml": "auto_generated",
    "flanker/zed.eml": "bounce",
    "mail/bad_date_header.eml": "bulk_or_list",
    "mail/multi_address_bounce1.eml": "bounce",
    "mail/raw_email_trailing_dot.eml": "auto_generated",
    "mail/raw_email_with_mimepart_without_content_type.eml": "bounce",
    "mail/report_422.eml": "bounce",
    "mail/report_530.eml": "bounce",
}
REPORTS = {
    "cpython-3.11.7/msg_16.txt": ("jangel1@cougar.noc.ucla.edu", "failed", "5.0.0"),
    "flanker/no-mx.eml": ("user@example.com", "delayed", "4.4.4"),
    "flanker/office365.eml": ("noname@example.com", "failed", "5.1.10"),
    "flanker/zed.eml": (
        "asdfasdfasdfasdfasdfasdfewrqertrtyrthsfgdfgadfqeadvxzvz@gmail.com",
        "failed",
        "5.1.1",
    ),
    "mail/multi_address_bounce1.eml": ("bbbbvhvbbvkjbhfbvbvjhb@gmail.com", "failed", "5.1.1"),
    "mail/raw_email_with_mimepart_without_content_type.eml": (
        "larose.julie@courrier.uqam.ca",
        "delayed",
        "4.5.0",
    ),
    "mail/report_422.eml": ("fraser@oooooooo.com.au", "delayed", "4.2.2"),
    "mail/report_530.eml": ("edwin@zzzzzzz.com", "failed", "5.3.0"),
}


def _of_python(*numbers: int) -> list[str]:
    return [f"cpython-3.11.7/msg_{number:02}.txt" for number in numbers]


WITHOUT_A_DATE = {
    *_of_python(5, 15, 23, 24, 30, 34, 37, 38, 39, 42, 45),
    *("flanker/encoded-header.eml", "flanker/false-multipart.eml", "flanker/missing-boundaries.eml"),
    *("mail/bad_date_header.eml", "mail/bad_date_header2.eml", "mail/bad_encoded_subject.eml"),
    *("mail/content_transfer_encoding_empty.eml", "mail/multiple_invalid_content_dispositions.eml"),
    *("mail/multiple_references_with_one_invalid.eml", "mail/utf8_headers.eml", "talon/outlook.eml"),
}
WITHOUT_AN_ID = {
    *_of_python(2, 9, 10, 13, 17, 23, 24, 30, 32, 34, 36, 37, 38, 39, 42, 45, 47),
    *("flanker/attached-pdf.eml", "flanker/broken-ctype.eml", "flanker/missing-boundaries.eml"),
    *("flanker/relative.eml", "mail/bad_date_header.eml", "mail/bad_encoded_subject.eml"),
    *("mail/content_transfer_encoding_text-html.eml", "mail/utf8_headers.eml", "talon/outlook.eml"),
}
WITHOUT_AN_AUTHOR = {
    *_of_python(5, 37, 38, 39),
    *("flanker/attached-pdf.eml", "mail/bad_encoded_subject.eml"),
}
SUBJECTS = {
    "django-helpdesk/all-special-chars.eml": "Testovácí email",
    "flanker/bilingual-simple.eml": "Simple text. How are you? Как ты поживаешь?",
    "flanker/broken-headers.eml": "Forget Asking For A Link Exchange…",
    "mail-mime-parser/m0001.txt": "Die Hasen und   die Frösche (Microsoft Outlook 00)",
    "mail-mime-parser/m0006.txt": "Die Hasen und die Frösche (Microsoft Outlook 00)",
    "mail-mime-parser/m1001.txt": "Die Hasen und die Frösche (Netscape Communicator 4.7)",
    "mail-mime-parser/m2004.txt": "Die Hasen und die Frösche",
    "mail/attachment_pdf.eml": "Another PDF with 🎉 Unicode chars in it 🍿",
    "mail/bad_encoded_subject.eml": "TEST",
    "mail/raw_email.eml": "NOTE: 한국말로 하는 것",
    "mail/raw_email_encoded_stack_level_too_deep.eml": "Nicolas Fouché has accepted your invitation to Gmail",
    "mail/utf8_headers.eml": "Säying Hello",
}
WORDS = {
    "cpython-3.11.7/msg_10.txt": "¡This is a Quoted Printable encoded message!",
    "flanker/bilingual-simple.eml": "А эта линия по-русски.",
    "mail-mime-parser/m0001.txt": "ihre mißliche Lage",
    "mail-mime-parser/m0006.txt": "ihre mißliche Lage",
    "mail-mime-parser/m2009.txt": "ihre mißliche Lage",
    "mail/cant_parse_from.eml": "thin and light",
    "mail/japanese_shift_jis.eml": "このメールはテスト用のメールです。",
    "mail/raw_email.eml": "우리는 하나님을 믿습니다",
}
AUTHORS = {
    "flanker/encoded-header.eml": ("foo.bar@example.com", "Foo, Bar"),
    "mail/bad_date_header2.eml": ("enews@Free-Quilting.com", "Free-Quilting.com"),
    "mail/header_fields_with_empty_values.eml": ("jorn@prikkprikkprikk.no", "Jørn Støylen"),
    "mail/raw_email11.eml": ("xxxxx@xxxxx", "xxxxx@xxxxx"),
    "mail/raw_email_bad_time.eml": ("yusuf75thu@auracom.net", "Атиковa"),
    "mail/raw_email_multiple_from.eml": ("tim@powerupdev.com", ""),
    "mail/utf8_headers.eml": ("jdöe@mächine.example", "Jöhn Doe"),
}


@pytest.fixture(scope="module")
def letters(shared_data: Path) -> dict[str, Letter]:
    folder = shared_data / "emails/permissive"
    found = {f"{path.parent.name}/{path.name}": path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: read(path.read_bytes()) for name, path in found.items()}


def test_all_are_read(letters: dict[str, Letter]) -> None:
    assert len(letters) == 145


def test_machines_are_told_from_people(letters: dict[str, Letter]) -> None:
    assert {name: found.automatic for name, found in letters.items() if found.automatic} == AUTOMATIC


def test_servers_report_whom_a_mail_did_not_reach(letters: dict[str, Letter]) -> None:
    reports = {name: found.report for name, found in letters.items() if found.report}
    first = {name: report.recipients[0] for name, report in reports.items()}

    assert {name: (each.address, each.state.value, each.status) for name, each in first.items()} == REPORTS
    assert all(report.message_id for report in reports.values())
    assert len(reports["mail/multi_address_bounce1.eml"].recipients) == 5


def test_what_a_mail_does_not_say_is_missing(letters: dict[str, Letter]) -> None:
    assert {name for name, found in letters.items() if found.date is None} == WITHOUT_A_DATE
    assert {name for name, found in letters.items() if not found.message_id} == WITHOUT_AN_ID
    assert {name for name, found in letters.items() if not found.sender.address} == WITHOUT_AN_AUTHOR


def test_a_date_in_the_future_is_kept(letters: dict[str, Letter]) -> None:
    years = {
        name: found.date.year for name, found in letters.items() if found.date and found.date.year > 2020
    }

    assert years == {"mail/raw_email_bad_time.eml": 3609}


def test_subjects_authors_and_words_are_legible_in_any_charset(letters: dict[str, Letter]) -> None:
    assert {name: letters[name].subject for name in SUBJECTS} == SUBJECTS
    assert {name: (letters[name].sender.address, letters[name].sender.name) for name in AUTHORS} == AUTHORS
    assert {name: words for name, words in WORDS.items() if words not in letters[name].text} == {}
