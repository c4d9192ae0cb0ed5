"""The same runs on a Dask cluster: batches go to whichever worker is free, and come back in order.

A batch is a function of numbers alone, so that a worker that dies costs nothing but time: the
scheduler gives its batches to another, and the rows are the same to the byte.

On Linux, Dask has its workers hand memory back to the system at once, and a run then takes about half as
long again. Workers that keep it are started with the settings
``distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_`` and ``…MALLOC_MMAP_THRESHOLD_`` at 1 GB.
"""

import platform
from collections import deque
from collections.abc import Callable, Generator, Sequence
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

if TYPE_CHECKING:
    from distributed import Client, Future

Found = TypeVar("Found")

IN_FLIGHT = 3
"""Batches that each thread of the cluster has before it: one under way, and so many less one waiting,
so that it need not idle while a result travels."""
PATIENCE = 60.0
"""Seconds without any worker after which the cluster is given up."""
ANSWER = 10.0
"""Seconds within which a scheduler must answer."""
_ROOMS = Path(__file__).parents[2]
_DECIDING = (
    *("data/*.py", "data/definitions/*.toml", "data/presets/*.toml", "simulation/*.py"),
    "simulation/experiments/replications.py",
)
"""Files that decide the bytes of a row; words, figures and what is made of many rows do not."""


class ClusterError(RuntimeError):
    """The Dask cluster is not there, not usable, or gone; the message says which, and what to do."""


def in_order(
    address: str, work: Callable[..., Found], batches: Sequence[tuple[Any, ...]]
) -> Generator[Found, None, None]:
    """Yield ``work(*batch)`` for each batch, in order, computed by the Dask cluster at *address*.

    *address* is that of its scheduler, such as ``tcp://127.0.0.1:8786``. A few batches per thread of
    the cluster are under way at a time. Closing the generator takes back what has not begun. Give
    only the address of a cluster you trust: Dask runs what its scheduler sends.

    Raises :exc:`ClusterError` where ``distributed`` is not installed, nobody answers at *address*, all
    workers are gone for a minute, a worker has other code or libraries than this process, or a batch
    has brought several workers down; and whatever *work* raises.
    """
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {address} ({error}); start one with 'dask scheduler' "
            "and 'dask worker ADDRESS', or give workers as a number of processes"
        ) from error
    waiting: deque[Future[Any]] = deque()
    try:
        run = f"vejviser-{uuid4().hex}"
        for number, batch in enumerate(batches):
            waiting.append(
                client.submit(_checked, fingerprint(), work, *batch, key=f"{run}-{number}")
            )
            if len(waiting) >= IN_FLIGHT * max(1, _threads(client, address)):
                yield _fetched(client, waiting.popleft(), address)
        while waiting:
            yield _fetched(client, waiting.popleft(), address)
    finally:
        client.cancel(list(waiting))
        client.close()


def _fetched(client: "Client", future: "Future[Any]", address: str) -> Any:
    from distributed import CancelledError, KilledWorker  # noqa: PLC0415 (optional)

    while True:
        try:
            return future.result(timeout=PATIENCE)
        except TimeoutError as error:
            if not _threads(client, address):
                raise ClusterError(
                    f"the Dask cluster at {address} has had no worker for {PATIENCE:g} seconds; "
                    f"start one with 'dask worker {address}' and ask again"
                ) from error
        except KilledWorker as error:
            raise ClusterError(
                f"several workers of the Dask cluster at {address} died over one batch, most likely "
                "for want of memory; give each worker more, or ask for fewer years"
            ) from error
        except CancelledError as error:
            raise _gone(address) from error


def _threads(client: Any, address: str) -> int:
    """Return how many threads the cluster has now: workers come and go."""
    try:
        return sum(client.nthreads().values())
    except OSError as error:
        raise _gone(address) from error


def _gone(address: str) -> ClusterError:
    return ClusterError(
        f"the Dask scheduler at {address} is gone; what was finished has been given, "
        "the rest can be asked for again"
    )


def _distributed() -> Any:
    try:
        import distributed  # noqa: PLC0415 (optional, and half a second)
    except ModuleNotFoundError as error:
        raise ClusterError(
            "workers is the address of a Dask cluster, and the package distributed is not "
            'installed; install it with: pip install "vejviser[cluster]"'
        ) from error
    return distributed


def _checked(wanted: str, work: Callable[..., Found], *batch: Any) -> Found:
    """Do the work on a worker, unless it would not give the same bytes there."""
    if fingerprint() != wanted:
        raise ClusterError(
            f"the worker on {platform.node()} has another Vejviser, Python, NumPy, SciPy or Numba "
            "than this process, so its rows might differ; install the same lock file on both"
        )
    return work(*batch)


@cache
def fingerprint() -> str:
    """Return a digest of what decides the bytes of a row: the model, its numbers, Python, libraries."""
    digest = blake2b(digest_size=8)
    for pattern in _DECIDING:
        for file in sorted(_ROOMS.glob(pattern)):
            digest.update(file.relative_to(_ROOMS).as_posix().encode() + file.read_bytes())
    libraries = [f"{name} {version(name)}" for name in ("numpy", "scipy", "numba", "holidays")]
    digest.update(f"{platform.python_version()} {libraries}".encode())
    return digest.hexdigest()
