"""All projects that there are: fixtures, real ones, and what translators get wrong."""

from dataclasses import replace
from functools import cache
from typing import Any

from kompyle.compose.discovery import Request
from kompyle.options import Options
from tests.cases import Case, corpus, fixture
from tests.conftest import CASES, SHARED, folders

FAULTS = folders(SHARED / "benchmark" / "faults")


@cache
def projects() -> dict[str, Case]:
    """Return every project by its kind and name; what lies beside us if it is there."""
    found = {f"fixture-{folder.name}": fixture(folder) for folder in CASES}
    found |= {f"corpus-{name}": case for name, case in corpus().items()}
    for folder in FAULTS:
        request = Request(cwd=str(folder), environment={})
        found[f"fault-{folder.name}"] = Case(folder.name, request, Options())
    return found


def chosen(case: Case, **choices: Any) -> Case:  # noqa: ANN401 - any option
    """Return a project with other options."""
    return Case(case.name, case.request, replace(case.options, **choices))
