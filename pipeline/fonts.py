"""Where a font with all Vietnamese letters lies on this machine, asked of fontconfig."""

from __future__ import annotations

import subprocess
from functools import cache

from models.errors import UsageError

_PACKAGES = {
    "Tinos": "fonts-croscore",
    "Arimo": "fonts-croscore",
    "Noto Sans": "fonts-noto-core",
    "Noto Serif": "fonts-noto-core",
    "DejaVu Sans Mono": "fonts-dejavu",
}


@cache
def font_file(family: str, *, style: str = "Regular") -> str:
    """The file of `family` (a key of the table above); raises UsageError that names the Debian package to install.

    fontconfig answers any question with some font, so the family it gives is compared.
    """
    query = [f"{family}:style={style}", "-f", "%{family}\n%{file}"]
    try:
        done = subprocess.run(["fc-match", *query], capture_output=True, text=True, check=False, timeout=30)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise UsageError("fontconfig does not answer: apt-get install fontconfig") from error
    found, _, file = done.stdout.partition("\n")
    if family not in found.split(",") or not file:
        raise UsageError(f"the font {family} is not installed: apt-get install {_PACKAGES[family]}")
    return file
