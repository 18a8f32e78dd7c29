"""Write ports, mounts and devices in their long form, as maps."""

from kompyle.compose import short_port, short_volume
from kompyle.compose.source import Plain, WritablePath


def ports(text: str) -> list[Plain]:
    return [_long_port(port) for port in short_port.parse(text)]


def _long_port(port: short_port.ShortPort) -> Plain:
    form: dict[str, Plain] = {"mode": port.mode, "target": port.target}
    if port.published is not None:
        form["published"] = port.published
    if port.host_ip is not None:
        form["host_ip"] = port.host_ip
    return form | {"protocol": port.protocol}


def volumes(text: str) -> list[Plain]:
    volume = short_volume.parse(text)
    form: dict[str, Plain] = {"type": volume.type}
    if volume.source is not None:
        form["source"] = volume.source
    is_said = volume.writable
    form["target"] = WritablePath(volume.target) if is_said else volume.target
    if volume.read_only:
        form["read_only"] = True
    if volume.bind:
        form["bind"] = _bind_options(volume)
    if volume.volume:
        form["volume"] = {"nocopy": True} if volume.nocopy else {}
    return [form]


def _bind_options(volume: short_volume.ShortVolume) -> Plain:
    options: dict[str, Plain] = {}
    if volume.type == "bind":
        options["create_host_path"] = True
    if volume.propagation:
        options["propagation"] = volume.propagation
    if volume.selinux:
        options["selinux"] = volume.selinux
    return options


def devices(text: str) -> list[Plain]:
    parts = text.split(":")
    if len(parts) > 3:  # noqa: PLR2004 - source:target:permissions
        fact = f"{text!r} has more than three parts"
        raise ValueError(f"{fact}; expected source[:target[:permissions]]")
    source, target, permissions = [*parts, *["", "", ""][len(parts) :]]
    return [
        {
            "source": source,
            "target": target or source,
            "permissions": permissions or "rwm",
        }
    ]
