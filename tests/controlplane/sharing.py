"""Let the workers of one test run share a cluster: the first one starts it."""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path


@contextlib.contextmanager
def shared(
    run: str, start: Callable[[], AbstractContextManager[Path]]
) -> Iterator[Path]:
    """Yield the kubeconfig; who started the programs ends them when all are done.

    The locks are the kernel's: whoever dies lets go.
    """
    folder = Path(tempfile.gettempdir(), f"kompyle-{start.__module__}-{run}")
    folder.mkdir(exist_ok=True)
    note = folder / "kubeconfig"
    with (folder / "users").open("w") as users, contextlib.ExitStack() as mine:
        with _alone(folder):
            if is_first := not note.exists():
                note.write_text(str(mine.enter_context(start())), "utf-8")
            fcntl.flock(users, fcntl.LOCK_SH)
            kubeconfig = Path(note.read_text("utf-8"))
        yield kubeconfig
        if is_first:
            with _alone(folder):
                note.unlink()
            fcntl.flock(users, fcntl.LOCK_EX)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "starting").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
