"""Search: ranked as the formula says, and found as people write."""

import math
from collections import Counter
from pathlib import Path

import pytest

from analytics.documents.bm25 import K1, B, Found, passages_of, query_terms, search, terms_of, write_index

TEXTS = [
    "The harbour froze in January and the ferries stopped.",
    "Ferries to the island run in summer. A ferry takes cars, and a ferry takes bicycles.",
    "January sales of bicycles rose.",
    "Nobody mentioned anything of interest in the whole long meeting about the budget of the harbour and its cranes.",
]


@pytest.fixture
def index(tmp_path: Path):
    def build(texts):
        passages = [Found(f"S{n}#1", f"S{n}", "", text) for n, text in enumerate(texts, start=1)]
        write_index(passages, tmp_path / "corpus")
        return tmp_path / "corpus"

    return build


def okapi(query: str, texts: list[str]) -> list[float]:
    """BM25 written down once more, as in Robertson and Zaragoza (2009), 3.4, with Lucene's weight of a term."""
    bags = [Counter(terms_of(text)) for text in texts]
    average = sum(bag.total() for bag in bags) / len(bags)
    scores = []
    for bag in bags:
        score = 0.0
        for term in query_terms(query):
            holders = sum(term in other for other in bags)
            weight = math.log(1 + (len(bags) - holders + 0.5) / (holders + 0.5))
            score += weight * bag[term] * (K1 + 1) / (bag[term] + K1 * (1 - B + B * bag.total() / average))
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", ["ferry bicycles January", "the harbour cranes", "ferry"])
def test_scores_are_okapi_bm25(index, query):
    """Scores and order are those of the formula."""
    found = search(index(TEXTS), query)
    expected = okapi(query, TEXTS)
    assert {hit.id: hit.score for hit in found} == pytest.approx(
        {f"S{n}#1": score for n, score in enumerate(expected, start=1) if score > 0}
    )
    assert [hit.score for hit in found] == sorted((score for score in expected if score > 0), reverse=True)


def test_equal_scores_keep_their_order(index):
    """Passages that fit equally well come in the order of the corpus, every time."""
    found = search(index(["same words here"] * 5), "words")
    assert [hit.id for hit in found] == [f"S{n}#1" for n in range(1, 6)]


def test_singular_finds_plural_and_case_does_not_count(index):
    """A query finds the other number and other case of its words, but no other word that begins alike."""
    corpus = index(["Three Flies were cancelled", "The FLIGHTS", "a flighty idea"])
    assert [hit.id for hit in search(corpus, "flight")] == ["S2#1"]
    assert [hit.id for hit in search(corpus, "fly")] == ["S1#1"]


def test_common_words_count_only_alone(index):
    """Words such as `what is the` find nothing beside a real word, and are looked for if there is no other."""
    corpus = index(["the cat", "what is the dog"])
    assert [hit.id for hit in search(corpus, "what is the cat")] == ["S1#1"]
    assert search(corpus, "what is the")[0].id == "S2#1"


def test_text_without_spaces_is_found(index):
    """Chinese and Japanese, which put no spaces between words, are found by any two characters in a row."""
    assert [hit.id for hit in search(index(["東京の天気は晴れです", "大阪の地図"]), "天気")] == ["S1#1"]


@pytest.mark.parametrize("query", ["", "  ?!", "nowhere", "'; DROP TABLE passages --", "a" * 10_000])
def test_nothing_is_found_quietly(index, query):
    """A query without a word that occurs finds nothing and harms nothing."""
    assert search(index(TEXTS), query) == []


def test_one_source_alone(index):
    """A search in one source finds that source's passages only, and none where there is no such source."""
    corpus = index(TEXTS)
    assert [hit.id for hit in search(corpus, "January", source="S3")] == ["S3#1"]
    assert search(corpus, "January", source="S9") == []


def test_passages_by_id(index):
    """Passages are given in the corpus's order, whole, and unknown ids left out."""
    assert [p.text for p in passages_of(index(TEXTS), ["S3#1", "S1#1", "S9#9"])] == [TEXTS[0], TEXTS[2]]


def test_an_empty_corpus_is_searched(index):
    """A corpus of data sets alone has an index without passages."""
    assert search(index([]), "anything") == []
