"""Where files on messages lie, unless the settings name another storage: a folder, written so that it lasts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class LastingFiles(FileSystemStorage):
    """A folder in which a file that was saved is there after a power cut too: a row is going to say so."""

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]  # Django's own place for it, which stubs lack
        file = Path(self.path(saved))
        for place in (file, file.parent, file.parent.parent):
            _flush(place)
        return saved


def _flush(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
