"""Open a websocket to a Pod: the channels of exec, and those of a port."""

import json
import ssl
from collections.abc import Iterable
from typing import Any

import certifi
from kubernetes.client import ApiException
from kubernetes.stream import ws_client
from websocket import WebSocket, WebSocketBadStatusException, WebSocketException

from kompyle.cluster.answers import Meaning, meaning
from kompyle.cluster.faults import unreachable
from kompyle.cluster.outcome import Code
from kompyle.cluster.transport import Api
from kompyle.errors import ClusterError

Query = Iterable[tuple[str, str]]

_HANDSHAKE = 30.0
"""Seconds until a websocket has to be open: a node may need some to answer."""

_FORBIDDEN = 403
_PROTOCOLS = "sec-websocket-protocol: v5.channel.k8s.io,v4.channel.k8s.io"


def opened(api: Api, path: str, query: Query) -> Any:  # noqa: ANN401 - the client's
    """Open a websocket; each has a client of its own, as these share no threads.

    Raises :class:`ClusterError`: the server refuses, or there is no way to it.
    """
    asked = tuple(query)
    login = api.login
    found = _tried(api, path, asked)
    if _meaning(found) is Meaning.EXPIRED:
        api.log_in_again(login)
        found = _tried(api, path, asked)
    api.admit(_meaning(found))
    if isinstance(found, WebSocketBadStatusException):
        raise ClusterError(_told(found), Code.REFUSED) from found
    return found


def _tried(api: Api, path: str, query: Query) -> Any:  # noqa: ANN401
    """Return the websocket, or the refusal of the server."""
    client = api.own_client()
    try:
        _, url, headers, *_ = client.param_serialize(
            "GET", path, query_params=list(query), auth_settings=["BearerToken"]
        )
        return _connected(client.configuration, url, headers)
    except WebSocketBadStatusException as error:
        return error
    except (ApiException, WebSocketException, OSError) as error:
        raise unreachable(api.login, error) from error


def _meaning(found: object) -> Meaning:
    if not isinstance(found, WebSocketBadStatusException):
        return Meaning.DONE
    return meaning(
        found.status_code, (found.resp_body or b"").decode("utf-8", "replace")
    )


def protocol(socket: Any) -> str:  # noqa: ANN401
    """Name the protocol that both ends agreed on."""
    return str((socket.getheaders() or {}).get("sec-websocket-protocol", ""))


def _connected(configuration: Any, url: str, headers: Any) -> WebSocket:  # noqa: ANN401
    """Do as the client's create_websocket, which would wait without an end."""
    address = ws_client.get_websocket_url(url)  # type: ignore[no-untyped-call]
    token = headers.get("authorization")
    header = [f"authorization: {token}"] if token else []
    options: Any = {"header": [*header, _PROTOCOLS], "timeout": _HANDSHAKE}
    if configuration.proxy or configuration.proxy_headers:
        options = ws_client.websocket_proxycare(options, configuration, url, headers)  # type: ignore[no-untyped-call]
    found = WebSocket(sslopt=_trust(configuration), skip_utf8_validation=False)
    found.connect(address, **options)  # type: ignore[no-untyped-call]
    found.settimeout(None)  # from here on both ends may be silent
    return found


def _trust(configuration: Any) -> dict[str, Any]:  # noqa: ANN401
    options = {
        "cert_reqs": ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE,
        "ca_certs": configuration.ssl_ca_cert or certifi.where(),
        "check_hostname": configuration.assert_hostname,
        "certfile": configuration.cert_file,
        "keyfile": configuration.key_file,
        "server_hostname": configuration.tls_server_name,
    }
    return {name: value for name, value in options.items() if value is not None}


def _told(error: WebSocketBadStatusException) -> str:
    """Return what the server says instead of opening a websocket."""
    body = error.resp_body or b""
    try:
        said = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        said = body.decode("utf-8", "replace").strip() or str(error)
    before = "you may not do this: " if error.status_code == _FORBIDDEN else ""
    return before + " ".join(said.split())
