"""Let test workers share a cluster: the first one starts it, and ends it at last."""

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

_PAUSE = 0.1


@contextlib.contextmanager
def shared(
    folder: Path, start: Callable[[], AbstractContextManager[Path]]
) -> Iterator[Path]:
    """Yield the kubeconfig to all who name the same *folder*.

    The locks are the kernel's: whoever dies lets go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "kubeconfig"
    with (folder / "users").open("w") as users, contextlib.ExitStack() as mine:
        with _alone(folder):
            if is_first := _is_only(users):
                note.write_text(str(mine.enter_context(start())), "utf-8")
            fcntl.flock(users, fcntl.LOCK_SH)
            kubeconfig = Path(note.read_text("utf-8"))
        yield kubeconfig
        while is_first:
            with _alone(folder):
                if _is_only(users):
                    mine.close()
                    break
            time.sleep(_PAUSE)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "starting").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_only(users: IO[str]) -> bool:
    """Whether nobody else uses the cluster; one who fails here lets go at once."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
