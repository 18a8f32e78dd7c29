"""Know bind mounts of the project's own folder, in whatever way their path is written.

``${PWD}/nginx.conf``, and what ``docker compose config`` prints, mean ``./nginx.conf``.
"""

from dataclasses import replace

from kompyle.compose import filepath
from kompyle.compose.service import Service
from kompyle.compose.source import HomePath, ProjectPath
from kompyle.compose.volumes import Mount


def own_binds(services: tuple[Service, ...], folder: str) -> tuple[Service, ...]:
    """Mark the mounts whose source lies in the project's *folder*."""
    return tuple(_service(service, folder) for service in services)


def _service(service: Service, folder: str) -> Service:
    mounts = tuple(_mount(item, folder) for item in service.mounts)
    return service if mounts == service.mounts else replace(service, mounts=mounts)


def _mount(mount: Mount, folder: str) -> Mount:
    source = mount.source or ""
    if mount.type != "bind" or mount.is_relative or isinstance(source, HomePath):
        return mount
    path = _inside(source, folder)
    if path is None:
        return mount
    return replace(mount, source=ProjectPath(path), is_relative=True)


def _inside(source: str, folder: str) -> str | None:
    """Return a path of the project; None for one of the machine.

    ``${PWD}/../a`` leads out, as ``../a`` does, and is the project's as that is.
    Compose leaves a relative ``device`` as it is unless a volume says its driver.

    >>> _inside("/shop/./a", "/shop"), _inside("./a", "/shop"), _inside("/a", "/shop")
    ('/shop/a', '/shop/a', None)
    """
    is_absolute = source.startswith(("/", "~")) or filepath.is_windows_absolute(source)
    if not is_absolute:
        return filepath.join(folder, source)
    path = filepath.clean(source)
    base = f"{folder.rstrip('/')}/"
    is_inside = any(f"{found}/".startswith(base) for found in (source, path))
    return path if is_inside and folder != "/" else None
