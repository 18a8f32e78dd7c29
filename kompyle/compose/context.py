"""What the passes of loading share: files, variables, folder, complaints."""

from dataclasses import dataclass, field, replace

from kompyle.compose.canonical import Canonical
from kompyle.compose.files import Files
from kompyle.compose.interpolate import Variables, interpolated
from kompyle.compose.paths import Base
from kompyle.compose.source import YamlNode
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class Context:
    """How one model, the main one or an included one, is read.

    ``including`` holds the files whose ``include`` is being followed, outermost
    first; ``contents`` collects what secrets and configs take from variables,
    ``variable_files`` which variables of services come from which env file,
    ``included`` every file that was included, as often as it was.
    """

    files: Files
    report: Report
    environment: dict[str, str]
    folder: str
    interpolates: bool = True
    resolves_paths: bool = True
    including: tuple[str, ...] = ()
    contents: dict[KeyPath, str] = field(default_factory=dict)
    variable_files: dict[KeyPath, str] = field(default_factory=dict)
    included: list[str] = field(default_factory=list)

    @property
    def base(self) -> Base:
        return Base(self.folder, self.environment.get("HOME"))

    @property
    def canonical(self) -> Canonical:
        return Canonical(self.report, self.interpolates)

    def filled(self, node: YamlNode) -> YamlNode:
        if not self.interpolates:
            return node
        return interpolated(node, Variables(self.environment, self.report))

    def at(self, folder: str) -> "Context":
        return replace(self, folder=folder)
