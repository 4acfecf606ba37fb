"""One log line per fact, for a person or for a machine, from the standard library's loggers and structlog's."""

from __future__ import annotations

import logging.config
import re
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

from config.broker.repeated_lines import OncePerMinute
from helpdesk.access.redaction import redacted

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
OF_SEVERAL_LINES: Final = {"exception", "stack"}
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What ends a line, moves a terminal's cursor, or turns the letters after it."""

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
        "filters": {"refusals": {"()": WithoutTracebackOfRefusals}, "once": {"()": OncePerMinute}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals", "once"]}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": loudness} for name, loudness in OF_OTHERS.items()},
    }


def _line(as_json: bool) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": BEFORE,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact_line,
            structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False),
        ],
    }


def redact_line(logger: object, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Redact everything that a line says, whatever it is; a step of structlog's."""
    return {name: _told(value, several_lines=name in OF_SEVERAL_LINES) for name, value in line.items()}


def _told(value: Any, *, several_lines: bool = False) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {str(name): _told(inner) for name, inner in value.items()}
        case list() | tuple() | set():
            return [_told(inner) for inner in value]
    text = redacted(value if isinstance(value, str) else str(value))
    return text if several_lines else CONTROL.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]


def configure(settings: dict[str, Any]) -> None:
    """Set up both kinds of loggers; Django calls it with `settings.LOGGING`."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=OURS,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
