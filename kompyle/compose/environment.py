"""Resolve variables without a value, env files and label files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kompyle.compose import dotenv, rules
from kompyle.compose.files import Files, MissingFileError, UnreadableError
from kompyle.compose.source import YamlList, YamlMap, YamlNode, YamlScalar
from kompyle.diagnostics import Position, Report
from kompyle.keypath import KeyPath

_Variables = Mapping[str, str]


def resolved(model: YamlMap, variables: _Variables) -> YamlMap:
    """Give list entries without a value that of the environment (compose-go, 14)."""
    return rules.apply_to_map(_RULES, model, variables)


def _list(node: YamlNode, _path: KeyPath, variables: _Variables) -> YamlNode:
    if not isinstance(node, YamlList):
        return node
    items = tuple(_item(item, variables) for item in node.items)
    return YamlList(items, node.position)


def _item(item: YamlNode, variables: _Variables) -> YamlNode:
    name = item.value if isinstance(item, YamlScalar) else None
    if not isinstance(name, str) or "=" in name or name not in variables:
        return item
    return YamlScalar(f"{name}={variables[name]}", item.position)


_RULES = rules.compiled({"services.*.environment": _list})


def contents(model: YamlMap, variables: _Variables) -> dict[KeyPath, str]:
    """Return the values of the secrets and configs that are variables, by path."""
    return {
        (kind, name): variables[variable]
        for kind in ("secrets", "configs")
        for name, found in model.maps(kind).items()
        if (variable := found.text("environment")) is not None and variable in variables
    }


def with_values(environment: YamlMap, variables: _Variables) -> YamlMap:
    """Give variables without a value that of the shell, if it has one."""
    found = {
        name: YamlScalar(variables[name], node.position)
        for name, node in environment.entries.items()
        if name in variables and isinstance(node, YamlScalar) and node.value is None
    }
    if not found:
        return environment
    return YamlMap(environment.entries | found, environment.position)


@dataclass(frozen=True, slots=True)
class EnvFiles:
    """Reads the files that ``env_file`` and ``label_file`` name.

    ``origins`` collects which variable comes from which file (a path).
    """

    files: Files
    variables: _Variables
    report: Report
    origins: dict[KeyPath, str] = field(default_factory=dict)

    def read_into(self, service: YamlMap, path: KeyPath) -> YamlMap:
        """Lay ``environment`` and ``labels`` over what their files hold."""
        entries = dict(service.entries)
        own = entries.get("environment")
        if isinstance(own, YamlMap):
            entries["environment"] = with_values(own, self.variables)
            service = YamlMap(entries, service.position)
        if "env_file" in entries:
            found = self._variables(service, path)
            found |= service.map("environment")
            place = (own or entries["env_file"]).position
            entries["environment"] = YamlMap(found, place)
            del entries["env_file"]
            if not found:
                del entries["environment"]
        if "label_file" in entries:
            labels = self._labels(service, path) | service.map("labels")
            entries["labels"] = YamlMap(labels, entries["label_file"].position)
            del entries["label_file"]
        return YamlMap(entries, service.position)

    def _variables(self, service: YamlMap, path: KeyPath) -> dict[str, YamlNode]:
        own = {
            name: node.value
            for name, node in service.map("environment").items()
            if isinstance(node, YamlScalar) and isinstance(node.value, str)
        }
        found: dict[str, YamlNode] = {}
        texts: dict[str, str] = {}
        for index, item in enumerate(service.items_of("env_file")):
            if not isinstance(item, YamlMap):
                continue

            def lookup(name: str) -> str | None:
                for known in (self.variables, own, texts):
                    if name in known:
                        return known[name]
                return None

            place = (*path, "env_file", index)
            parsed = self._parsed(item, place, lookup)
            texts.update(parsed)
            file = item.text("path") or ""
            for name, value in parsed.items():
                found[name] = YamlScalar(value, item.position)
                self.origins[(*path, "environment", name)] = file
        for name in service.map("environment"):
            self.origins.pop((*path, "environment", name), None)
        return found

    def _parsed(
        self, item: YamlMap, path: KeyPath, lookup: Callable[[str], str | None]
    ) -> dict[str, str]:
        file, form = item.text("path") or "", item.text("format")
        parse = _FORMATS.get(form)
        if parse is None:
            fact = f"{form!r} is not a format of env files; expected raw, or nothing"
            self.report.error("wrong-form", (*path, "format"), fact, item.position)
            return {}
        is_required = item.value("required") is not False
        return self._read(file, path, item.position, parse, lookup, is_required)

    def _labels(self, service: YamlMap, path: KeyPath) -> dict[str, YamlNode]:
        found: dict[str, YamlNode] = {}
        texts: dict[str, str] = {}
        for index, item in enumerate(service.items_of("label_file")):
            file = str(item.value) if isinstance(item, YamlScalar) else ""
            place = (*path, "label_file", index)
            parsed = self._read(file, place, item.position, dotenv.parse, texts.get)
            texts.update(parsed)
            for name, value in parsed.items():
                found[name] = YamlScalar(value, item.position)
        return found

    def _read(  # noqa: PLR0913, PLR0917 - one place for the errors of every such file
        self,
        file: str,
        path: KeyPath,
        place: Position,
        parse: Callable[..., dict[str, str]],
        lookup: Callable[[str], str | None],
        is_required: bool = True,  # noqa: FBT001, FBT002
    ) -> dict[str, str]:
        try:
            return parse(self.files.text(file), lookup)
        except UnreadableError as error:
            if is_required or not isinstance(error, MissingFileError):
                fact = f"the file {self.files.shown(file)} {error}"
                is_missing = isinstance(error, MissingFileError)
                way_out = _WAYS_OUT.get(str(path[2])) if is_missing else None
                self.report.error("bad-env-file", path, fact, place, help=way_out)
        except dotenv.DotenvError as error:
            report_faults(error, self.files.shown(file), path, self.report)
        return {}


def report_faults(
    error: dotenv.DotenvError, file: str, path: KeyPath, report: Report
) -> None:
    """Report every line of an env file (as users know it) that cannot be read."""
    for line, fact in error.problems:
        report.error("bad-env-file", path, fact, Position(file, line, 1))


_WAYS_OUT = {
    "env_file": "Create it, or write `{path: …, required: false}`.",
    "label_file": "Create it, or delete this entry.",
}
_FORMATS: dict[str | None, Callable[..., dict[str, str]]] = {
    None: dotenv.parse,
    "raw": dotenv.parse_raw,
}
