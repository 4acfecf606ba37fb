"""One log line per fact, for a person or for a machine, from the standard library's loggers and structlog's."""

from __future__ import annotations

import logging.config
from typing import Any

import structlog

BEFORE: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
OURS: list[Any] = [
    structlog.stdlib.filter_by_level,
    *BEFORE,
    structlog.processors.StackInfoRenderer(),
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
]
OF_OTHERS = {
    "celery": "WARNING",
    "celery.beat": "WARNING",
    "django": "WARNING",
    "django.server": "INFO",
    "uvicorn": "WARNING",
}
"""From which level on others are heard."""


class WithoutTracebackOfRefusals(logging.Filter):
    """Keeps a refusal (403, 404, 413) to its line: it is an answer, not a fault, and a traceback buries faults."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = None
        return True


def logging_settings(*, as_json: bool, level: int | str) -> dict[str, Any]:
    """Return the dictionary for `logging.config.dictConfig`: everything to standard error, at `level` and above."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": _line(as_json)},
        "filters": {"refusals": {"()": WithoutTracebackOfRefusals}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": loudness} for name, loudness in OF_OTHERS.items()},
    }


def _line(as_json: bool) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": BEFORE,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendered(as_json)],
    }


def _rendered(as_json: bool) -> list[Any]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]


def configure(settings: dict[str, Any]) -> None:
    """Set up both kinds of loggers; Django calls it with `settings.LOGGING`."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=OURS,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
