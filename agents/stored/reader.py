"""Values on their way back from storage, as the types they were."""

import base64
import datetime as dt
import importlib
import io
import re
import sys
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter

from agents.stored.frames import parquet_to_frame
from agents.stored.kinds import MAPPINGS, SEQUENCE_NAMES, TEXT_NAMES, TYPE


class Reader:
    """Reads one value.

    Args:
        files: Content of each side file by its digest.
        classes: Classes to prefer over those found by import.
    """

    def __init__(self, files: Mapping[str, bytes], classes: Iterable[type[Any]]) -> None:
        self._files = files
        self._classes = _by_name(classes)

    def read(self, json: Any) -> Any:
        """Return the value that JSON, or a part of it, stands for.

        Raises:
            Exception: It is not what `Writer.write` returned, or the classes have changed since.
        """
        kind = type(json)
        if kind is list:
            return [self.read(item) for item in json]
        if kind is not dict:
            return json
        if TYPE not in json:
            return {key: self.read(item) for key, item in json.items()}
        name = json[TYPE]
        if name in TEXT_NAMES:
            return TEXT_NAMES[name](json["value"])
        if name in SEQUENCE_NAMES:
            items = [self.read(item) for item in json["value"]]
            return deque(items, json["maxlen"]) if name == "deque" else SEQUENCE_NAMES[name](items)
        if name in MAPPINGS:
            return MAPPINGS[name](self._pairs(json))
        return getattr(self, f"_read_{name}")(json)

    def _pairs(self, json: Any) -> list[tuple[Any, Any]]:
        return [(self.read(key), self.read(item)) for key, item in json["value"]]

    def _read_text(self, json: Any) -> str:
        return base64.b64decode(json["value"]).decode("utf-8", "surrogatepass")

    def _read_bytes(self, json: Any) -> bytes:
        return base64.b64decode(json["value"])

    def _read_bytearray(self, json: Any) -> bytearray:
        return bytearray(base64.b64decode(json["value"]))

    def _read_enum(self, json: Any) -> Any:
        return self._class(json["class"])(self.read(json["value"]))

    def _read_datetime(self, json: Any) -> dt.datetime:
        value = dt.datetime.fromisoformat(json["value"])
        return value.replace(tzinfo=self.read(json["zone"]), fold=json["fold"])

    def _read_date(self, json: Any) -> dt.date:
        return dt.date.fromisoformat(json["value"])

    def _read_time(self, json: Any) -> dt.time:
        return dt.time.fromisoformat(json["value"]).replace(tzinfo=self.read(json["zone"]), fold=json["fold"])

    def _read_timedelta(self, json: Any) -> dt.timedelta:
        return dt.timedelta(*json["value"])

    def _read_timezone(self, json: Any) -> dt.timezone:
        offset = self.read(json["value"])
        if dt.timezone(offset).tzname(None) == json["name"]:
            return dt.timezone(offset) if offset else dt.UTC
        return dt.timezone(offset, json["name"])

    def _read_range(self, json: Any) -> range:
        return range(*json["value"])

    def _read_pattern(self, json: Any) -> re.Pattern[Any]:
        pattern = self.read(json["value"])
        # The flag for text is set by itself and may not be given with a pattern of bytes.
        return re.compile(pattern, json["flags"] & ~re.UNICODE if isinstance(pattern, bytes) else json["flags"])

    def _read_defaultdict(self, json: Any) -> defaultdict[Any, Any]:
        factory = None if json["class"] is None else self._class(json["class"])
        return defaultdict(factory, self._pairs(json))

    def _read_model(self, json: Any) -> Any:
        cls, state = self._class(json["class"]), json["value"]
        if not issubclass(cls, BaseModel) or set(state["fields"]) != set(cls.model_fields):
            raise ValueError(f"{cls.__qualname__} has other fields than when the result was stored")
        value = cls.__new__(cls)
        value.__setstate__(
            {
                "__dict__": {name: self.read(item) for name, item in state["fields"].items()},
                "__pydantic_fields_set__": set(state["set"]),
                "__pydantic_extra__": self.read(state["extra"]),
                "__pydantic_private__": self.read(state["private"]),
            }
        )
        return value

    def _read_dataclass(self, json: Any) -> Any:
        cls, content = self._class(json["class"]), json["value"]
        names: set[str] = set(getattr(cls, "__dataclass_fields__", {"not a dataclass": None}))
        if not names <= set(content):
            raise ValueError(f"{cls.__qualname__} has other fields than when the result was stored")
        value = object.__new__(cls)
        for name, item in content.items():
            object.__setattr__(value, name, self.read(item))  # also where it is frozen
        return value

    def _read_named(self, json: Any) -> Any:
        return self._class(json["class"])(*self.read(json["value"]))

    def _read_sub(self, json: Any) -> Any:
        return self._class(json["class"])(self.read(json["value"]))

    def _read_pydantic(self, json: Any) -> Any:
        return TypeAdapter(self._class(json["class"])).validate_python(self.read(json["value"]))

    def _read_frame(self, json: Any) -> Any:
        return parquet_to_frame(self._files[json["file"]], self.read(json["about"]))

    def _read_objects(self, json: Any) -> Any:
        import numpy as np

        array = np.empty(len(json["value"]), dtype=object)
        for position, item in enumerate(json["value"]):
            array[position] = self.read(item)
        return array.reshape(json["shape"])

    def _read_array(self, json: Any) -> Any:
        import numpy as np

        return np.load(io.BytesIO(base64.b64decode(json["value"])), allow_pickle=False)

    def _read_scalar(self, json: Any) -> Any:
        return self._read_array(json)[()]

    def _read_missing(self, json: Any) -> Any:
        import pandas as pd

        return pd.NaT if json["value"] == "NaT" else pd.NA

    def _read_Timestamp(self, json: Any) -> Any:  # noqa: N802 - named like the type
        import pandas as pd

        zone = self.read(json["zone"])
        instant = pd.Timestamp(json["value"], unit=json["unit"]).as_unit(json["unit"])
        return instant if zone is None else instant.tz_localize("UTC").tz_convert(zone)

    def _read_Timedelta(self, json: Any) -> Any:  # noqa: N802 - named like the type
        import pandas as pd

        return pd.Timedelta(json["value"], unit=json["unit"]).as_unit(json["unit"])

    def _read_Period(self, json: Any) -> Any:  # noqa: N802 - named like the type
        import pandas as pd

        return pd.Period(ordinal=json["value"], freq=json["freq"])

    def _read_index(self, json: Any) -> Any:
        import pandas as pd

        frame, names = self.read(json["value"]), self.read(json["names"])
        return (
            pd.MultiIndex.from_frame(frame, names=names)
            if len(names) > 1
            else pd.Index(frame.iloc[:, 0]).rename(names[0])
        )

    def _class(self, name: Any) -> Any:
        if isinstance(name, list):
            parts: list[Any] = name
            known = self._classes.get(parts[0])
            return known or self._class(parts[1])[tuple(self._class(part) for part in parts[2:])]
        module, _, path = str(name).partition(":")
        known = self._classes.get(name) or self._classes.get(path)
        return known or _find_class(module, path)


def _find_class(module: str, path: str) -> Any:
    """Return a class by the module and the qualified name it had when it was stored.

    Raises:
        LookupError: There is none.
    """
    loaded = sys.modules.get(module) or importlib.import_module(module)
    found: Any = loaded
    for part in path.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type):
        raise LookupError(f"There is no class {path} in {module}")  # noqa: TRY004 - the name is wrong, not its type
    return cast(Any, found)


def _by_name(classes: Iterable[type[Any]]) -> dict[str, type[Any]]:
    """Classes by their name, and by it with the module, which tells two of one name apart."""
    known: dict[str, type[Any]] = {}
    for cls in classes:
        known[cls.__qualname__] = known[f"{cls.__module__}:{cls.__qualname__}"] = cls
    return known
