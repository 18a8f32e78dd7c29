"""The port of the fake kubelet: the API server asks it for what containers print."""

import asyncio
import base64
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from tests.controlplane.async_api import AsyncApi, Manifest
from tests.controlplane.certificate import self_signed
from tests.controlplane.container import Container, now
from tests.controlplane.pod import Pod

Find = Callable[[str, str], Pod | None]

_PAUSE = 0.1


@asynccontextmanager
async def kubelet_port(api: AsyncApi, find: Find) -> AsyncIterator[int]:
    """Serve the logs of the Pods that *find* finds, by namespace and name."""

    async def logs(request: web.Request) -> web.StreamResponse:
        place = request.match_info
        pod = find(place["namespace"], place["pod"])
        container = _container(pod, place["container"]) if pod else None
        if pod is None or container is None:
            raise web.HTTPNotFound(text="there is no such container")
        return await _told(request, api, pod, container)

    app = web.Application()
    app.router.add_get("/containerLogs/{namespace}/{pod}/{container}", logs)
    runner = web.AppRunner(app)
    await runner.setup()
    with tempfile.TemporaryDirectory(prefix="kompyle-") as folder:
        shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        shown.load_cert_chain(*self_signed(Path(folder)))
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=shown)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _container(pod: Pod, name: str) -> Container | None:
    found = (item for item in (*pod.inits, *pod.mains) if item.spec["name"] == name)
    return next(found, None)


async def _told(
    request: web.Request, api: AsyncApi, pod: Pod, container: Container
) -> web.StreamResponse:
    """Answer with what a container has printed; go on while it runs, if asked to."""
    query = request.query
    previous = query.get("previous") == "true"
    lines = container.printed(previous=previous)
    if lines is None:
        raise web.HTTPBadRequest(text=_complaint(container, previous=previous))
    if container.script.is_telling:
        lines += await _environment(api, pod, container)
    if "tailLines" in query:
        lines = lines[-int(query["tailLines"]) :]
    response = web.StreamResponse(headers={"Content-Type": "text/plain"})
    await response.prepare(request)
    before = f"{now()} " if query.get("timestamps") == "true" else ""
    await response.write("".join(f"{before}{line}\n" for line in lines).encode())
    while query.get("follow") == "true" and "running" in container.state:  # noqa: ASYNC110 - states change without a word
        await asyncio.sleep(_PAUSE)
    return response


def _complaint(container: Container, *, previous: bool) -> str:
    name = container.spec["name"]
    if previous:
        return f'previous terminated container "{name}" not found'
    reason = container.state["waiting"]["reason"]
    return f'container "{name}" is waiting to start: {reason}'


async def _environment(api: AsyncApi, pod: Pod, container: Container) -> list[str]:
    namespace = pod.manifest["metadata"]["namespace"]
    found: dict[str, str] = {}
    for source in container.spec.get("envFrom", ()):
        if "secretRef" in source:
            found |= await _secret(api, namespace, source["secretRef"]["name"])
    for item in container.spec.get("env", ()):
        if key := item.get("valueFrom", {}).get("secretKeyRef"):
            values = await _secret(api, namespace, key["name"])
            found[item["name"]] = values[key["key"]]
        else:
            found[item["name"]] = item.get("value", "")
    return [f"{name}={value}" for name, value in found.items()]


async def _secret(api: AsyncApi, namespace: str, name: str) -> dict[str, str]:
    path = f"/api/v1/namespaces/{namespace}/secrets/{name}"
    _, secret = await api.call("GET", path)
    data: Manifest = secret["data"]
    return {key: base64.b64decode(value).decode() for key, value in data.items()}
