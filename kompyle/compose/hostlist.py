"""Read extra hosts from a list of `host=address` or `host:address`."""


def parse(entries: list[str]) -> dict[str, list[str]]:
    """Collect the addresses of each host; a host may come several times."""
    hosts: dict[str, list[str]] = {}
    for entry in entries:
        separator = "=" if "=" in entry else ":"
        host, found, addresses = entry.partition(separator)
        if not found:
            raise ValueError(f'"{entry}" has no address; write "{entry}=192.0.2.1"')
        if not host or ":" in host:
            fact = f'"{host}" in "{entry}" is not a host name'
            raise ValueError(f"{fact}; write host=address")
        hosts.setdefault(host, []).extend(map(_bare, addresses.split(",")))
    return hosts


def _bare(address: str) -> str:
    is_bracketed = address.startswith("[") and address.endswith("]")
    return address[1:-1] if is_bracketed and address != "[]" else address
