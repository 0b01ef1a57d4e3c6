"""Recognition of the kinds of numbers that a question asks for, and of words that imply a column."""

from analytics.questions.language.comparing_words import LESS, MEASURED, MORE
from analytics.questions.language.number_kinds import KINDS
from analytics.questions.language.vocabulary import is_measure
from analytics.questions.language.words import same_word, word_set, words_of
from analytics.questions.understanding.phrases.adjectives import asked_by_adjective
from analytics.questions.understanding.reading import Mention, Reading

_DIRECTIONS = word_set("dir direction bearing angle")
"""Words of names of directions, which have no highest one."""
OF_WHICH = word_set("of on in at for during von am im bei")
"""Words between a measure and the rows that it is of."""
_PHRASES = sorted([*KINDS, *MEASURED], key=lambda phrase: -len(phrase.split()))


def read_kinds(reading: Reading) -> None:
    """Kinds of numbers, longest phrases first."""
    for phrase in _PHRASES:
        words = phrase.split()
        while (start := reading.find(words, exact=True)) is not None:
            reading.use(start, start + len(words))
            reading.kind_words |= set(range(start, start + len(words)))
            if phrase in MEASURED:
                direction, reading.hints[start] = MEASURED[phrase]
                reading.kinds[start] = direction
            else:
                reading.kinds[start] = KINDS[phrase]
    if {"than", "or", "als", "oder"} & set(reading.words):  # of two sides; what is compared is named beside
        reading.used |= {place for place, word in enumerate(reading.words) if word in MORE | LESS}


_FALLING = word_set("fall falls fell fallen falling")


def read_falling_on(reading: Reading) -> None:
    """`what share falls on weekends` asks for no change: there, to fall on a time is to be then."""
    kinds = set(reading.kinds.values())
    shared, counted = bool(kinds & {"share", "rate"}), "count" in kinds
    for place, word in enumerate(reading.words):
        time = any(place < at <= place + 4 for at in reading.periods)
        before = reading.word(place + 1) in (("on", "in", "at", "during") if shared else ("on",))
        if word in _FALLING and time and before and (shared or counted):
            reading.kinds.pop(place, None)
            reading.kind_words.discard(place)
            reading.use(place, place + 1)


def read_columns_called_like_kinds(reading: Reading) -> None:
    """Of `the total fare` and `the median of Total`, the first word is the kind and not the column of that name."""
    for mention in list(reading.columns):
        word = reading.word(mention.place)
        if mention.end - mention.place != 1 or word not in KINDS:
            continue
        if word == "total" and (reading.word(mention.place - 1) == "in" or reading.word(mention.end) == "number"):
            reading.columns.remove(mention)
            reading.kinds[mention.place] = "sum"
            continue
        following = mention.end + 1 if reading.word(mention.end) == "of" else mention.end
        following += reading.word(following) in ("the", "all")
        other = next((each for each in reading.columns if each.place == following), None)
        if other is not None and is_measure(other.column):
            reading.columns.remove(mention)
            reading.kinds[mention.place] = KINDS[word]
            same = next((each for each in reading.columns if each.column is mention.column), None)
            if same is None and reading.tokens[following].text == mention.column.name.casefold():
                reading.columns.append(Mention(following, following + 1, mention.column))


def read_implied(reading: Reading) -> None:
    """The column that `oldest` or `most expensive` speaks of, if none is named."""
    for place, hint in reading.hints.items():
        if place not in reading.kinds:
            continue
        comparing = reading.kinds[place] in ("more", "less") and "than" not in reading.words
        if (
            not comparing
            and not _of_another(reading, place)
            and not _asked_of_a_row(reading, place, hint)
            and any(is_measure(mention.column) for mention in reading.columns)
        ):
            return
        lasting = {"take", "takes", "took", "taken", "last", "lasts", "lasted"} & set(reading.words)
        for word in hint.split():
            if lasting and word in ("distance", "length"):
                continue  # how long something takes is a time
            found = [
                c
                for c in reading.vocabulary.columns
                if is_measure(c)
                and any(same_word(part.removesuffix("total") or part, word) for part in words_of(c.name))
            ]
            found = [c for c in found if not set(words_of(c.name)) & _DIRECTIONS] or found
            if not found:
                continue
            wanted = {"max": "max", "more": "max", "min": "min", "less": "min"}[reading.kinds[place]]
            fitting = [c for c in found if wanted in words_of(c.name)] or found
            reading.columns.append(Mention(place, place + 1, fitting[0]))
            if len(found) > 1 and wanted not in words_of(fitting[0].name):
                others = ", ".join(c.name for c in found if c is not fitting[0])
                reading.notes.append(f"{reading.word(place)} was taken to be about {fitting[0].name}, not {others}")
            break


