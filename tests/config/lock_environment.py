"""A virtual environment that holds what a lock names, and nothing else, made of what is installed here."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

from config.addresses import ROOT


def make(lock: str, *, at: Path) -> Path:
    """Make the environment, without asking any index for a package; return its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", at], check=True)
    python = at / "bin" / "python"
    own = sysconfig.get_path("purelib", vars={"base": str(at), "platbase": str(at)})
    for entry in {entry for name in _named_in(lock) for entry in _installed(name)}:
        (Path(own) / entry.name).symlink_to(entry)
    return python


def _named_in(lock: str) -> list[str]:
    """Return the distributions that it names for a system like ours."""
    lines = (line.removesuffix(" \\") for line in (ROOT / lock).read_text().splitlines())
    named = [Requirement(line) for line in lines if line and not line.startswith((" ", "#"))]
    return [one.name for one in named if one.marker is None or one.marker.evaluate()]


def _installed(name: str) -> set[Path]:
    """Return what a distribution has put into the folder of packages, without what lies below."""
    of_it = distribution(name)
    tops = {file.parts[0] for file in of_it.files or () if file.parts[0] not in ("..", "__pycache__")}
    return {Path(str(of_it.locate_file(top))) for top in tops}
