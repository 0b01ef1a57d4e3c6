"""Words that make a number a difference: `by 5`, `5 more than`, `a gap of 5`."""

import re

from agents.grounding.binding.directions import DOWN, UP
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence

BEFORE_NOW = re.compile(
    r"\b(?:(?:a|one)\s+(?:year|month|quarter|week|day)\s+(?:earlier|before)|the\s+(?:year|month|quarter|week"
    r"|day)\s+before"
    r"|(?:previous|prior|preceding|last)\s+(?:year|month|quarter|week|day)|vorjahr\w*|vormonat\w*|vorquartal\w*)\b",
    re.IGNORECASE,
)
_AFTER_CHANGE = re.compile(
    r"^\s*(?:\w+[\s-]+){0,4}?(?:more|less|fewer|higher|lower|above|below|larger|smaller|longer|shorter|greater"
    r"|bigger|ahead|behind|(?:older|younger|later|earlier|faster|slower|better|worse)(?=\s+than)"
    r"|mehr|weniger|höher|niedriger|hinzu\w*|verlor\w*|zulegt\w*|einbüßt\w*|zunahm\w*|abnahm\w*|apart|spread(?!\s+(?:over|across|among|out|between))|margin|(?:over|under)(?=\s+(?:the\s+)?(?:expect|usual|last"
    r"|previous|target|plan))|short|(?:up|down)(?!\s+to\b)|drop|fall|rise|increase|decrease|gain|decline|growth"
    r"|difference|gap|deeper|shallower|wider|narrower|hotter|richer|poorer|dearer|cheaper|stronger|weaker"
    r"|lead)\b(?!\s*[$€]?\.?\d(?!\d{3}\b))",
    re.IGNORECASE,
)
_BEFORE_CHANGE = re.compile(
    r"(?:\b(?:by|um|(?<!\bmake )(?<!\bmakes )(?<!\bmade )(?<!\bmaking )up"
    r"|down|plus|minus|(?:gap|differences?|cut|reduction|lead|margin|rise|drop|fall|increase"
    r"|decrease|decline|change"
    r"|growth|loss|gain|span|swing|advantage|deficit|excess|spread|apart|rebound|recovery|jump|dip|slump|surge"
    r"|uptick|plunge"
    r"|zuwachs|anstieg|rückgang)"
    r"(?:\s+(?:was|is|of|von|came|amounts?|amounted|to|by)){0,3}|grew|rose|fell|dropped|shrank|increased|decreased"
    r"|declined|gained|lost|climbed|jumped|adding|gaining|losing|shedding|shed|exceed\w*|beat\w*|trail\w*|differ\w*|changed"
    r"|verlor(?:en)?|büßten?|gewann(?:en)?|stieg(?:en)?|fiel(?:en)?|sank(?:en)?|wuchs(?:en)?))"
    r"\s+(?:by\s+|of\s+)?(?:about|around|roughly|nearly|almost|over|more than|some|only|just|a|an|approximately"
    r"|exactly|precisely|just over|just under|a total of|another|at least|less than|genau|rund|etwa|knapp|gut|fast"
    r"|ca\.|über|mehr als)?\s*[(+]?$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:attend|watch|visit|us|own|play|score|carri|serv|reach|caus|bought|held|record)\w*\s+by\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)


_COEFFICIENT = re.compile(
    r"\b(?:correlation|coefficient)\b(?:\s+(?:of|between|for)\s[^.;,()\d]{1,80}?)?\s+(?:is|was|of)\s+(?:about\s+)?$",
    re.IGNORECASE,
)
"""Words before a coefficient, also of a column of changes: `the correlation of birth rate and growth is`."""
_MOVES = re.compile(r"chang|differ|exceed|beat|lead|ahead|behind|apart|outnumber|trail|margin|gap|short", re.IGNORECASE)


_ENDS_AT = re.compile(r"\)\s+to\s+[^.;,()]{1,30}\s\([-+\u2212]?\d")


_BEHIND_THAN = re.compile(r"\bthan\s[^;:()]*\($", re.IGNORECASE)
_BEFORE_THAN = re.compile(r"[^()]*\)\s+than\b", re.IGNORECASE)
"""Words before and behind a number in brackets that is one of the two sides of a comparison."""


def _says_by(before: str, after: str) -> bool:
    """Return whether the words before a number make it a difference; `delayed by 12 minutes` does not."""
    match = _BEFORE_CHANGE.search(before)
    if match is None or _PASSIVE.search(before):
        return False
    if match[0].lower().startswith("um"):  # the verb of a German sentence may stand at its end
        return bool(UP.search(before + after) or DOWN.search(before + after))
    near = before[-60:]
    return not match[0].lower().startswith("by") or bool(UP.search(near) or DOWN.search(near) or _MOVES.search(near))


_GERMAN_LOSS = re.compile(
    r"\b(?:verlor|verloren|gewann|gewannen|büßten?)\s+(?:(?:im\s+Jahr\s+)?\d{4}\s+)?(?:gegenüber\s+(?:\w+\s+)?\d{4}\s+)$"
)


def _without_names(sentence: Sentence) -> str:
    """The text with letters for entries that are called like a direction: `higher for Up (0.8) than for Down`."""
    text = sentence.text
    for name in sentence.names:
        if name.start and name.text[:1].isupper() and any(p.search(name.text) for p in (UP, DOWN, _GAP)):
            text = text[: name.start] + "X" * (name.end - name.start) + text[name.end :]
    return text


def says_change(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether the words at a number make it a difference."""
    text = _without_names(sentence)
    before, after = text[: number.start], text[number.end :]
    if number.form == "plain" and (number.text.endswith("times") or _COEFFICIENT.search(before)):
        return False  # "lost 10 times", "pay and change rise together: their rank correlation is 0.45"
    after = re.sub(r"^\s*\([^()]*\)|^-(?=points?\b)", "", after)  # "4.78 (31 %) more than"
    if number.percent and (outer := _last_before(sentence, number, _AGAIN)) and says_change(sentence, outer):
        return True  # "grew by 218,000 (5.2 %)"
    if number.percent and (end := _last_before(sentence, number, _OR)) and _FROM.search(sentence.text[: end.start]):
        return True  # "fell from 4,380,784 to 4,010,532, or 8.5 %"
    if _says_by(before, after) or _GERMAN_LOSS.search(before) or number.points:
        return True
    if number.signed and re.search(r"\bnegative\b[^.;]{0,40}\($", before):
        return False  # "the only year with negative inflation (-0.1 %)"
    if number.signed and number.percent:
        return True
    if number.signed and (re.search(r"\bnegative\s+\($", before) or _ENDS_AT.match(after)):
        return False  # "it even turns negative (-0.32)", "rose from January (-0.13) to May (12)"
    if number.signed and (_BEHIND_THAN.search(before) or (before.endswith("(") and _BEFORE_THAN.match(after))):
        return False  # "higher for South (-18.6) than for West (-50.2)" has both levels
    if number.signed and sentence.text[: number.start].endswith("(") and (UP.search(before) or DOWN.search(before)):
        return True  # "the decline was steepest in 2010 (-135,016)"
    if re.match(r"\s+(?:[a-z]+\s+(?=(?:are|were|lie|lay)\s))?(?:is|was|are|were|lies?|lay|remains?|stays?)\b", after):
        return False  # "its mean of 12 is higher than", "149 fares are above"
    phrase = re.split(r"[,;:()]|\b(?:in|on|at|for|and|with|while|but)\b", after, maxsplit=1)[0]
    if _AFTER_CHANGE.search(phrase):
        return True
    if _CHANGE_IS.search(before):
        return True
    gap = _GAP.search(before)
    return gap is not None and not any(gap.start() <= n.start < number.start for n in sentence.numbers)


_GAP = re.compile(
    r"\b(?:difference|gap|(?:the|an?|its|their|his|her|whose|s)\s+(?:\w+\s+)?lead|margin|spread(?!\s+from\b)|change)\b[^,;(]{0,60}$",
    re.IGNORECASE,
)
_CHANGE_IS = re.compile(
    r"\b(?:the|an?|its|this|that|total|overall)\s+(?:[\w-]+\s+){0,2}(?:decline|drop|fall|rise|increase|decrease|gain|loss"
    r"|growth|jump|slump|surge|reduction)\b[^;:,(]{0,60}\b(?:is|was|amounts?\s+to|amounted\s+to|totall?ed|totals|comes?\s+to"
    r"|came\s+to|equals)\s+(?:about\s+|around\s+|roughly\s+|some\s+|just\s+|nearly\s+|almost\s+|over\s+)?[^\w\s]?$",
    re.IGNORECASE,
)
"""Words before the size of a change that is a noun: `the decline from 2007 to 2013 amounts to`."""
_FROM = re.compile(r"\bfrom\s+[^\w\s]?[\d.,]+(?:\s\w+)?(?:\s+(?:in|on)\s+[\w ]{1,20})?\s+to\s+[^\w\s]?$")


def _last_before(sentence: Sentence, number: WrittenNumber, words: re.Pattern[str]) -> WrittenNumber | None:
    """The number before another one, if nothing but these words stands between them."""
    before = [n for n in sentence.numbers if n.end <= number.start]
    return before[-1] if before and words.fullmatch(sentence.text, before[-1].end, number.start) else None


_OR = re.compile(
    r"(?:\s+(?:in|on)\s+[\w ]{1,20})?(?:,\s+(?:or|i\.e\.,?|that\s+is,?|a\s+change\s+of)|\s+\()"
    r"\s*(?:by\s+|about\s+|some\s+)?[-+\u2212]?"
)
"""Words between the end of a move and the percentage that tells its size."""
_AGAIN = re.compile(
    r"\s*(?:[^\W\d]+\s*)?(?:\(|,?\s*(?:or|i\.e\.,?|that is,?|oder|also|bzw\.)\s+)(?:about|around|roughly|some"
    r"|nearly|rund|etwa)?\s*[+-]?"
)
"""Words before a percentage that says a number in another way: `by 218,000 (5.2 %)` or `by 218,000, or 5.2 %`."""
