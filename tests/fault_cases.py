"""Projects that a translator easily gets wrong, and ways to ask what became of them."""

import ast
import base64
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from kompyle.compose.discovery import Request
from kompyle.compose.project import load
from kompyle.diagnostics import Diagnostic, Severity
from kompyle.keypath import render
from kompyle.options import Options
from kompyle.pipeline import convert
from tests.cli.conftest import environment
from tests.soundness import Manifest, Pod, pods

KINDS = {
    "configMap": "ConfigMap",
    "configMapRef": "ConfigMap",
    "secret": "Secret",
    "secretRef": "Secret",
}
_NAMES = {
    "configMap": "name",
    "hostPath": "path",
    "image": "reference",
    "persistentVolumeClaim": "claimName",
    "secret": "secretName",
}
_INVOCATION = re.compile(r"\nargs: (?:\(none\)|(?P<args>.*)); env: (?P<env>.*)\n")
_EXPANDED = re.compile(r"\$(?:\$|\((\w+)\))")


@dataclass(frozen=True)
class Objects:
    """What a project became, seen as the cluster would; warnings too, if known."""

    manifests: list[Manifest]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def warned(self) -> dict[str, str]:
        """Return the code of each warning by its key path."""
        warnings = (d for d in self.diagnostics if d.severity is Severity.WARNING)
        return {render(found.path): found.code for found in warnings}

    def names(self, kind: str) -> list[str]:
        return [m["metadata"]["name"] for m in self.manifests if m["kind"] == kind]

    def spec(self, kind: str, service: str) -> Manifest:
        """Return the spec of the only object of its kind for a service."""
        [found] = [
            item["spec"]
            for item in self.manifests
            if item["kind"] == kind
            and item["metadata"]["labels"].get("app.kubernetes.io/name") == service
        ]
        assert isinstance(found, dict)
        return found

    def ports(self, service: str) -> list[tuple[int, str, int]]:
        """Return number, protocol and target of a Service's ports."""
        spec = self.spec("Service", service)
        return [(p["port"], p["protocol"], p["targetPort"]) for p in spec["ports"]]

    def pod(self, container: str) -> Pod:
        """Return the only Pod with a container of this name."""
        [found] = [
            pod
            for pod in pods(self.manifests)
            if container in [item["name"] for item in pod.containers]
        ]
        return found

    def container(self, name: str) -> Manifest:
        [found] = [c for c in self.pod(name).containers if c["name"] == name]
        return found

    def data(self, kind: str, name: str) -> dict[str, bytes]:
        """Return what a ConfigMap or Secret holds; nothing if it is made elsewhere."""
        found: dict[str, bytes] = {}
        for item in self.manifests:
            if (item["kind"], item["metadata"]["name"]) != (kind, name):
                continue
            texts = item.get("data", {})
            encoded = texts if kind == "Secret" else item.get("binaryData", {})
            found |= {key: text.encode() for key, text in texts.items()}
            found |= {key: base64.b64decode(text) for key, text in encoded.items()}
        return found

    def variables(self, container: str) -> dict[str, str]:
        """Return the environment of a container's process."""
        found: dict[str, str] = {}
        described = self.container(container)
        for source in described.get("envFrom", ()):
            [(how, named)] = source.items()
            held = self.data(KINDS[how], named["name"])
            found |= {name: value.decode() for name, value in held.items()}
        return found | {
            item["name"]: item["value"] for item in described.get("env", ())
        }

    def arguments(self, container: str) -> list[str]:
        """Return what a container's process is given, after Kubernetes expanded it."""
        described = self.container(container)
        known = self.variables(container)

        def expanded(match: re.Match[str]) -> str:
            return known.get(match[1], match[0]) if match[1] else "$"

        written = [*described.get("command", ()), *described.get("args", ())]
        return [_EXPANDED.sub(expanded, text) for text in written]

    def sources(self, container: str) -> dict[str, str]:
        """Say what is at each path of a container, as in ``configMap code``."""
        mounts = self.mounts(container).items()
        return {place: _source(volume) for place, volume in mounts}

    def mounts(self, container: str) -> dict[str, Manifest]:
        """Return the volume at each path of a container."""
        volumes = {volume["name"]: volume for volume in self.pod(container).volumes}
        listed = self.container(container).get("volumeMounts", ())
        return {mount["mountPath"]: volumes[mount["name"]] for mount in listed}

    def files(self, container: str) -> dict[str, bytes | None]:
        """Return the files that a container is given; None is one made elsewhere."""
        found: dict[str, bytes | None] = {}
        volumes = self.mounts(container)
        for mount in self.container(container).get("volumeMounts", ()):
            place, part = mount["mountPath"], mount.get("subPath")
            shown = self._shown(volumes[place])
            if part in shown:
                found[place] = shown[part]
            else:
                found |= {f"{place}/{path}": data for path, data in shown.items()}
        return found

    def _shown(self, volume: Manifest) -> dict[str, bytes | None]:
        found: dict[str, bytes | None] = {}
        for source in volume.get("projected", {}).get("sources", [volume]):
            for how in source.keys() & KINDS.keys():
                named = source[how]
                held = self.data(KINDS[how], named.get("secretName") or named["name"])
                every = [{"key": key, "path": key} for key in held]
                for item in named.get("items", every):
                    found[item["path"]] = held.get(item["key"])
        return found


