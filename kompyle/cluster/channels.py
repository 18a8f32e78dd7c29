"""Open a websocket to a Pod: the channels of exec, and those of a port."""

import json
from collections.abc import Iterable
from typing import Any

from kubernetes.client import ApiException
from kubernetes.stream import ws_client
from websocket import WebSocketBadStatusException, WebSocketException

from kompyle.cluster.login import NO_CLUSTER
from kompyle.cluster.outcome import Code
from kompyle.cluster.transport import Api
from kompyle.errors import ClusterError

Query = Iterable[tuple[str, str]]

_NO_ACCESS = frozenset((401, 403))


def opened(api: Api, path: str, query: Query) -> Any:  # noqa: ANN401 - the client's
    """Open a websocket; each has a client of its own, as these share no threads.

    Raises :class:`ClusterError`: the server refuses, or there is no way to it.
    """
    client = api.own_client()
    try:
        _, url, headers, *_ = client.param_serialize(
            "GET", path, query_params=list(query), auth_settings=["BearerToken"]
        )
        return _connected(client.configuration, url, headers)
    except WebSocketBadStatusException as error:
        raise ClusterError(_told(error), Code.REFUSED) from error
    except (ApiException, WebSocketException, OSError) as error:
        fact = f"{api.login.server} cannot be reached: {error}"
        raise ClusterError(fact, NO_CLUSTER) from error


def protocol(socket: Any) -> str:  # noqa: ANN401
    """Name the protocol that both ends agreed on."""
    return str((socket.getheaders() or {}).get("sec-websocket-protocol", ""))


def _connected(configuration: Any, url: str, headers: Any) -> Any:  # noqa: ANN401
    address = ws_client.get_websocket_url(url)  # type: ignore[no-untyped-call]
    return ws_client.create_websocket(configuration, address, headers)  # type: ignore[no-untyped-call]


def _told(error: WebSocketBadStatusException) -> str:
    """Return what the server says instead of opening a websocket."""
    body = error.resp_body or b""
    try:
        said = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        said = body.decode("utf-8", "replace").strip() or str(error)
    before = "you may not do this: " if error.status_code in _NO_ACCESS else ""
    return before + " ".join(said.split())
