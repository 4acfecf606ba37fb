"""Django's backends: the database, the files of pages, and mail."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

MAIL = "django.core.mail.backends"


def database(url: str) -> dict[str, Any]:
    """Return how Django speaks to PostgreSQL at this address."""
    found = dj_database_url.parse(
        url,
        conn_max_age=600,  # no pool: threads and workers keep their connections
        conn_health_checks=True,
    )
    options = {
        "fallback_application_name": "attend",
        "client_encoding": "UTF8",
        "connect_timeout": 5,
        "prepare_threshold": 5,
    }
    return {**found, "OPTIONS": found.get("OPTIONS", {}) | options}


def files(*, hashed: bool, attachments: Path) -> dict[str, Any]:
    """Return where files lie, those on messages closed to others.

    `hashed`: a page's own under the name of what is in them, so that a browser may keep them.
    """
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    closed = {"location": attachments, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    pages = "whitenoise.storage.CompressedManifestStaticFilesStorage" if hashed else plain
    return {
        "default": {"BACKEND": "helpdesk.attachments.lasting_files.LastingFiles", "OPTIONS": closed},
        "staticfiles": {"BACKEND": pages},
    }


def mail(url: str, files: Path) -> dict[str, Any]:
    """Return where mail goes for `smtp://`, `smtps://`, `console:` or `file:`; raise ImproperlyConfigured."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{MAIL}.console.EmailBackend"}
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": f"{MAIL}.filebased.EmailBackend", "EMAIL_FILE_PATH": parts.path or files}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("ATTEND_EMAIL_URL is smtp://host, smtps://host, console: or file:.")
    return _smtp(parts)


def mail_provider_clients(**known: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """Return ID and secret for each provider of mailboxes that has both; raise ImproperlyConfigured for half a pair."""
    for name, pair in known.items():
        if any(pair) and not all(pair):
            of = f"ATTEND_{name.upper()}_CLIENT"
            raise ImproperlyConfigured(f"{of}_ID and {of}_SECRET belong together.")
    return {name: pair for name, pair in known.items() if all(pair)}


def _smtp(parts: SplitResult) -> dict[str, Any]:
    """Return them for a mail server: `smtps` speaks TLS from the start, `?tls=1` after its greeting."""
    over_tls = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": f"{MAIL}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if over_tls else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": over_tls,
        "EMAIL_USE_TLS": parse_qs(parts.query).get("tls") == ["1"],
        "EMAIL_TIMEOUT": 10,
    }
