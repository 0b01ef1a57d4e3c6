"""Downloads that are confined to data roots: redirects, names and the addresses to which they lead."""

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from analytics.errors import DatasetError
from analytics.reading.places import downloads
from analytics.reading.places.downloads import download
from runtime.data_roots import parse_roots


@contextmanager
def site():
    """A site on a free port: `/lake/x.csv` is a table, `/lake/to?URL` redirects; yields its port and what was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if "/to?" in self.path:
                self.send_response(302)
                self.send_header("Location", self.path.partition("?")[2])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"a\n1\n")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()


def _fetch(url, roots, directory):
    file, _ = download(url, directory, 1000, (".csv",), roots=parse_roots(roots))
    return file.read_bytes()


def test_a_redirect_under_a_root_is_followed(tmp_path):
    """A redirect to another address under a root is followed."""
    with site() as (port, _):
        here = f"http://127.0.0.1:{port}"
        assert _fetch(f"{here}/lake/to?{here}/lake/x.csv", [f"{here}/lake"], tmp_path) == b"a\n1\n"


def test_a_redirect_out_of_the_roots_is_not_followed(tmp_path):
    """A redirect to an address under no root is refused before it is asked for."""
    with site() as (port, asked), site() as (other, never):
        here = f"http://127.0.0.1:{port}"
        for target in (f"{here}/private/x.csv", f"http://127.0.0.1:{other}/lake/x.csv", "/private/x.csv"):
            with pytest.raises(DatasetError, match="ANALYST_DATA_ROOTS"):
                _fetch(f"{here}/lake/to?{target}", [f"{here}/lake"], tmp_path)
    assert all(path.startswith("/lake/to?") for path in asked)
    assert never == []


def test_a_name_that_leads_into_this_machine_needs_its_network(tmp_path):
    """A listed name that leads to a loopback address is read only when the network is listed as well."""
    with site() as (port, asked):
        url = f"http://127.1:{port}/lake/x.csv"  # a name to everybody but the resolver
        with pytest.raises(DatasetError, match=r"127\.1 leads to 127\.0\.0\.1"):
            _fetch(url, [f"http://127.1:{port}/"], tmp_path)
        assert asked == []
        assert _fetch(url, [f"http://127.1:{port}/", "127.0.0.0/8"], tmp_path) == b"a\n1\n"


def test_the_address_that_was_checked_is_connected(tmp_path, monkeypatch):
    """A name is looked up once: an answer that changes between check and connection changes nothing."""
    lookups, resolve = [], socket.getaddrinfo

    def resolver(host, *args, **kwargs):
        if host != "data.example.org":
            return resolve(host, *args, **kwargs)
        lookups.append(host)
        return resolve("127.0.0.1" if len(lookups) == 1 else "127.0.0.2", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    with site() as (port, _):
        roots = [f"http://data.example.org:{port}/", "127.0.0.1/32"]
        assert _fetch(f"http://data.example.org:{port}/x.csv", roots, tmp_path) == b"a\n1\n"
    assert lookups == ["data.example.org"]


def test_proxies_are_not_asked_for_confined_downloads(tmp_path, monkeypatch):
    """A proxy of the environment would look names up itself, so a confined download does not use it."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with site() as (port, _):
        url = f"http://127.0.0.1:{port}/x.csv"
        assert _fetch(url, [f"http://127.0.0.1:{port}/"], tmp_path) == b"a\n1\n"


def test_a_name_that_turns_inward_is_not_followed():
    """Once a public address was connected, none of this network is, whatever name leads to it, and in whatever form."""
    for inside in ("127.0.0.1", "0.0.0.0", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"):
        check = downloads._not_from_outside_in("https://data.example.org/x.csv")
        check("localhost", inside)  # a person may name what is inside
        check("data.example.org", "93.184.216.34")
        with pytest.raises(DatasetError, match="not followed"):
            check("data.example.org", inside)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "0.0.0.0", "[::ffff:127.0.0.1]"])
def test_this_machine_in_other_forms(host, tmp_path):
    """An address of this machine is not the one that a root names, in whatever form it is written."""
    with site() as (port, asked):
        with pytest.raises(DatasetError, match=r"under no root|could not be fetched"):
            _fetch(f"http://{host}:{port}/x.csv", [f"http://127.0.0.1:{port}/", "127.0.0.0/8"], tmp_path)
        assert asked == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "0"])
def test_a_form_that_only_a_resolver_knows_is_a_name(host, tmp_path):
    """A root in such a form is a name like any other, which leads into this network."""
    with site() as (port, asked):
        with pytest.raises(DatasetError, match=r"as well|could not be fetched"):
            _fetch(f"http://{host}:{port}/x.csv", [f"http://{host}:{port}/"], tmp_path)
        assert asked == []


def test_another_address_of_a_host_is_tried(tmp_path, monkeypatch):
    """If the first address of a host takes no connection, the next one is asked, checked like the first."""
    resolve = socket.getaddrinfo

    def resolver(host, *args, **kwargs):
        if host != "data.example.org":
            return resolve(host, *args, **kwargs)
        return resolve("127.0.0.2", *args, **kwargs) + resolve("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    with site() as (port, asked):
        root = f"http://data.example.org:{port}/"
        assert _fetch(f"{root}x.csv", [root, "127.0.0.0/30"], tmp_path) == b"a\n1\n"
        with pytest.raises(DatasetError, match="as well"):
            _fetch(f"{root}x.csv", [root, "127.0.0.2/32"], tmp_path)
    assert len(asked) == 1
