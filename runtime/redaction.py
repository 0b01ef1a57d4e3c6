"""Texts without secrets: keys of the environment, passwords and tokens in addresses."""

import os
import re
from urllib.parse import urlsplit


def without_keys(text: str) -> str:
    """`text` without any key of this process's environment: a server that refuses a key may repeat it."""
    for name, value in os.environ.items():
        if len(value) >= 8 and name.upper().endswith(("_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_AUTH_STRING")):
            text = text.replace(value, "***")
    return text


def without_password(text: str) -> str:
    """`text` without the user names and passwords of the URLs in it."""
    return re.sub(r"//[^/@\s]*@", "//", text)


def without_secrets(url: str) -> str:
    """The URL as it may be shown: no user, no password, no query and no fragment, where tokens are kept."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"
