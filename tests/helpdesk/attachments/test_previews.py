"""Pictures are drawn anew: what a browser is shown has nothing of a stranger's but what can be seen."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from helpdesk.attachments import file_sweep, previews
from helpdesk.attachments.file_keeping import GivenFile
from helpdesk.attachments.preview_picture import LONGEST_SIDE, NoPreview, preview_of
from helpdesk.models import Attachment
from tests.helpdesk.attachments.given_files import on_the_first_message
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), colour: str = "red", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def seen(preview: bytes) -> Image.Image:
    return Image.open(io.BytesIO(preview))


def huge(width: int, height: int) -> bytes:
    """Return a small PNG that claims to be large."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_drawn_as_one_of_ours(kind: str) -> None:
    shown = seen(preview_of(picture(kind)))

    assert (shown.format, shown.size) == ("WEBP", (300, 200))


def test_a_large_one_is_made_smaller_and_keeps_its_shape() -> None:
    assert seen(preview_of(picture("JPEG", (4000, 1000)))).size == (LONGEST_SIDE, 400)


def test_nothing_that_was_written_into_it_is_left() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    said = PngInfo()
    said.add_text("Comment", "Secret Street 7")
    for raw in (
        picture("JPEG", exif=exif, comment=b"Secret"),
        picture("PNG", exif=exif, pnginfo=said),
        picture("WEBP", exif=exif, xmp=b"Secret", icc_profile=b"Secret"),
    ):
        assert b"Secret" in raw
        drawn = preview_of(raw)
        assert b"Secret" not in drawn
        assert not seen(drawn).getexif()


def test_it_stands_as_its_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    assert seen(preview_of(picture("JPEG", exif=exif))).size == (200, 300)


def test_what_can_be_seen_through_stays_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")

    assert seen(preview_of(out.getvalue())).mode == "RGBA"


@pytest.mark.parametrize(
    "raw",
    [
        huge(60_000, 60_000),
        huge(10_000, 10_000),
        huge(2**31 - 1, 1),
        picture()[:100],
        b"\x89PNG\r\n\x1a\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        picture("BMP"),
        b"",
    ],
)
def test_what_is_broken_or_claims_too_much_is_not_unpacked(raw: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(NoPreview):
        preview_of(raw)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 5_000_000


def test_a_worker_draws_each_once(make: Make) -> None:
    file = on_the_first_message(make.ticket(), GivenFile("a.png", picture()), by=make.agent())
    on_the_first_message(make.ticket(), by=make.agent())
    assert [previews.take(now=NOW) for _ in range(2)] == [True, False]

    file.refresh_from_db()
    assert file.has_preview
    with default_storage.open(file.preview_path) as kept:
        assert seen(kept.read()).size == (300, 200)


def test_what_kills_whoever_draws_it_is_left_alone(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    class Died(BaseException):
        pass

    def die(_: bytes) -> bytes:
        raise Died

    on_the_first_message(make.ticket(), GivenFile("a.png", picture()), by=make.agent())
    monkeypatch.setattr(previews, "preview_of", die)
    with pytest.raises(Died):
        previews.take(now=NOW)

    assert not previews.take(now=NOW)
    assert not Attachment.objects.get().has_preview


def test_one_that_cannot_be_drawn_holds_up_no_other(make: Make) -> None:
    on_the_first_message(make.ticket(), GivenFile("a.png", picture()[:90]), by=make.agent())
    good = on_the_first_message(make.ticket(), GivenFile("b.png", picture()), by=make.agent())
    while previews.take(now=NOW):
        pass

    assert Attachment.objects.get(has_preview=True) == good


def test_a_preview_goes_with_its_file(make: Make) -> None:
    file = on_the_first_message(make.ticket(), GivenFile("a.png", picture()), by=make.agent())
    previews.take(now=NOW)
    Attachment.objects.update(message=None)
    file_sweep.sweep(now=NOW.replace(year=2027), limit=10)

    assert not default_storage.exists(file.preview_path)
