"""Secrets that stand in a file of their own."""

import os
import stat
from pathlib import Path

from tracker.errors import ConfigError


def read_secret(path: Path) -> str:
    """Read a file that its owner alone may read, without its last line end.

    Raises:
        ConfigError: if it cannot be read, is empty, or others may read it too.
    """
    try:
        with path.open(encoding="utf-8") as file:
            about = os.fstat(file.fileno())
            secret = file.read(4096).rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"the file {path} cannot be read", hint="check its path") from None
    if not stat.S_ISREG(about.st_mode) or about.st_mode & 0o077 or about.st_uid != os.geteuid():
        raise ConfigError(
            f"the file {path} must be readable by you alone", hint=f"chmod 600 {path}"
        )
    if not secret:
        raise ConfigError(f"the file {path} is empty")
    return secret
