"""docs/architecture.md: its pages, tables, rooms and seams are those that there are."""

from __future__ import annotations

from django.apps import apps

from config import settings
from config.addresses import ROOT
from tests.docs import pages
from tests.docs.served import page_routes

PAGE = pages.text("architecture.md")
OURS = ("helpdesk", "monitor")
OF_DJANGO = {"/admin/"}


def test_every_page_is_listed_and_no_other() -> None:
    listed = set(pages.rows(pages.section(PAGE, "Pages")))

    assert listed == set(page_routes()) | OF_DJANGO


def test_every_table_is_listed_and_no_other() -> None:
    lines = pages.section(PAGE, "Tables").splitlines()
    listed = {name for line in lines for name in pages.CODE.findall(line.split(" | ")[0]) if "_" in name}
    ours = {model._meta.db_table for model in apps.get_models() if model._meta.app_label in OURS}

    assert listed == ours


def test_every_room_is_listed() -> None:
    rooms = {
        f"{app}/{room.parent.name}/"
        for app in OURS
        for room in (ROOT / app).glob("*/__init__.py")
        if room.parent.name not in {"migrations", "management", "templatetags"}
    }
    listed = pages.section(PAGE, "Rooms")

    assert {room for room in rooms if f"`{room}`" not in listed} == set()


def test_the_seams_that_settings_name_are_explained() -> None:
    said = pages.section(PAGE, "Two apps and one seam")
    named = [name for name, value in vars(settings).items() if name.isupper() and _is_ours(value)]

    assert {name for name in named if f"`{name}`" not in said} == set()


def _is_ours(value: object) -> bool:
    """Tell whether a setting of the helpdesk names something of the monitor."""
    values = value if isinstance(value, list) else [value]
    dotted = [one for one in values if isinstance(one, str) and one.startswith("monitor.")]
    return bool(dotted) and "monitor.promises.defaults.ensure_defaults" not in dotted
