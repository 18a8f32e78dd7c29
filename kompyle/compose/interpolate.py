"""Fill in variables: every string value of a document, never a key.

Afterwards the strings of the keys in :data:`TYPES` get the type of their key, whether
or not they held a variable (``tty: "yes"`` is true).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from kompyle.compose import gotext, rules, template
from kompyle.compose.private import abbreviated
from kompyle.compose.source import YamlList, YamlMap, YamlNode, YamlScalar
from kompyle.compose.suggest import did_you_mean, from_milli
from kompyle.diagnostics import Position, Report
from kompyle.keypath import KeyPath
from kompyle.sensitive import is_sensitive, mentions_secret


@dataclass(frozen=True, slots=True)
class Variables:
    """The values that ``${NAME}`` stands for, and where complaints go."""

    values: dict[str, str]
    report: Report
    _told: set[tuple[str, Position]] = field(default_factory=set)
    _used: set[str] = field(default_factory=set)

    def value(self, name: str) -> str | None:
        """Return a value; a secret one is in no message from then on."""
        found = self.values.get(name)
        if found and name not in self._used:
            self._used.add(name)
            if is_sensitive(name, found):
                self.report.hide(found)
        return found

    def unset(self, name: str, path: KeyPath, position: Position) -> None:
        if (name, position) in self._told:
            return
        self._told.add((name, position))
        message = f"the variable {name} is not set and stands for nothing"
        way_out = did_you_mean(name, self.values) or (
            f"Set {name} in .env or in the environment, or write ${{{name}:-default}}."
        )
        self.report.warning("unset-variable", path, message, position, help=way_out)


def interpolated(root: YamlNode, variables: Variables) -> YamlNode:
    """Substitute and cast; what cannot be is reported and stays as it was."""
    filled = _filled(root, (), variables)
    typed = rules.apply(TYPES, filled, variables.report)
    assert typed is not None
    return typed


def _filled(node: YamlNode, path: KeyPath, variables: Variables) -> YamlNode:
    kind = type(node)
    if kind is YamlScalar:
        value = node.value  # type: ignore[union-attr]
        if type(value) is str and "$" in value:
            return _substituted(value, path, node.position, variables)
        return node
    if kind is YamlMap:
        return _filled_map(node, path, variables)  # type: ignore[arg-type]
    return _filled_list(node, path, variables)  # type: ignore[arg-type]


def _filled_map(node: YamlMap, path: KeyPath, variables: Variables) -> YamlNode:
    changed = {}
    for key, value in node.entries.items():
        filled = _filled(value, (*path, key), variables)
        if filled is not value:
            changed[key] = filled
    return YamlMap(node.entries | changed, node.position) if changed else node


def _filled_list(node: YamlList, path: KeyPath, variables: Variables) -> YamlNode:
    items = tuple(
        _filled(item, (*path, index), variables)
        for index, item in enumerate(node.items)
    )
    if all(new is old for new, old in zip(items, node.items, strict=True)):
        return node
    return YamlList(items, node.position)


def _substituted(
    text: str, path: KeyPath, position: Position, variables: Variables
) -> YamlScalar:
    def unset(name: str) -> None:
        variables.unset(name, path, position)

    try:
        value = template.substitute(text, variables.value, unset)
    except template.TemplateError as error:
        # The text itself is not shown: it may hold a password.
        fact, _, way_out = str(error).partition("; ")
        way_out = f"{way_out[0].upper()}{way_out[1:]}."
        variables.report.error("bad-template", path, fact, position, help=way_out)
        return YamlScalar(text, position)
    except template.MissingVariable as error:
        fact, way_out = _missing(error, text, variables)
        variables.report.error("missing-variable", path, fact, position, help=way_out)
        return YamlScalar(text, position)
    if mentions_secret(text):
        _hide_defaults(text, variables.report)
    return YamlScalar(value, position)


def _missing(
    error: template.MissingVariable, text: str, variables: Variables
) -> tuple[str, str]:
    """Tell all variables that a text requires in vain, and how to set them."""
    required = dict.fromkeys((error.name, *_required(text)))
    names = [name for name in required if not variables.values.get(name)]
    way_out = "Set {} in .env, in an --env-file or in the environment."
    if len(names) > 1:
        listed = f"{', '.join(names[:-1])} and {names[-1]}"
        fact = f"the variables {listed} are required and have no value"
        return fact, way_out.format("them")
    wanted = f": {error.message}" if error.message else ""
    fact = f"the variable {error.name} is required and has no value{wanted}"
    return fact, way_out.format(error.name)


def _required(text: str) -> list[str]:
    try:
        return [found.name for found in template.variables(text) if found.required]
    except template.TemplateError:
        return []


def _hide_defaults(text: str, report: Report) -> None:
    for found in template.variables(text):
        if found.default and is_sensitive(found.name, found.default):
            report.hide(found.default)


Cast = Callable[[str], int | float | bool]


def _cast(read: Cast, expected: str) -> rules.Action[Report]:
    def action(node: YamlNode, path: KeyPath, report: Report) -> YamlNode:
        value = node.value if isinstance(node, YamlScalar) else None
        if type(value) is not str:
            return node
        try:
            typed = read(value)
        except ValueError:
            fact = f"{abbreviated(value)} is not {expected}"
            way_out = _ways_out(value).get(expected)
            report.error("wrong-type", path, fact, node.position, help=way_out)
            return node
        if typed is True or typed is False:
            _discourage(value, typed, path, node.position, report)
        return YamlScalar(typed, node.position)

    return action


def _ways_out(value: str) -> dict[str, str | None]:
    return {
        "true or false": "Write true or false, without quotes.",
        "a number": from_milli(value),
    }


def _discourage(
    value: str,
    typed: bool,  # noqa: FBT001 - a value, not a switch
    path: KeyPath,
    position: Position,
    report: Report,
) -> None:
    if gotext.is_yaml11_bool(value):
        word = str(typed).lower()
        fact = f"YAML 1.2 has no boolean {value!r}; it is read as {word}"
        report.note("old-boolean", path, fact, position, help=f"Write {word}.")


def _float(text: str) -> float:
    number = gotext.parse_float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _float32(text: str) -> float:
    return gotext.to_float32(_float(text))


_INT = _cast(gotext.atoi, "a whole number")
_FLOAT = _cast(_float, "a number")
_BOOL = _cast(gotext.parse_bool, "true or false")
_SERVICE_TYPES: dict[str, rules.Action[Report]] = {
    **dict.fromkeys(
        [
            "cpu_count",
            "cpu_period",
            "cpu_quota",
            "cpu_rt_period",
            "cpu_rt_runtime",
            "cpu_shares",
            "deploy.placement.max_replicas_per_node",
            "deploy.replicas",
            "deploy.restart_policy.max_attempts",
            "deploy.rollback_config.parallelism",
            "deploy.update_config.parallelism",
            "healthcheck.retries",
            "oom_score_adj",
            "pids_limit",
            "ports.[].target",
            "scale",
            "ulimits.*",
            "ulimits.*.hard",
            "ulimits.*.soft",
        ],
        _INT,
    ),
    **dict.fromkeys(
        [
            "cpu_percent",
            "deploy.rollback_config.max_failure_ratio",
            "deploy.update_config.max_failure_ratio",
        ],
        _FLOAT,
    ),
    "cpus": _cast(_float32, "a number"),
    **dict.fromkeys(
        [
            "depends_on.*.required",
            "depends_on.*.restart",
            "healthcheck.disable",
            "init",
            "oom_kill_disable",
            "privileged",
            "read_only",
            "stdin_open",
            "tty",
            "volumes.[].read_only",
            "volumes.[].volume.nocopy",
        ],
        _BOOL,
    ),
}
TYPES = rules.compiled(
    {f"services.*.{key}": cast for key, cast in _SERVICE_TYPES.items()}
    | {
        f"networks.*.{key}": _BOOL
        for key in ["external", "internal", "attachable", "enable_ipv4", "enable_ipv6"]
    }
    | {f"{kind}.*.external": _BOOL for kind in ("volumes", "secrets", "configs")}
)
"""The keys whose strings become numbers or booleans (compose-go, interpolate.go)."""
