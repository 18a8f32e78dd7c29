"""Where the ports of a service can be reached, in the words of docker compose."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kompyle.cluster.app import Part
from kompyle.cluster.status import spec_of, status_of

Manifest = Mapping[str, Any]


def ports_of(
    part: Part, services: Iterable[Manifest], ingresses: Iterable[Manifest]
) -> tuple[str, ...]:
    """Return the ports of a service: what was published, and outer addresses.

    ``8080->80/tcp`` is what Compose published, which a port-forward brings back;
    ``203.0.113.7:80->80/tcp`` can be reached as it stands, and so can a URL.
    """
    found = next(
        (item for item in services if item["metadata"]["name"] == part.container), {}
    )
    inner = _inner(found)
    for published in part.published:
        inner[published.target, published.protocol] = (
            f"{published.local}->{published.target}/{published.protocol}"
        )
    urls = (url for item in ingresses for url in _urls(item, part.container))
    return (*inner.values(), *_outer(found), *dict.fromkeys(urls))


def _inner(service: Manifest) -> dict[tuple[int, str], str]:
    ports = spec_of(service).get("ports") or ()
    listed = ((port["port"], port.get("protocol", "TCP").lower()) for port in ports)
    return {key: "{}/{}".format(*key) for key in listed}


def _outer(service: Manifest) -> Iterator[str]:
    """Yield the addresses of a Service that lead in from outside."""
    balancer = status_of(service).get("loadBalancer") or {}
    hosts = [
        item.get("hostname") or item.get("ip", "")
        for item in balancer.get("ingress") or ()
    ]
    for port in spec_of(service).get("ports") or ():
        inner = f"{port['port']}/{port.get('protocol', 'TCP').lower()}"
        for host in hosts:
            yield f"{_bracketed(host)}:{port['port']}->{inner}"
        if "nodePort" in port:
            yield f"*:{port['nodePort']}->{inner}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _urls(ingress: Manifest, service: str) -> Iterator[str]:
    """Yield the URLs of an Ingress that lead to a service."""
    spec = spec_of(ingress)
    safe = {host for item in spec.get("tls") or () for host in item.get("hosts") or ()}
    for rule in spec.get("rules") or ():
        for path in (rule.get("http") or {}).get("paths") or ():
            backend = (path.get("backend") or {}).get("service") or {}
            if backend.get("name") == service:
                host = rule.get("host") or "*"
                scheme = "https" if host in safe else "http"
                yield f"{scheme}://{host}{path.get('path') or '/'}"
