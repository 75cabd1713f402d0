"""No test reaches the network, the developer's settings or the real clock."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta

import pytest
from pytest_socket import SocketConnectBlockedError

from tests.twins.clock import FakeClock


@pytest.mark.filterwarnings("ignore:A test tried to use socket:UserWarning")
def test_a_test_cannot_connect_beyond_loopback() -> None:
    """192.0.2.1 is an address for documentation: the block is met before any packet leaves."""
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))


def test_a_test_may_connect_to_loopback() -> None:
    """Twins of Slack and WeCom listen on the loopback address."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as caller:
        assert caller.getpeername() == server.getsockname()


def test_no_real_setting_reaches_a_test() -> None:
    """A developer's own tokens stay out of the tests."""
    assert not [name for name in os.environ if name.upper().startswith(("VIGIA_", "SLACK_", "WECOM_"))]


def test_the_clock_moves_only_when_told(clock: FakeClock) -> None:
    """Time in tests passes by hand."""
    before = clock.now()
    assert clock.now() == before
    assert clock.advance(timedelta(hours=3)) == before + timedelta(hours=3)
    assert clock.now().tzinfo is UTC


def test_the_clock_refuses_a_naive_instant() -> None:
    """A naive instant would hide the zone it was meant in."""
    with pytest.raises(ValueError, match="aware"):
        FakeClock(datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake under test
