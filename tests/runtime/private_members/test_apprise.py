"""Each private member of Apprise that we use is still there and does what we use it for."""

import sys

import requests
from apprise import Apprise

from runtime.private_members.apprise import send_by


class _Answering(requests.Session):
    asked: list[tuple[str, str]] = []  # noqa: RUF012 - of all sessions

    def send(self, request, **options):
        self.asked.append((request.method, request.url))
        answer = requests.Response()
        answer.status_code = 200
        return answer


def test_send_by(monkeypatch):
    """The services of Apprise send by the name `requests` in their modules, and the rest of the process does not."""
    service = Apprise.instantiate("json://h.example/path")
    modules = {name: module for name, module in sys.modules.items() if name.startswith("apprise.plugins.")}
    users = [module for module in modules.values() if getattr(module, "requests", None) is not None]
    for module in users:  # as they were after the test
        monkeypatch.setattr(module, "requests", requests)
    assert len(users) > 50
    send_by(_Answering)
    assert service.notify(title="", body="hello")
    assert _Answering.asked == [("POST", "http://h.example/path")]
    assert requests.Session.send is not _Answering.send
    assert requests.post.__module__ == "requests.api"
