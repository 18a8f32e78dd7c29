"""What tests share: the folder beside the checkout, the fixtures, and --update."""

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("KOMPYLE_SHARED") or ROOT.parent / "shared")
FIXTURES = ROOT / "tests" / "fixtures"
FATES = ("kept", "adapted", "ignored", "lost")
UNMEASURED = {"COVERAGE_PROCESS_CONFIG": "", "COVERAGE_PROCESS_START": ""}
"""The environment of a program that Ctrl-C may end anywhere.

A tracer that is interrupted while it holds its lock waits for itself ever after.
"""


def folders(parent: Path) -> list[Path]:
    """List the folders in *parent*, by name; none when it is not there."""
    if not parent.is_dir():
        return []
    return sorted(path for path in parent.iterdir() if path.is_dir())


CASES = folders(FIXTURES)


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs of tests also where a shell has it ignored.

    What a shell starts in the background ignores it, and so does all that is started
    from there.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite expected files")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test that asks for a ``case`` each folder under fixtures/."""
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Name the folder of recorded answers, real projects and reference schemas."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared folder at {SHARED}; KOMPYLE_SHARED names another")
    return SHARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Sum up what became of the real projects, wherever their tests ran."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", ()):
        if "test_corpus.py::test_figures" in report.nodeid:
            counts.update(dict(report.user_properties))
    if not counts:
        return
    terminalreporter.section("corpus")
    leaves = sum(counts[fate] for fate in FATES)
    for what, number in counts.items():
        share = f"{number / leaves:8.1%} of the leaves" if what in FATES else ""
        terminalreporter.write_line(f"{what:24}{number:8}{share}")
