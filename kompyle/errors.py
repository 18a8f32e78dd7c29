"""The exceptions of Kompyle: what a caller may want to catch."""

from collections.abc import Iterable

from kompyle.diagnostics import Diagnostic, Severity


class KompyleError(Exception):
    """Whatever Kompyle raises on purpose."""


class ComposeError(KompyleError):
    """The Compose project has errors; ``report`` holds whatever was found."""

    def __init__(self, report: Iterable[Diagnostic]) -> None:
        self.report = tuple(report)
        errors = [found for found in self.report if found.severity is Severity.ERROR]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"{errors[0]}{more}")


class EmitError(KompyleError):
    """The output could not be written; the message says which file and why."""


class UsageError(KompyleError):
    """The caller asked for something that does not exist or does not combine."""


class ClusterError(KompyleError):
    """A cluster cannot be reached, or refuses; ``code`` is the command's exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
