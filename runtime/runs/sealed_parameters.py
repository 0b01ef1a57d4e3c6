"""Encryption of run parameters that hold secrets, such as the password in the address of a notification.

A run needs its parameters again when it is resumed, so they cannot be masked. They are encrypted with Fernet (AES-128
in CBC mode and HMAC-SHA256) by a key that is derived from `ANALYST_RESULTS_KEY`, or else from a random key that is made
on first use in the data directory. A person who reads the store alone, or a backup of it, learns nothing.
"""

import base64
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from runtime.files.key_files import key_in
from runtime.settings import get_settings
from runtime.texts.redaction import holds_secret

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_SEALED = "sealed by analyst-flows"
"""Key of an encrypted value among the parameters of a run."""

_KEY_FILE = "parameters.key"


class SealedParametersError(RuntimeError):
    """Error raised when parameters cannot be read, because the key that encrypted them is not here."""


def seal_secrets(parameters: dict[str, Any], *, hidden: set[str]) -> dict[str, Any]:
    """Encrypt each parameter that holds a secret.

    Args:
        parameters: Parameters as JSON values.
        hidden: Names of parameters that the flow does not send to the Prefect server.

    Raises:
        runtime.files.data_directory.DataDirectoryError: The key cannot be written.
    """
    return {
        name: _seal(value) if name in hidden or holds_secret(value) else value for name, value in parameters.items()
    }


def reveal(parameters: dict[str, Any]) -> dict[str, Any]:
    """Decrypt the parameters that `seal_secrets` has encrypted.

    Raises:
        SealedParametersError: They were encrypted with another key.
    """
    return {name: _unseal(name, value) for name, value in parameters.items()}


def _seal(value: object) -> dict[str, str]:
    token = _ciphers(make=True)[0].encrypt(json.dumps(value).encode("utf-8", "surrogatepass"))
    return {_SEALED: token.decode("ascii")}


def _unseal(name: str, value: Any) -> Any:
    from cryptography.fernet import InvalidToken

    sealed = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if sealed.keys() != {_SEALED}:
        return value
    for cipher in _ciphers(make=False):
        with suppress(InvalidToken):
            return json.loads(cipher.decrypt(str(sealed[_SEALED])))
    raise SealedParametersError(
        f"The parameter {name} is encrypted with a key that is not here. Set ANALYST_RESULTS_KEY, or ANALYST_HOME, as "
        "it was when the run began."
    )


def _ciphers(*, make: bool) -> list["Fernet"]:
    """Return the ciphers of the available keys; the first one is for new values."""
    settings = get_settings()
    keys = [settings.results_key.get_secret_value().encode()] if settings.results_key else []
    path = settings.home / _KEY_FILE
    if make and not keys:
        keys.append(key_in(settings.private_home / _KEY_FILE))
    else:
        with suppress(OSError):
            keys.append(path.read_bytes())
    return [_cipher(key) for key in keys]


def _cipher(key: bytes) -> "Fernet":
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), length=32, salt=None, info=b"analyst-flows run parameters").derive(key)
    return Fernet(base64.urlsafe_b64encode(derived))
