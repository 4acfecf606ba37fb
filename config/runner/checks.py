"""./dev check: everything that a machine can find wrong without running the tests, side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from config import addresses
from config.runner import throwaway

MODULE = (sys.executable, "-m")
MANAGE = (sys.executable, "-W", "ignore", "manage.py")
SIDE_BY_SIDE = 3


@dataclass(frozen=True, slots=True)
class Check:
    """A command that must succeed."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How a check went; `said` is worth reading only when it failed."""

    name: str
    passed: bool
    seconds: float
    said: str


def checks() -> list[Check]:
    """Return the checks, the slowest first."""
    scripts = Path(sys.executable).parent
    templates = tuple(str(path) for path in sorted(addresses.ROOT.glob("*/templates/**/*.html")))
    return [
        Check("mypy", (*MODULE, "mypy", "--no-error-summary")),
        Check("migrations are safe", (*MANAGE, "lintmigrations", "--quiet", "ok", "ignore", "--no-cache")),
        Check("models have migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
        Check("django", (*MANAGE, "check", "--fail-level", "WARNING")),
        Check("import-linter", (str(scripts / "lint-imports"), "--no-cache")),
        Check("djlint", (*MODULE, "djlint", "--lint", "--quiet", *templates)),
        Check("djade", (str(scripts / "djade"), "--check", "--target-version", "5.2", *templates)),
        Check("ruff format", (*MODULE, "ruff", "format", "--check", "--quiet", ".", "dev")),
        Check("ruff", (*MODULE, "ruff", "check", "--quiet", ".", "dev")),
    ]


def run() -> int:
    """Run all checks and show what failed; return how the command is to end."""
    with throwaway.servers(), ThreadPoolExecutor(SIDE_BY_SIDE) as side_by_side:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.runner.settings_for_checks"}
        running = [side_by_side.submit(_judge, check, environment) for check in checks()]
        verdicts = [_shown(done.result()) for done in as_completed(running)]
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def _judge(check: Check, environment: dict[str, str]) -> CheckResult:
    began = time.monotonic()
    done = subprocess.run(check.command, env=environment, capture_output=True, text=True)
    return CheckResult(check.name, done.returncode == 0, time.monotonic() - began, done.stdout + done.stderr)


def _shown(verdict: CheckResult) -> CheckResult:
    print(f"{'ok' if verdict.passed else 'FAILED':<7}{verdict.name:<25}{verdict.seconds:5.1f} s", flush=True)
    if not verdict.passed:
        print(verdict.said, flush=True)
    return verdict
