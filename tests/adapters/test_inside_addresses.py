"""IP addresses to which Acquis may connect when others name them."""

from __future__ import annotations

from adapters.addresses import is_outside

NOT_PUBLIC = """
127.0.0.1 10.0.0.1 192.168.1.1 172.16.0.1 169.254.169.254 100.64.0.1 100.100.100.200 0.0.0.0 224.0.0.1 255.255.255.255
192.0.0.1 192.0.0.9 192.0.0.10 192.0.0.192 168.63.129.16 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.175.48.1
198.18.0.1 198.51.100.1 203.0.113.1 240.0.0.1
::1 :: fe80::1%eth0 fc00::1 fd00:ec2::254 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:168.63.129.16
64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 5f00::1 2001:0:1::1 2001:2::1 2001:20::1 2001:3::1 2001:4:112::1
2001:db8::1 2002:7f00:1::1 2002:808:808::1 2620:4f:8000::1 3fff::1
"""
PUBLIC = "93.184.215.14 168.63.129.17 192.0.1.1 2606:2800:21f:cb07:6820:80da:af6b:8b2c ::ffff:93.184.215.14"


def test_an_address_of_a_private_or_special_network_is_not_public() -> None:
    assert [each for each in NOT_PUBLIC.split() if is_outside(each)] == []
    assert [each for each in PUBLIC.split() if not is_outside(each)] == []
