"""Origin of a text in words: the model of a chain that wrote it, and why not the one before."""

from collections.abc import Sequence

from agents.outputs.analysis import ModelPart


def origin_in_words(author: str, models: Sequence[ModelPart]) -> str:
    """Say which model of a chain wrote a text, in place of which one, and which part others had.

    Args:
        author: Model that wrote it.
        models: The models of the chain; empty for a run on one model.

    Returns:
        Sentences; an empty text where the first model of the chain did everything.
    """
    failed = [f"{one.model} failed ({one.failed})" for one in models if one.failed]
    others = [one for one in models if one.requests and one.model != author]
    if not failed and not others:
        return ""
    since = f", since {' and '.join(failed)}" if failed else ""
    wrote = f"Written by fixed rules, not by a language model{since}." if author == "offline" else ""
    wrote = wrote or f"Written by {author}{since}."
    requests = sum(one.requests for one in models)
    parts = [f" {one.model} answered {one.requests} of the run's {requests} requests." for one in others]
    return wrote + "".join(parts)
