"""Rules of search in passages."""

from pathlib import Path

import pytest

from analytics.documents.index import CorpusPassage, has_index, passages_of, search, write_index

TEXTS = [
    "The harbour froze in January and the ferries stopped.",
    "Ferries to the island run in summer. A ferry takes cars, and a ferry takes bicycles.",
    "January sales of bicycles rose.",
    "Nobody mentioned anything of interest in the whole long meeting about the budget of the harbour and its cranes.",
]


@pytest.fixture
def index(tmp_path: Path):
    def build(texts):
        passages = [CorpusPassage(f"S{n}#1", f"S{n}", "", text) for n, text in enumerate(texts, start=1)]
        write_index(passages, tmp_path / "corpus?#%.sqlite")
        return tmp_path / "corpus?#%.sqlite"

    return build


def test_rare_words_weigh_more_than_common_ones(index):
    """A passage with the word that few hold comes before one with a word that many hold."""
    corpus = index([*["ferry to the island"] * 5, "a crane at the harbour", "a crane and a ferry"])
    assert [hit.id for hit in search(corpus, "ferry crane", limit=2)] == ["S7#1", "S6#1"]


def test_a_word_in_a_short_passage_weighs_more(index):
    """Of passages with one mention each, the shorter is about it."""
    corpus = index(["words " * 40 + "harbour", "the harbour froze", "nothing", "at all"])
    assert [hit.id for hit in search(corpus, "harbour")] == ["S2#1", "S1#1"]


def test_equal_scores_keep_their_order(index):
    """Passages that fit equally well come in the order of the corpus, every time."""
    found = search(index(["same words here"] * 5), "words")
    assert [hit.id for hit in found] == [f"S{n}#1" for n in range(1, 6)]


def test_other_forms_of_a_word_are_found(index):
    """A query finds its words in every English form, in any case, and with or without accents."""
    corpus = index(["Cafés are CLOSING", "the closed café", "a closet"])
    assert {hit.id for hit in search(corpus, "cafe closes")} == {"S1#1", "S2#1"}


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


@pytest.mark.parametrize(
    ("texts", "query"),
    [
        (["東京の天気は晴れです", "大阪の地図"], "天気"),
        (["数据库性能很好", "天气"], "性能"),
        (["ราคาน้ำมันเพิ่มขึ้น", "แผนที่"], "น้ำมัน"),
        (["मौसम साफ है", "नक्शा"], "मौसम"),
        (["v2天気API", "v2"], "天気api"),
    ],
)
def test_text_without_spaces_is_found(index, texts, query):
    """Scripts without spaces are found by pairs of characters, and words with vowel signs whole."""
    assert search(index(texts), query)[0].id == "S1#1"


def test_a_damaged_index_is_no_index(index):
    """A file that is none, or of another format, is made again."""
    corpus = index(TEXTS)
    assert has_index(corpus)
    corpus.write_bytes(b"SQLite format 3" + corpus.read_bytes()[15:60])
    assert not has_index(corpus)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  ?!",
        "nowhere",
        "'; DROP TABLE passages --",
        "a" * 10_000,
        "NEAR(x y) OR words : *",
        " ".join(f"w{n}" for n in range(5000)),
    ],
)
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
