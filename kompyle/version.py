"""Which Kompyle this is."""


def installed_version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - 40 ms, seldom needed

    return version("kompyle")
