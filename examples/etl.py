"""A small ETL job that starts the analysis: from SQLite through pandas to Parquet, then the event `dataset.updated`.

    export ANALYST_DATA_ROOTS="$PWD/lake"  # where the analysis may read, also set where it runs
    python examples/etl.py shop.db lake 2024-01

Without a database at that path, one with a month of orders is made. It may be run again after a failure, or by two
schedulers: the event has a version, so what was sent once is not analysed twice.
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pandas as pd
from prefect import flow, task

from deployments import dataset_updated


@task(retries=2, retry_delay_seconds=5)
def extract(database: Path, month: str) -> pd.DataFrame:
    """Read the orders of a month (`YYYY-MM`)."""
    query = "SELECT ordered, region, quantity, price, changed FROM orders WHERE substr(ordered, 1, 7) = ?"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return pd.read_sql_query(query, connection, params=(month,))


@task
def transform(orders: pd.DataFrame) -> pd.DataFrame:
    """Make types out of texts, leave out cancelled orders and add up days and regions."""
    orders = orders.assign(day=pd.to_datetime(orders["ordered"]).dt.normalize(), revenue=orders.quantity * orders.price)
    kept = orders[orders["quantity"] > 0]
    return kept.groupby(["day", "region"], as_index=False).agg(
        orders=("revenue", "size"), units=("quantity", "sum"), revenue=("revenue", "sum")
    )


@task
def load(daily: pd.DataFrame, target: Path) -> Path:
    """Write the table in one move, so that nobody reads half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    daily.to_parquet(unfinished, index=False)
    return unfinished.replace(target)


@flow
def etl(database: Path, lake: Path, month: str) -> UUID:
    """Bring one month into the lake and say so.

    Args:
        database: SQLite file with the table `orders`.
        lake: Directory of Parquet files.
        month: Month, such as `2024-01`.

    Returns:
        Id of the event.
    """
    orders = extract(database, month)
    if orders.empty:
        raise ValueError(f"{database} has no orders of {month}.")
    daily = transform(orders)
    target = load(daily, lake.absolute() / "orders" / f"{month}.parquet")
    # The newest change is the version: nothing changed means nothing new to analyse.
    return dataset_updated(
        "shop/orders", uri=str(target), version=orders["changed"].max(), rows=len(daily), partition=month
    )


def make_shop(database: Path) -> None:
    """Make a database with a month of orders in three regions, one day of which stands out."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE orders (ordered, region, quantity, price, changed)")
        for day in range(1, 32):
            for number, region in enumerate(("north", "south", "west")):
                for hour in range(8, 18):
                    ordered = f"2024-01-{day:02d}T{hour:02d}:00:00"
                    quantity = (day * 7 + hour * 3 + number) % 5 + (40 if day == 17 and region == "south" else 0)
                    connection.execute(
                        "INSERT INTO orders VALUES (?, ?, ?, ?, ?)", (ordered, region, quantity, 9.5 + number, ordered)
                    )


if __name__ == "__main__":
    shop, directory, month = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    if not shop.exists():
        make_shop(shop)
    print(etl(shop, directory, month))
