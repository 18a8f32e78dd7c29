"""Extra hosts are read from a list."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.compose import hostlist


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param([], {}, id="none"),
        pytest.param(["a=1.2.3.4"], {"a": ["1.2.3.4"]}, id="equals"),
        pytest.param(["a:1.2.3.4"], {"a": ["1.2.3.4"]}, id="colon"),
        pytest.param(["a:::1", "b=[::1]"], {"a": ["::1"], "b": ["::1"]}, id="ipv6"),
        pytest.param(["a=1,2", "a:[3]"], {"a": ["1", "2", "3"]}, id="several"),
        pytest.param(["a:host-gateway"], {"a": ["host-gateway"]}, id="gateway"),
        pytest.param(["a=", "b=[]"], {"a": [""], "b": ["[]"]}, id="unchecked"),
    ],
)
def test_addresses(entries: list[str], expected: dict[str, list[str]]) -> None:
    assert hostlist.parse(entries) == expected


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        pytest.param("a", '"a" has no address; write "a=', id="no-address"),
        pytest.param("=1.2.3.4", '"" in .* is not a host name', id="no-host"),
        pytest.param("::::1", '"" in .* is not a host name', id="colons"),
        pytest.param("a:b=1.2.3.4", '"a:b" in .* is not a host name', id="colon"),
    ],
)
def test_refusal_tells_a_way_out(entry: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"{message}.*write|{message}"):
        hostlist.parse([entry])


@given(st.lists(st.text()))
def test_any_list_is_read_or_refused(entries: list[str]) -> None:
    with suppress(ValueError):
        assert all(hostlist.parse(entries).values())
