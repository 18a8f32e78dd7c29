"""The short form of ports, with ranges and addresses."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.compose import short_port
from kompyle.compose.short_port import ShortPort


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("80", ShortPort(80, None, None), id="container"),
        pytest.param(":80", ShortPort(80, None, None), id="colon"),
        pytest.param("8080:80", ShortPort(80, "8080", None), id="host"),
        pytest.param("8080:80/udp", ShortPort(80, "8080", None, "udp"), id="udp"),
        pytest.param("80/SCTP", ShortPort(80, None, None, "sctp"), id="upper-case"),
        pytest.param("8080:80/", ShortPort(80, "8080", None), id="empty-protocol"),
        pytest.param("0:80", ShortPort(80, "0", None), id="any-host-port"),
        pytest.param("0080:+080", ShortPort(80, "80", None), id="zeros-and-plus"),
        pytest.param("127.0.0.1::80", ShortPort(80, None, "127.0.0.1"), id="address"),
        pytest.param(
            "1.2.3.4:1:2", ShortPort(2, "1", "1.2.3.4"), id="address-and-host"
        ),
        pytest.param("[::1]:1:2", ShortPort(2, "1", "::1"), id="ipv6"),
        pytest.param("::1:8080:80", ShortPort(80, "8080", "::1"), id="ipv6-bare"),
        pytest.param(
            "2001:db8::1:1:2", ShortPort(2, "1", "2001:db8::1"), id="ipv6-long"
        ),
        pytest.param(
            "9090-9092:80", ShortPort(80, "9090-9092", None), id="one-of-many"
        ),
        pytest.param("90-90:80-80", ShortPort(80, "90", None), id="range-of-one"),
    ],
)
def test_one_port(text: str, expected: ShortPort) -> None:
    assert short_port.parse(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "3000-3002", [(3000, None), (3001, None), (3002, None)], id="plain"
        ),
        pytest.param("90-91:80-81", [(80, "90"), (81, "91")], id="pairs"),
        pytest.param("1.2.3.4::80-81/udp", [(80, None), (81, None)], id="address"),
        pytest.param("9-11:9-11", [(10, "10"), (11, "11"), (9, "9")], id="as-text"),
    ],
)
def test_range(text: str, expected: list[tuple[int, str | None]]) -> None:
    ports = short_port.parse(text)
    assert [(port.target, port.published) for port in ports] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "127.0.0.1:80",
            'IP address but no host port; write "127.0.0.1::80" or "127.0.0.1:80:80"',
            id="address-without-host-port",
        ),
        pytest.param(
            "localhost:80:81",
            '"localhost" in .* is not an IP address; write .* "127.0.0.1:80:81"',
            id="host-name",
        ),
        pytest.param("1.2.3:80:80", '"1.2.3" in .* is not an IP address', id="ipv4"),
        pytest.param("[fe80::1%eth0]:1:2", "is not an IP address", id="zone"),
        pytest.param("[::1:1:2", "is not an IP address", id="open-bracket"),
        pytest.param("80:80:80:80", '"80:80" in .* is not an IP', id="four-parts"),
        pytest.param("80:b", '"b" in "80:b" is not a container port', id="word"),
        pytest.param("65536", '^"65536" is not a container port', id="container-range"),
        pytest.param("70000:80", '"70000" in .* is not a host port', id="host-range"),
        pytest.param("0x50:80", '"0x50" in .* is not a host port', id="hexadecimal"),
        pytest.param("-1:80", '"-1" in .* is not a host port', id="negative"),
        pytest.param("1-2-3", "is not a container port", id="two-dashes"),
        pytest.param("80-", "is not a container port", id="open-range"),
        pytest.param("80-70", 'is not a container port; write "70-80"', id="downwards"),
        pytest.param(" 80:80", 'is not a host port; write "80"', id="blank"),
        pytest.param("80.5", '^"80.5" is not a container port', id="float"),
        pytest.param(
            "80/udp:90", '"80/udp" in .* is not a host port', id="protocol-first"
        ),
        pytest.param("80/foo", '"foo" in .* is not a protocol', id="protocol"),
        pytest.param("80/tcp/udp", '"tcp/udp" in .* not a protocol', id="protocols"),
        pytest.param("90-91:80-85", "have 2 and 6 ports; make them equal", id="ranges"),
        pytest.param("80:", '"80:" has no container port', id="no-container"),
        pytest.param("", '"" has no container port', id="empty"),
        pytest.param("80:0", '"80:0" has container port 0', id="zero"),
        pytest.param("0-2", '"0-2" has container port 0', id="zero-range"),
    ],
)
def test_refusal_tells_a_way_out(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        short_port.parse(text)


@given(st.text() | st.text(st.sampled_from("0189:-/.[]udp+ ")))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert short_port.parse(text)
