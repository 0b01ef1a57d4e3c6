"""Data roots: what lies under one, and how a file under one is opened."""

import os

import pytest

from runtime.data_roots import DataRootError, parse_roots


@pytest.mark.parametrize(
    "root", ["lake", "https://", "https://user@host/", "https://host/?x=1", "https://host/#x", "", "s3:///folder"]
)
def test_a_root_that_says_nothing_clear_is_refused(root):
    """A relative path, and a URL without a host or with a user, query or fragment, is no root."""
    with pytest.raises(ValueError, match=r"give a directory|needs a host"):
        parse_roots([root])


def test_nothing_is_allowed_without_roots():
    """Without roots every path and address is refused, with the name of the setting."""
    for source in ("/etc/passwd", "https://example.org/x.csv"):
        with pytest.raises(DataRootError, match="ANALYST_DATA_ROOTS lists no directory or URL"):
            parse_roots([]).check(source)


def test_a_bucket_is_a_root():
    """Objects in a listed bucket and folder are under a root; those in a folder whose name begins alike are not."""
    roots = parse_roots(["s3://lake/open"])
    roots.check("s3://lake/open/x.parquet")
    with pytest.raises(DataRootError):
        roots.check("s3://lake/opened/x.parquet")


def test_a_root_may_be_a_link(tmp_path):
    """Files below a root that is itself a link are under it, by either name."""
    real = tmp_path / "real"
    real.mkdir()
    (real / "x.csv").write_text("a\n1\n")
    (tmp_path / "link").symlink_to(real)
    roots = parse_roots([str(tmp_path / "link")])
    for path in (tmp_path / "link" / "x.csv", real / "x.csv"):
        with roots.open(path) as file:
            assert file.read() == b"a\n1\n"


def test_what_is_no_regular_file_is_not_opened(tmp_path):
    """A pipe under a root is refused at once: reading it would wait for ever."""
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataRootError, match="not a regular file"):
        parse_roots([str(tmp_path)]).open(tmp_path / "pipe.csv")


def test_a_directory_that_becomes_a_link_is_not_followed(tmp_path, monkeypatch):
    """A directory that is exchanged for a link after the check leads nowhere."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    for directory in (root / "day", outside):
        directory.mkdir(parents=True)
        (directory / "x.csv").write_text(f"{directory.name}\n")
    resolve = os.path.realpath

    def exchange_after(path):
        found = resolve(path)
        (root / "day").rename(root / "old")
        (root / "day").symlink_to(outside)
        return found

    roots = parse_roots([str(root)])
    monkeypatch.setattr(os.path, "realpath", exchange_after)
    with pytest.raises(OSError, match="Not a directory"):
        roots.open(root / "day" / "x.csv")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "64:ff9b:1::7f00:1", "::7f00:1", "::ffff:0:7f00:1",
        "fec0::1", "192.0.0.8",
    ],
)  # fmt: skip
def test_private_addresses_have_to_be_listed(address):
    """A host that leads into this machine or its networks is refused, unless the network is listed."""
    with pytest.raises(DataRootError, match="as well"):
        parse_roots(["https://data.example.org/"]).check_connection("data.example.org", address)
    everything = parse_roots(["https://data.example.org/", "0.0.0.0/0", "::/0"])
    everything.check_connection("data.example.org", address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:21f::1"])
def test_public_addresses_need_no_listing(address):
    """A listed host may lead to any public address."""
    parse_roots(["https://data.example.org/"]).check_connection("data.example.org", address)
