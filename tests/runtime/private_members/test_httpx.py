"""Each private member of httpx that we use is still there and does what we use it for."""

import httpx

from runtime.private_members.httpx import transport_at, wrap_transports


class _Answering(httpx.BaseTransport):
    def __init__(self, inner, place):
        self.inner, self.place = inner, place

    def handle_request(self, request):
        return httpx.Response(200, text=str(self.place))


def test_wrap_transports():
    """`Client._transport` and `Client._mounts` hold the transports by which requests leave."""
    with httpx.Client(mounts={"all://proxied": httpx.HTTPTransport(), "all://direct": None}) as client:
        before = transport_at(client)
        wrap_transports(client, _Answering)
        assert transport_at(client).inner is before
        assert client.get("http://example").text == "None"
        assert client.get("http://direct").text == "None"
        assert client.get("http://proxied").text != "None"


def test_transport_at():
    """`Client._mounts` holds the transport of a proxy under its URL pattern."""
    proxy = httpx.HTTPTransport()
    with httpx.Client(mounts={"all://proxied": proxy}) as client:
        places = []
        wrap_transports(client, lambda transport, place: places.append(place) or transport)
        assert places[0] is None
        assert transport_at(client, places[1]) is proxy
