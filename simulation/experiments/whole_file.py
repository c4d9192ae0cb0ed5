"""A file that is there as a whole or not at all, whenever the machine stops."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_whole(path: Path, content: bytes) -> None:
    """Put *content* in *path*, whose folder is made; who reads it sees the old file or the new one.

    Raises :exc:`OSError` where it cannot be written; then the old file stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            _readable_as_usual(file.name)
            file.close()  # Windows moves no open file
            Path(file.name).replace(path)
        except BaseException:
            file.close()
            Path(file.name).unlink(missing_ok=True)
            raise


def _readable_as_usual(name: str) -> None:
    """Give the file the rights that a new file has; a temporary one is for its owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)
