"""One engine a data directory: a second one would write the same state."""

import fcntl
from pathlib import Path
from typing import Final, TextIO

from pipeline.errors import StoreError

LOCK_FILE: Final = "engine.lock"


def take_lock(data: Path, name: str = LOCK_FILE, who: str = "ccm run") -> TextIO:
    """Return the open lock file of a data directory; the lock lasts until it is closed.

    The system lets go of it when the process ends, however it ends.

    Args:
        data: the directory, which is made where it is missing.
        name: of the file.
        who: the command that works there, for the message.

    Raises:
        StoreError: another process holds it, or the directory cannot be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        file = (data / name).open("a", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{data}: cannot be written ({error.strerror})") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise StoreError(
            f"{data}: another `{who}` works here; stop it, or name another directory with --data"
        ) from None
    return file
