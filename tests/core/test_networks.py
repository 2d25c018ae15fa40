"""Tries from one place count together, however many addresses it has."""

from __future__ import annotations

import pytest

from app.core import networks


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("local", "local"),
    ],
)
def test_an_ipv6_network_counts_as_one(address: str, counted: str) -> None:
    assert networks.counted(address) == counted
