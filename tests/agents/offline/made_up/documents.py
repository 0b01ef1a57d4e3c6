"""Documents made up from a seed: prose, lists, tables and code, with sentences that are easily cut in two."""

import random

_SENTENCES = (
    "The harbour of Oslo froze on 3 January, and all ferries stopped for 12 days.",
    "Dr. Brown said that **no ferry** was damaged by the ice of that winter.",
    "Ferries carry approx. 12 % of the goods, e.g. Timber and fish, according to the harbour master.",
    "See [the list of ferries](https://example.com/ferries_2024) for what each of them carries in winter.",
    "A process that is killed loses the `call` in flight, and nothing else is ever lost.",
    "It cost $ 1,200.50 (No. 5 of the harbour's contracts), which J. Smith had to pay in full.",
    "Was the winter of 1987 colder than any other winter in the harbour\u2019s records?",
    "Cranes moved inland by rail in 1987; the harbour has _none_ of them left today.",
    "Results are kept for 30 days, vs. The older rule of 7 days for killed processes.",
    "Nothing is known about the ferries in the fog of November, said the U.S. Coast Guard to the press.",
)
_OTHERS = (
    "```\nferries = harbour.open(1987)\n```",
    "| ferries | 12 |\n|---|---|\n| ice | 3 |",
    "## Winter 1987",
    "Ferries.",
)
TOPICS = (
    "Why did the ferries stop in the winter?",
    "killed process",
    "zeppelins over the harbour of Bergen",
    "What is m0, and how long are ferries kept?",
    "cranes 1987",
    "series of news",
)


def documents(seed: int) -> dict[str, tuple[str, list[str]]]:
    """Return texts by their names, each with its whole sentences as they stand there on one line."""
    chance = random.Random(seed)
    made: dict[str, tuple[str, list[str]]] = {}
    for number in range(chance.randint(0, 3)):
        sentences = chance.sample(_SENTENCES, chance.randint(1, 6))
        text = ""
        for sentence in sentences:
            kind = chance.random()
            if kind < 0.3:
                text += f"\n- {sentence}\n"
            elif kind < 0.5:
                text += f"\n\n{chance.choice(_OTHERS)}\n\n{sentence}"
            else:
                text += f" {sentence}" if kind < 0.8 else "\n" + sentence.replace(" of ", " of\n  ", 1)
        made[f"notes{number}.md"] = (f"# Notes {number}\n\n{text.strip()}\n", sentences)
    return made
