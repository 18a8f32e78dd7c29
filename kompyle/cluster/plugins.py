"""Log in with a plugin of the kubeconfig: one that hangs can be stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TextIO

from kubernetes.config.config_exception import ConfigException
from kubernetes.config.dateutil import parse_rfc3339
from kubernetes.config.exec_provider import ExecProvider
from kubernetes.config.kube_config import (
    FileOrData,
    KubeConfigLoader,
    KubeConfigMerger,
)

from kompyle.cluster.cancel import Cancel
from kompyle.cluster.outcome import Code
from kompyle.errors import ClusterError

_LONGEST = 60.0
"""Seconds that a plugin gets where no person can be what it waits for."""

_LOOK = 0.1
_EXTENSION = "client.authentication.k8s.io/exec"
_CERTIFICATE = ("clientCertificateData", "clientKeyData")
_GIVEN = ("token", *_CERTIFICATE, "expirationTimestamp")


def load(paths: str, context: str, configuration: Any, cancel: Cancel) -> None:  # noqa: ANN401 - the client's
    """Fill in the client's configuration from a kubeconfig, as the client does."""
    merged = KubeConfigMerger(paths).config  # type: ignore[no-untyped-call]
    loader = _Loader(merged, context, config_base_path=None)  # type: ignore[no-untyped-call]
    loader.cancel = cancel
    loader.load_and_set(configuration)  # type: ignore[no-untyped-call]


class _Loader(KubeConfigLoader):
    """The client's, but for plugins: there it waits for ever, and hides what fails."""

    cancel: Cancel
    _user: Any
    _cluster: Any
    _current_context: Any

    def _load_from_exec_plugin(self) -> bool | None:
        if "exec" not in self._user:
            return None
        wanted, cluster = self._user["exec"], self._cluster
        folder = self._get_base_path(cluster.path)  # type: ignore[no-untyped-call]
        mode = wanted.safe_get("interactiveMode") or ""
        hint = wanted.safe_get("installHint") or ""
        provider = ExecProvider(wanted, folder, cluster)  # type: ignore[no-untyped-call]
        plugin = _Plugin(
            self._current_context["name"], provider, mode, hint, self.cancel
        )
        found = plugin.status()
        try:
            self._take(plugin, found, folder)
        except (ConfigException, OSError, TypeError, ValueError) as error:
            raise plugin.failed(f"what it prints is of no use: {error}") from error
        return True

    def _take(self, plugin: "_Plugin", found: dict[str, str], folder: str) -> None:
        if "token" in found:
            self.token = f"Bearer {found['token']}"
        elif all(key in found for key in _CERTIFICATE):
            self.cert_file, self.key_file = (
                FileOrData(found, None, key, folder, False).as_file()  # type: ignore[no-untyped-call] # noqa: FBT003
                for key in _CERTIFICATE
            )
        else:
            raise plugin.failed(
                "it gives neither a token nor a certificate with its key"
            )
        vars(self).pop("expiry", None)  # the client asks whether there is one
        if "expirationTimestamp" in found:
            self.expiry = parse_rfc3339(found["expirationTimestamp"])  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class _Plugin:
    """A plugin; ``provider`` has its command and what it is told."""

    context: str
    provider: Any
    mode: str
    hint: str
    cancel: Cancel

    def failed(self, why: str) -> ClusterError:
        name = self.provider.args[0]
        fact = f"the login of context {self.context} fails: exec: {name}: {why}"
        return ClusterError(fact, Code.NO_CLUSTER)

    def status(self) -> dict[str, str]:
        """Run the plugin, and return the credentials that it prints; null is none."""
        text = self._printed()
        try:
            found = json.loads(text)
        except ValueError as error:
            raise self.failed(f"what it prints is no JSON: {error}") from error
        status = found.get("status") if isinstance(found, dict) else None
        if not isinstance(status, dict):
            raise self.failed("what it prints has no status")
        if found.get("apiVersion") != self.provider.api_version:
            told = f"{found.get('apiVersion')}, not {self.provider.api_version}"
            raise self.failed(f"it speaks {told}")
        given = {
            key: status[key] for key in _GIVEN if status.get(key) not in (None, "")
        }
        for key, value in given.items():
            if not isinstance(value, str):
                raise self.failed(f"the {key} that it prints is no text")
        return given

    def _printed(self) -> str:
        with self._running() as process:
            out, err = self._said(process)
        if process.returncode:
            said = (err or "").strip()
            code = f"it ended with {process.returncode}"
            raise self.failed(f"{code}: {said}" if said else code)
        return out

    def _said(self, process: "subprocess.Popen[str]") -> tuple[str, str | None]:
        end = time.monotonic() + _LONGEST
        while True:
            try:
                return process.communicate(timeout=_LOOK)
            except subprocess.TimeoutExpired:
                self._check(end)

    def _check(self, end: float) -> None:
        if self.cancel.is_asked:
            raise ClusterError("interrupted", Code.INTERRUPTED)
        if time.monotonic() > end and not _has_person():
            told = f"it has not ended in {_LONGEST:.0f} s, and there is no terminal"
            raise self.failed(f"{told}; run it by itself to see what it waits for")

    @contextmanager
    def _running(self) -> Iterator["subprocess.Popen[str]"]:
        """Start it; it ends when whoever waits for it does, and all that it started."""
        is_asking = self.mode != "Never" and _is_terminal(sys.stdin)
        try:
            process = self._started(is_asking=is_asking)
        except OSError as error:
            raise self.failed(self._absent(error)) from error
        except (TypeError, ValueError) as error:
            told = "its command, args and env need texts"
            raise self.failed(f"it cannot be run: {told} ({error})") from error
        with process:
            try:
                yield process
            finally:
                if process.returncode is None:
                    _kill(process, is_alone=is_asking)

    def _started(self, *, is_asking: bool) -> "subprocess.Popen[str]":
        info = {
            "apiVersion": self.provider.api_version,
            "kind": "ExecCredential",
            "spec": {"interactive": is_asking} | self._cluster(),
        }
        return subprocess.Popen(  # noqa: S603 - as the kubeconfig has it
            self.provider.args,
            stdin=None if is_asking else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if _is_terminal(sys.stderr) else subprocess.PIPE,
            cwd=self.provider.cwd,
            env=self.provider.env | {"KUBERNETES_EXEC_INFO": json.dumps(info)},
            text=True,
            errors="replace",
            start_new_session=not is_asking,
        )

    def _cluster(self) -> dict[str, Any]:
        """Return what the plugin is told of the cluster, if it asks for that."""
        if not self.provider.cluster:
            return {}
        told = self.provider.cluster.value
        for extension in told.get("extensions") or ():
            if extension["name"] == _EXTENSION:
                return {"cluster": told | {"config": extension["extension"]}}
        return {"cluster": told}

    def _absent(self, error: OSError) -> str:
        hint = self.hint.strip()
        between = "\n" if "\n" in hint else "; "
        why = f"it cannot be run: {(error.strerror or str(error)).lower()}"
        return f"{why}{between}{hint}" if hint else why


def _kill(process: "subprocess.Popen[str]", *, is_alone: bool) -> None:
    """End a plugin; all of its group, unless it shares ours to use the terminal."""
    if is_alone:
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _has_person() -> bool:
    """Whether somebody sits here: a login in a browser takes its time."""
    return _is_terminal(sys.stdin) or _is_terminal(sys.stderr)


def _is_terminal(file: TextIO | None) -> bool:
    return file is not None and not file.closed and file.isatty()
