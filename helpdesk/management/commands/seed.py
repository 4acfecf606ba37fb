"""`manage.py seed`: put in place what every installation starts from. Safe to repeat."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Make what is missing of the defaults: each callable of settings.SEEDERS in turn. Safe to repeat."

    def handle(self, *args: object, **options: object) -> None:
        for path in settings.SEEDERS:
            import_string(path)()
