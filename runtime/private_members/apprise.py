"""Private members of Apprise."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from requests import Session


class _Requests(ModuleType):
    """Stand-in for the module `requests` in the module of a service. It sends by a session of ours."""

    def __init__(self, session: Callable[[], "Session"]) -> None:
        super().__init__("requests")
        self._session = session

    def __getattr__(self, name: str) -> Any:
        import requests

        return getattr(requests, name)

    def request(self, method: str, url: str, **options: Any) -> Any:
        """Send a request, as `requests.request`."""
        with self._session() as session:
            return session.request(method, url, **options)

    def get(self, url: str, params: Any = None, **options: Any) -> Any:
        """Send a request, as `requests.get`."""
        return self.request("get", url, params=params, **options)

    def post(self, url: str, data: Any = None, json: Any = None, **options: Any) -> Any:
        """Send a request, as `requests.post`."""
        return self.request("post", url, data=data, json=json, **options)

    def put(self, url: str, data: Any = None, **options: Any) -> Any:
        """Send a request, as `requests.put`."""
        return self.request("put", url, data=data, **options)

    def patch(self, url: str, data: Any = None, **options: Any) -> Any:
        """Send a request, as `requests.patch`."""
        return self.request("patch", url, data=data, **options)

    def delete(self, url: str, **options: Any) -> Any:
        """Send a request, as `requests.delete`."""
        return self.request("delete", url, **options)

    def head(self, url: str, **options: Any) -> Any:
        """Send a request, as `requests.head`."""
        return self.request("head", url, **{"allow_redirects": False, **options})


def send_by(session: Callable[[], "Session"]) -> None:
    """Make the services of Apprise send by sessions of ours, so that the outcome of each request is known.

    Uses the name `requests` in the modules of `apprise.plugins`. Missing: a way to give Apprise a session, or to ask it
    for a service's answer. Services of others, and the rest of the process, keep their own.

    Args:
        session: Makes a session for one request.
    """
    import requests

    for name, module in list(sys.modules.items()):
        if name.startswith("apprise.plugins.") and getattr(module, "requests", None) is requests:
            vars(module)["requests"] = _Requests(session)
