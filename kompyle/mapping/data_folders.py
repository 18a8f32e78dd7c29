"""Where well-known databases keep their data, and whether that outlives their Pods."""

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.listening import image_name
from kompyle.mapping.mount_points import is_hidden
from kompyle.mapping.speech import said

FOLDERS: dict[str, tuple[str, ...]] = {
    "cassandra": ("/var/lib/cassandra",),
    "clickhouse-server": ("/var/lib/clickhouse",),
    "couchdb": ("/opt/couchdb/data",),
    "mariadb": ("/var/lib/mysql",),
    "mongo": ("/data/db",),
    "mysql": ("/var/lib/mysql",),
    "neo4j": ("/data",),
    "postgis": ("/var/lib/postgresql/data", "/var/lib/postgresql"),
    "postgres": ("/var/lib/postgresql/data", "/var/lib/postgresql"),
    "timescaledb": ("/var/lib/postgresql/data", "/var/lib/postgresql"),
}
"""By the name of the image; the first is what its documentation names."""


_PROGRAMS = frozenset(
    ("cassandra", "mariadbd", "mongod", "mysqld", "neo4j", "postgres")
)
"""What a command begins with that is still the server."""


def unsaved_data(service: Service) -> tuple[Outcome, ...]:
    """Tell of a database whose data goes with its Pod (R33).

    Docker keeps an image's own volumes when it makes a container anew.
    """
    folders = FOLDERS.get(image_name(service.image or ""), ())
    if not folders or not _is_server(service) or _is_saved(service, folders):
        return ()
    note = f"its data at {folders[0]} lives in the container, and goes with the Pod"
    way_out = f"Mount a volume there: `volumes: [data:{folders[0]}]`."
    path = service.at("image")
    return (Outcome(path, Fate.KEPT, note, way_out, "unsaved-data"),)


def _is_server(service: Service) -> bool:
    """Whether the image does what it is for, and does not dump or ask a database."""
    first = next(iter(service.command or ()), "-")
    return not service.entrypoint and (first.startswith("-") or first in _PROGRAMS)


def _is_saved(service: Service, folders: tuple[str, ...]) -> bool:
    """Whether something is mounted at the data, or where a setting says it is."""
    in_memory = [text.partition(":")[0] for text in service.node.texts("tmpfs")]
    places = [*(mount.target for mount in service.mounts), *in_memory]
    return any(_is_at(place, folders, service) for place in places)


def _is_at(place: str, folders: tuple[str, ...], service: Service) -> bool:
    is_above = any(is_hidden(folder, {place}) for folder in folders)
    is_named = any(place in text for _, text in said(service))
    return is_above or is_hidden(place, folders) or is_named
