"""Twenty processes that spend one budget at once: `python -m tests.runtime.ledger.twenty RUN`.

They are forked from one that has imported everything, so that they are at it at the same time.
"""

import json
import os
import random
import sys
from decimal import Decimal

from runtime.budget import Budget
from runtime.ledger.reservations import NoRoom, reserve, settle
from runtime.ledger.room import Request
from runtime.models.prices import WorstPrice

PROCESSES = 20
BUDGET = Budget(usd=Decimal("0.5"))
PRICE = WorstPrice(input=Decimal("0.002"), output=Decimal("0.000002"))
"""In all a cent for an answer of 4,000 tokens."""


def spend(run: str, number: int) -> tuple[int, int]:
    """Make up to eight requests for a cent or less each; every other process ends with its fourth one unsettled.

    Returns:
        What was used, and what was left reserved, in millionths of a US dollar.
    """
    chance, used, granted = random.Random(number), 0, 0
    for call in range(8):
        request = Request(run, f"{number}-{call}", ["m:1"], input_tokens=500, output_tokens=4000, price=PRICE)
        got = reserve(request, BUDGET, patient=False)
        if isinstance(got, NoRoom):
            continue
        granted += 1
        if granted == 4 and number % 2:
            return used, got.micros  # as if it were killed
        cost = chance.randint(0, got.micros)
        settle(got, micros=cost, tokens=cost)
        used += cost
    return used, 0


def main(run: str) -> None:
    """Fork the processes, let them begin together, and print what each has spent."""
    start, go = os.pipe()
    ends: list[int] = []
    for number in range(PROCESSES):
        read, write = os.pipe()
        ends.append(read)
        if os.fork() == 0:
            os.close(go)
            os.read(start, 1)  # returns when the parent has closed its end
            os.write(write, json.dumps(spend(run, number)).encode())
            os._exit(0)
        os.close(write)
    os.close(go)
    print(json.dumps([json.loads(os.read(end, 100)) for end in ends]))


if __name__ == "__main__":
    main(sys.argv[1])
