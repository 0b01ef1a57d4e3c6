"""Events of panels: the number of things, such as firms, that have a value there and otherwise."""

import numpy as np
import pandas as pd

from analytics.anomalies.event_rows import epochs
from analytics.columns import Floats, Series
from analytics.panels import FILLED, entity_column
from analytics.results import Anomalies, AnomalyEvent


def with_things(found: Anomalies, frame: pd.DataFrame, values: Floats, stamps: Series) -> Anomalies:
    """Tell in each event of a panel how many things have a value in it: a mean may only follow from who is there.

    Args:
        found: Events of a column over time.
        frame: The rows.
        values: Values of the column, NaN for missing.
        stamps: Times of the rows.
    """
    entity = entity_column(frame, found.time, FILLED)
    if entity is None or not found.events:
        return found
    known = ~np.isnan(values) & stamps.notna().to_numpy() & frame[entity].notna().to_numpy()
    things, at = pd.factorize(frame[entity].astype("str"))[0], epochs(stamps)

    def count(start: object, end: object) -> int:
        first, last = epochs(pd.Series([pd.Timestamp(start), pd.Timestamp(end)]))  # pyright: ignore[reportArgumentType]
        return int(np.unique(things[known & (at >= first) & (at < last)]).size)

    in_all = int(np.unique(things[known]).size)

    def told(event: AnomalyEvent) -> AnomalyEvent:
        if event.kind == "level shift" and event.since is not None and event.until_next is not None:
            return event.model_copy(
                update={"things": count(event.time, event.until_next), "usual_things": count(event.since, event.time)}
            )
        return event.model_copy(update={"things": count(event.time, event.until), "usual_things": in_all})

    return found.model_copy(update={"entity": entity, "events": [told(event) for event in found.events]})
