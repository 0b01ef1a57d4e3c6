"""Numbers that are computed from cells: changes, ratios, shares, sums."""

import re
from dataclasses import replace

from agents.grounding.binding.directions import DOWN, UP
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.computed import computed
from agents.grounding.checks.parts.complements import complements
from agents.grounding.checks.series import Computed, plain
from agents.grounding.numbers.context import SentenceContext, derived
from agents.grounding.numbers.not_so import is_each_time, is_passed
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.matching import bounds, says_scaled
from agents.outputs import Check


def computed_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Compare a number with what can be computed from the cells that the sentence speaks of."""
    for one in computed(context.sentence, number, context.vocabulary):
        if _agrees(context, number, one):
            return derived(number, one)
    return None


def complement_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Verdict on a number of those of whom the sentence denies something; None where it denies nothing known."""
    if any(number is whole for _, whole in context.parts):
        return None  # "320 of the 400 men died"
    if number.form not in {"plain", "fraction"} or number.points or says_change(context.sentence, number):
        return None
    found = list(complements(context.sentence, number, context.vocabulary))
    right = next((one for one in found if says_scaled(number, one.value, one.scale)), None)
    if right:
        return derived(number, right)
    if len({round(one.value, 6) for one in found}) != 1:
        return None
    detail = f"{found[0].evidence}: {found[0].told}, {plain(found[0].value)}"
    return Check(text=number.text, verdict="contradicted", detail=detail)


def _of_rounded(number: WrittenNumber, one: Computed) -> bool:
    """Return whether a difference is that of the two values as they are rounded: 118,029 less 108,548."""
    digits = len(re.sub(r"\D", "", number.text))
    wider = replace(number, half_units=tuple(2 * half for half in number.half_units))
    return one.kind == "change" and digits > _FEW_DIGITS and says_scaled(wider, one.value, one.scale)


_THAN = re.compile(r"\b(?:more|less|fewer)\s+than\s+$", re.IGNORECASE)
_FEW_DIGITS = 2
_NEARLY = 1.2


def _agrees(context: SentenceContext, number: WrittenNumber, one: Computed) -> bool:
    if number.percent and one.kind == "share" and is_passed(context.sentence.text, number, one.value, one.scale):
        return False
    if one.kind == "change" and is_each_time(context.sentence.text, number) and " each step" not in f" {one.told}":
        return False
    if not says_scaled(number, one.value, one.scale) and not _of_rounded(number, one):
        if one.kind == "share" and number.form == "fraction" and number.hedge == "over" and " / " in one.told:
            return bounds(number, one.value) is True  # "more than half"
        if one.kind == "ratio" and number.values[0] < 1 and _THAN.search(context.sentence.text[: number.start]):
            return (0 < one.value < number.values[0]) if number.hedge == "under" else number.values[0] < one.value < 1
        if one.kind == "ratio" and number.hedge == "under" and number.values[0] < 1:
            return number.values[0] <= one.value <= _NEARLY * number.values[0]  # "nearly halved" is a little over half
        return (
            one.kind == "ratio"
            and number.hedge in {"over", "at least"}
            and number.values[0] <= one.value < number.values[0] + 1
        )
    if one.kind != "change" or not one.oriented or number.signed:
        return not (number.signed and one.oriented and one.value * number.values[0] < 0)
    up, down = direction_of(context.sentence, number)
    return up == down or (one.value > 0) == up or one.value == 0


def direction_of(sentence: Sentence, number: WrittenNumber) -> tuple[bool, bool]:
    """Return whether the words right beside a change say up, and whether they say down."""
    text = sentence.text
    phrase = re.split(
        r"[,;()]|\b(?:than|from|compared|versus|in|on|at|for|and|while|whereas|but|as)\b",
        text[number.end :],
        maxsplit=1,
    )[0]
    up, down = bool(UP.search(phrase)), bool(DOWN.search(phrase))
    if up or down:
        return up, down
    before = re.split(r"[;]|,\s+(?:and|while|but)\b", text[: number.start])[-1]
    before = _THAN.sub("", before)  # "dropped by more than a third"
    last_up = max((m.start() for m in UP.finditer(before)), default=-1)
    last_down = max((m.start() for m in DOWN.finditer(before)), default=-1)
    return last_up > last_down, last_down > last_up