def _of_another(reading: Reading, place: int) -> bool:
    """Another measure stands before: the price of the heaviest diamond, the ozone on the windiest day."""
    measures = [mention for mention in reading.columns if is_measure(mention.column)]
    before = [mention.end for mention in measures if mention.end <= place]
    return bool(before) and len(before) == len(measures) and bool(OF_WHICH & set(reading.words[max(before) : place]))


def _asked_of_a_row(reading: Reading, place: int, hint: str) -> bool:
    """The depth of the strongest quake: an adjective asks for another measure than the superlative speaks of."""
    asked = asked_by_adjective(reading)
    return asked is not None and asked.place < place and not set(words_of(asked.column.name)) & set(hint.split())


def _read_opposites(reading: Reading) -> None:
    """Smokers and non-smokers of a column `smoker`: both values, where the question names both."""
    from analytics.questions.language.conditions import Condition
    from analytics.questions.language.vocabulary import flag_is, is_flag

    for place, word in enumerate(reading.words[:-1]):
        mention = next((each for each in reading.columns if is_flag(each.column) and each.end - each.place == 1), None)
        if word != "non" or mention is None or mention.place == place + 1:
            continue
        if not same_word(reading.word(place + 1), reading.word(mention.place)):
            continue
        name = mention.column.name
        for at, true in ((mention.place, True), (place + 1, False)):
            value = "yes" if true else "no"
            sql = flag_is(mention.column, true=true)
            reading.conditions[at] = Condition((name,), sql, f"{name} is {value}", value)
        reading.columns = [each for each in reading.columns if each.column is not mention.column]
        reading.use(place, place + 2)


def _read_answers(reading: Reading) -> None:
    """The side of a flag that is written out: `US is No`, `urban = yes`."""
    from analytics.questions.language.conditions import Condition
    from analytics.questions.language.vocabulary import flag_is, is_flag

    for mention in [each for each in reading.columns if is_flag(each.column)]:
        at = mention.end + (reading.word(mention.end) in ("is", "equals", "ist", "="))
        word = reading.word(at)
        last = at + 1 == len(reading.words)
        if word not in ("yes", "no", "true", "false", "ja", "nein") or (at == mention.end and not last):
            continue
        true, name = word in ("yes", "true", "ja"), mention.column.name
        said = f"{name} is {int(true) if mention.column.role == 'number' else str(true).lower()}"
        reading.conditions[mention.place] = Condition((name,), flag_is(mention.column, true=true), said)
        reading.columns.remove(mention)
        reading.use(mention.end, at + 1)


def read_negations(reading: Reading) -> None:
    """`not`, `no` and `without` turn the next condition into its opposite."""
    from dataclasses import replace

    from analytics.questions.language.conditions import Condition, quoted
    from analytics.questions.language.vocabulary import flag_is, is_flag

    _read_opposites(reading)
    _read_answers(reading)
    for place, word in enumerate(reading.words):
        if word not in (
            "not",
            "no",
            "without",
            "except",
            "never",
            "nicht",
            "kein",
            "keine",
            "keinen",
            "ohne",
            "non",
            "zero",
        ):
            continue
        if place in reading.used:
            continue
        following = [at for at in sorted(reading.conditions) if 0 < at - place <= 3]
        mention = next((m for m in reading.columns if 0 < m.place - place <= 2), None)
        plain = word in ("not", "except", "nicht", "non")
        if following and plain and (mention is None or following[0] < mention.place):
            at = following[0]
            reading.conditions[at] = replace(reading.conditions[at].negated())
        elif mention and is_flag(mention.column):
            sql = flag_is(mention.column, true=False)
            reading.conditions[mention.place] = Condition(
                (mention.column.name,),
                sql,
                f"{mention.column.name} is {0 if mention.column.role == 'number' else 'false'}",
            )
            reading.columns.remove(mention)
        elif (
            mention
            and is_measure(mention.column)
            and word in ("no", "without", "kein", "keine", "ohne", "zero")
            and mention.column.minimum == 0
        ):
            name = mention.column.name
            reading.conditions[mention.place] = Condition((name,), f"{quoted(name)} = 0", f"{name} is 0")
            reading.columns.remove(mention)
        else:
            continue
        reading.use(place, place + 1)