def _source(volume: Manifest) -> str:
    [how] = volume.keys() - {"name"}
    return f"{how} {volume[how][_NAMES[how]]}" if how in _NAMES else how


@dataclass(frozen=True)
class Fault:
    """A project beside the checkout; its EXPECTED.md says how to call a translator."""

    folder: Path

    @cached_property
    def _invocation(self) -> re.Match[str]:
        text = (self.folder / "EXPECTED.md").read_text("utf-8")
        match = _INVOCATION.search(text)
        assert match, text
        return match

    @property
    def environment(self) -> dict[str, str]:
        return dict(ast.literal_eval(self._invocation["env"]))

    @property
    def args(self) -> list[str]:
        return shlex.split(self._invocation["args"] or "")

    def convert(self, options: Options | None = None, **more: str) -> Objects:
        """Convert with the library; *more* are variables."""
        return converted(self.folder, options, **self.environment, **more)

    def with_files(self, content: dict[str, bytes], folder: Path) -> Objects:
        """Convert the Compose file in another folder, beside other content."""
        compose = (self.folder / "compose.yaml").read_bytes()
        for name, data in {**content, "compose.yaml": compose}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return converted(folder, None, **self.environment)

    def run(self, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the command line as EXPECTED.md says; *more* are variables."""
        return subprocess.run(
            [sys.executable, "-m", "kompyle", "convert", *self.args, *args],
            cwd=self.folder,
            env=environment(**self.environment, **more),
            timeout=60,
            check=False,
            capture_output=True,
            encoding="utf-8",
        )

    def refused(self, folder: Path) -> tuple[int, str]:
        """Return exit code and standard error of a call that must write nothing."""
        printed, written = self.run("--stdout"), self.run("-o", str(folder / "out"))
        assert not printed.stdout
        assert not written.stdout
        assert not (folder / "out").exists()
        assert printed.returncode == written.returncode
        return written.returncode, written.stderr

    def printed(self) -> Objects:
        """Convert with the command line, which has to succeed."""
        done = self.run("--stdout")
        assert done.returncode == 0, done.stderr
        return Objects(list(yaml.safe_load_all(done.stdout)))


def folder_of(test: str) -> str:
    """Return the folder that a test is named after.

    >>> folder_of("test_b17_bind_binary__small")
    'b17-bind-binary'
    """
    return test.removeprefix("test_").partition("__")[0].replace("_", "-")


def converted(folder: Path, options: Options | None = None, **env: str) -> Objects:
    """Convert a folder with the library; what it says must not be an error."""
    result = convert(load(Request(cwd=str(folder), environment=env)), options)
    result.raise_for_errors()
    return Objects(result.manifests, result.diagnostics)
