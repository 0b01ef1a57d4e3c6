"""Addresses: those that programs read in more than one way are refused, whatever lies under a root."""

import pytest

from runtime.data_roots import DataRootError, parse_roots

ROOT = "https://data.example.org/lake/"

AMBIGUOUS = [
    # Encoded more than once
    f"{ROOT}%252e%252e/x",
    f"{ROOT}%25252e%25252e/x",
    f"{ROOT}%2%35e%252e/x",
    f"{ROOT}%252fx",
    f"{ROOT}%250ax",
    f"{ROOT}%2500.csv",
    f"{ROOT}%255c..%255cx",
    f"{ROOT}%25u002e/x",
    # Not encoded as it should be
    f"{ROOT}%u002e%u002e/x",
    f"{ROOT}%zz",
    f"{ROOT}100%",
    f"{ROOT}%c0%ae%c0%ae/x",
    f"{ROOT}%ff",
    f"{ROOT}%ed%a0%80",
    # Path parameters
    f"{ROOT}..;/x",
    f"{ROOT}..;a=b/x",
    f"{ROOT}.;/x",
    f"{ROOT}%2e%2e%3b/x",
    f"{ROOT};/../x",
    f"{ROOT}x;jsessionid=1",
    # Dots
    f"{ROOT}../x",
    f"{ROOT}./x",
    f"{ROOT}%2e%2e/x",
    f"{ROOT}.%2e/x",
    f"{ROOT}..%2fx",
    f"{ROOT}..%20/x",
    f"{ROOT}.../x",
    f"{ROOT}..",
    f"{ROOT}\uff0e\uff0e/x",
    f"{ROOT}%ef%bc%8e%ef%bc%8e/x",
    f"{ROOT}\u2025/x",
    f"{ROOT}..\uff0fx",
    # Backslashes
    f"{ROOT}..\\x",
    f"{ROOT}..%5cx",
    f"{ROOT}..\uff3cx",
    "https:\\\\data.example.org/lake/x",
    "https://data.example.org\\lake\\x",
    # Unseen and control characters
    f"{ROOT}%0ax",
    f"{ROOT}%0d%0aHost:evil.example",
    f"{ROOT}%00x",
    f"{ROOT}%7fx",
    f"{ROOT}%c2%85x",
    f"{ROOT}%e2%80%8bx",
    f"{ROOT}%e2%80%aex",
    f"{ROOT}%c2%adx",
    f"{ROOT}%f3%a0%81%81x",
    f"{ROOT}\u3164x",
    f"{ROOT}x\ufe0f",
    f"{ROOT}\tx",
    f" {ROOT}x",
    f"{ROOT}x\u00a0",
    # Users, hosts and ports
    "https://user@data.example.org/lake/x",
    "https://user:password@data.example.org/lake/x",
    "https://@data.example.org/lake/x",
    "https://data.example.org@evil.example/lake/x",
    "https://data.example.org%40evil.example/lake/x",
    "https://data.example.org%2f@evil.example/lake/x",
    "https://data.example.org./lake/x",
    "https://.data.example.org/lake/x",
    "https://data..example.org/lake/x",
    "https://data%2eexample.org/lake/x",
    "https://data\u3002example.org/lake/x",
    "https://d\u0430ta.example.org/lake/x",
    "https://\uff44ata.example.org/lake/x",
    "https://data.exam\u00adple.org/lake/x",
    "https://data.example.org:/lake/x",
    "https://data.example.org:0/lake/x",
    "https://data.example.org:0443/lake/x",
    "https://data.example.org:+443/lake/x",
    "https://data.example.org:\uff14\uff14\uff13/lake/x",
    "https://data.example.org:65979/lake/x",
    "https://data.example.org:443:80/lake/x",
    "https://[fe80::1%25eth0]/lake/x",
    "https://[fe80::1%eth0]/lake/x",
    "https://user:password@[::1/lake/x",
    "https://[::1]evil.example/lake/x",
    "https://[v1.x]/lake/x",
    "https://[:::]/lake/x",
    "https:///data.example.org/lake/x",
    "https://?data.example.org/lake/x",
]

OTHERS = [
    "https://data.example.org/LAKE/x",
    "https://data.example.org/%6cake/x",
    "https://data.example.org//lake/x",
    "https://data.example.org/lake%20/x",
    "https://xn--data-8b4d.example.org/lake/x",
    "http://data.example.org:443/lake/x",
    "https:data.example.org/lake/x",
    "https:/data.example.org/lake/x",
    "//data.example.org/lake/x",
    "url:https://data.example.org/lake/x",
    "view-source:https://data.example.org/lake/x",
    "https://93.184.216.34/lake/x",
]
"""Addresses that all programs read in the same way, as others than those under the root."""

PLAIN = [
    f"{ROOT}x.csv",
    f"{ROOT}a%20b.csv",
    f"{ROOT}a b.csv",
    f"{ROOT}100%25%20of%20sales.csv",
    f"{ROOT}.hidden/x...y.csv",
    f"{ROOT}gr%C3%BC%C3%9Fe.csv",
    f"{ROOT}gr\u00fc\u00dfe.csv",
    f"{ROOT}%D9%85%DB%8C.csv",
    f"{ROOT}x.csv?day=2025-01-01&sign=a%252fb;c#part",
    f"{ROOT}day=1/x,y+z~(1)!'*:@&=$.csv",
    "HTTPS://DATA.example.org:443/lake/x.csv",
]


@pytest.mark.parametrize("address", AMBIGUOUS, ids=ascii)
def test_an_address_that_can_be_read_in_two_ways_is_refused(address):
    """It is refused also where the root allows everything of its host, and what is said of it is one printable line."""
    for root in (ROOT, "https://data.example.org/"):
        with pytest.raises(DataRootError) as refused:
            parse_roots([root]).check(address)
        assert str(refused.value).isprintable()
        assert "password" not in str(refused.value)


@pytest.mark.parametrize("address", OTHERS)
def test_an_address_beside_a_root_is_refused(address):
    """Neither another case of the path, nor a doubled slash, nor another host is under the root."""
    with pytest.raises(DataRootError):
        parse_roots([ROOT]).check(address)


@pytest.mark.parametrize("address", PLAIN, ids=ascii)
def test_a_plain_address_is_taken(address):
    """Escapes that mean one thing, other scripts, and queries are taken."""
    parse_roots([ROOT]).check(address)


def test_a_root_in_another_script_lies_above_what_is_sent():
    """A root and an address may be written with or without escapes, since clients send them escaped."""
    for root in ("https://data.example.org/gr\u00fc\u00dfe a/", "https://data.example.org/gr%C3%BC%C3%9Fe%20a"):
        parse_roots([root]).check("https://data.example.org/gr\u00fc\u00dfe a/x.csv")
        parse_roots([root]).check("https://data.example.org/gr%C3%BC%C3%9Fe%20a/x.csv")


@pytest.mark.parametrize("root", ["https://host./", "https://h\u00f6st/", "https://host/%252e/", "https://host/a;b/"])
def test_a_root_is_as_clear_as_an_address(root):
    """A text that is refused as an address is no root either, since nothing could lie under it."""
    with pytest.raises(ValueError, match=r"ASCII|twice|semicolon"):
        parse_roots([root])
