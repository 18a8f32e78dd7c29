"""``command``, ``entrypoint`` and ``working_dir``: what runs, and where.

Kubernetes expands ``$(NAME)`` in these, and makes ``$`` of ``$$``; so each dollar
sign is doubled (recipe R24), but for those that bring a secret in.
"""

from collections.abc import Iterable

from kompyle.compose.service import Service
from kompyle.mapping.expansion import NO_SECRETS, filled_by_kubernetes, told
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


def fragment(service: Service, plan: Plan) -> Fragment:
    secrets = plan.concealed.get(service.name, NO_SECRETS)
    entrypoint = filled_by_kubernetes(service.entrypoint or (), secrets)
    command = filled_by_kubernetes(service.command or (), secrets)
    outcomes = [
        *_resets(service),
        *told(service.at("entrypoint"), entrypoint),
        *told(service.at("command"), command),
    ]
    # Without the image's entrypoint the command is all that runs.
    is_bare = service.entrypoint == () and bool(command.words)
    return Fragment(
        container={
            "command": (command if is_bare else entrypoint).words or None,
            "args": None if is_bare else command.words or None,
            "workingDir": service.text("working_dir"),
            "stdin": service.value("stdin_open"),
            "tty": service.value("tty"),
            **origin(
                service.path,
                command="command" if is_bare else "entrypoint",
                args="command",
                workingDir="working_dir",
                stdin="stdin_open",
                tty="tty",
            ),
        },
        outcomes=tuple(outcomes),
    )


def _resets(service: Service) -> Iterable[Outcome]:
    if service.command == ():
        note = "an empty command means the image's own, as it does without the key"
        yield Outcome(service.at("command"), Fate.IGNORED, note)
    if service.entrypoint == () and service.command:
        note = "the image's own is left out, and the command runs by itself"
        yield Outcome(service.at("entrypoint"), Fate.IGNORED, note)
    elif service.entrypoint == ():
        note = "Kubernetes cannot take the image's entrypoint away"
        way_out = "Write entrypoint or command in full."
        yield Outcome(service.at("entrypoint"), Fate.LOST, note, way_out)
