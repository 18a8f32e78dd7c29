"""The exceptions of Kompyle: what a caller may want to catch."""

from kompyle.diagnostics import Report, Severity


class KompyleError(Exception):
    """Whatever Kompyle raises on purpose."""


class ComposeError(KompyleError):
    """The Compose project has errors; ``report`` holds them all."""

    def __init__(self, report: Report) -> None:
        self.report = report
        errors = report.of(Severity.ERROR)
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"{errors[0]}{more}")


class EmitError(KompyleError):
    """The output could not be written; the message says which file and why."""


class UsageError(KompyleError):
    """The caller asked for something that does not exist or does not combine."""
