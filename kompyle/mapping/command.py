"""``command``, ``entrypoint`` and ``working_dir``: what runs, and where.

Kubernetes expands ``$(NAME)`` in these, and makes ``$`` of ``$$``; so each dollar
sign is doubled here (recipe R24).
"""

from collections.abc import Iterable

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, Outcome, origin
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {
    "services.*.command": kept(whole=True),
    "services.*.entrypoint": kept(whole=True),
    "services.*.working_dir": kept(),
    "services.*.stdin_open": kept(),
    "services.*.tty": kept(),
}


def fragment(service: Service, _plan: Plan) -> Fragment:
    return Fragment(
        container={
            "command": literal(service.entrypoint) if service.entrypoint else None,
            "args": literal(service.command) if service.command else None,
            "workingDir": service.text("working_dir"),
            "stdin": service.value("stdin_open"),
            "tty": service.value("tty"),
            **origin(
                service.path,
                command="entrypoint",
                args="command",
                workingDir="working_dir",
                stdin="stdin_open",
                tty="tty",
            ),
        },
        outcomes=tuple(_resets(service)),
    )


def literal(words: Iterable[str]) -> list[str]:
    """Write words so that Kubernetes passes them on as they are.

    >>> literal(["sh", "-c", "echo $HOME $(date)"])
    ['sh', '-c', 'echo $$HOME $$(date)']
    """
    return [word.replace("$", "$$") if "$" in word else word for word in words]


def _resets(service: Service) -> Iterable[Outcome]:
    if service.command == ():
        note = "an empty command means the image's own, as it does without the key"
        yield Outcome(service.at("command"), Fate.IGNORED, note)
    if service.entrypoint == ():
        note = "Kubernetes cannot take the image's entrypoint away"
        way_out = "Write entrypoint or command in full."
        yield Outcome(service.at("entrypoint"), Fate.LOST, note, way_out)
