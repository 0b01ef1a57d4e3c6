"""Hints: read from YAML, applied to rows, kept with the data set, and written to be corrected."""

import pandas as pd
import pytest

from analytics.errors import DatasetError
from analytics.hints.hints import ColumnHints, Hints
from analytics.hints.hints_file import read_hints
from analytics.hints.in_words import hints_in_words
from analytics.hints.written import write_hints
from analytics.profile.profile import profile_dataset
from analytics.profile.roles import measures
from analytics.questions.ask import ask
from analytics.reading.hinted import with_hints
from analytics.reading.read import read_dataset
from analytics.reading.selection import split_selection

SHOPS = pd.DataFrame(
    {
        "shop_code": [7, 8, 7, 9, 8, 7],
        "class": [1, 2, 1, 3, 2, 1],
        "amount": [10.0, -1.0, 30.0, 20.0, -1.0, 40.0],
        "internal": list("abcdef"),
    }
)


def hints(**columns):
    return Hints(columns={name: ColumnHints(**said) for name, said in columns.items()})


def read(tmp_path, said=None, frame=SHOPS):
    return read_dataset(frame, directory=tmp_path, name="shops", hints=said)


def roles(data):
    return {column.name: column.role for column in profile_dataset(data.table()).columns}


def test_a_role_of_the_hints_goes_before_the_one_that_is_told_by_the_values(tmp_path):
    """The user's word wins in the profile and wherever measures are chosen, of frames and of tables on disk."""
    from analytics.engine.relation import relation_of

    assert roles(read(tmp_path))["shop_code"] == "category"
    data = read(tmp_path, hints(shop_code={"role": "number"}, amount={"role": "identifier"}))
    assert roles(data)["shop_code"] == "number"
    assert measures(data.frame()) == ["shop_code", "class"]
    on_disk = relation_of(data.snapshot, data.rows, tuple(data.frame().attrs.items()))
    assert measures(on_disk) == ["shop_code", "class"]
    assert profile_dataset(on_disk).columns[0].role == "number"


def test_sentinels_are_set_missing_and_counted(tmp_path):
    """A value that stands for missing is gone from every figure, and a note says how often it stood there."""
    data = read(tmp_path, hints(amount={"sentinels": [-1]}))
    assert data.frame()["amount"].dropna().tolist() == [10, 30, 20, 40]
    assert "-1 in amount, by the hints: set missing in 2 cells." in data.notes


def test_ignored_columns_are_left_out_with_a_note(tmp_path):
    """An ignored column is not in the data set, and the report's notes say so."""
    data = read(tmp_path, hints(internal={"ignore": True}))
    assert data.columns == ["shop_code", "class", "amount"]
    assert "Left out by the hints: internal." in data.notes


def test_labels_are_written_for_values(tmp_path):
    """Codes become the words that the hints give; what has no label stays as it is, missing values stay missing."""
    frame = SHOPS.assign(**{"class": [1, 2, None, 3, 2, 1]})
    data = read(tmp_path, hints(**{"class": {"labels": {"1": "first", "2": "second", "4": "crew"}}}), frame)
    assert data.frame()["class"].tolist()[:2] == ["first", "second"]
    assert data.frame()["class"].isna().tolist() == [False, False, True, False, False, False]
    assert any("Not there: 4." in note for note in data.notes)
    assert ask(data, "How many rows have the class second?").result.rows[0][0] == 2


def test_questions_use_synonyms_and_aggregates_of_the_hints(tmp_path):
    """A synonym names its column; what is never summed is not, though its name says money."""
    said = hints(amount={"synonyms": ["takings"], "aggregate": "sum", "sentinels": [-1]})
    assert ask(read(tmp_path), "What are the total takings?").status == "not answered"
    assert ask(read(tmp_path, said), "What are the total takings?").result.rows[0][0] == 100
    never = hints(amount={"aggregate": "mean"})
    assert ask(read(tmp_path), "What is the amount by class?").status == "partly answered"
    assert "sum(" not in (ask(read(tmp_path, never), "What is the total amount?").statement or "").lower()
    assert ask(read(tmp_path, never), "What is the total amount?").result is None


def test_other_hints_are_another_data_set_in_keys(tmp_path):
    """The same rows with different hints share no results; hints that say nothing change nothing."""
    plain = read(tmp_path)
    said = [hints(amount={"unit": unit}) for unit in ("EUR", "USD")]
    keys = {read(tmp_path, one).__cache_key__() for one in said} | {plain.__cache_key__()}
    assert len(keys) == 3
    assert read(tmp_path, Hints()).__cache_key__() == plain.__cache_key__()
    assert read(tmp_path, said[0]) == read(tmp_path, said[0])


def test_hints_go_with_a_data_set_as_json(tmp_path):
    """A data set that is passed on as JSON, as flows do, still has its hints."""
    data = read(tmp_path, hints(shop_code={"role": "number", "unit": "EUR"}))
    again = type(data).model_validate_json(data.model_dump_json())
    assert profile_dataset(again.table()).columns[0].unit == "EUR"
    assert roles(again)["shop_code"] == "number"


def test_a_model_is_told_the_hints(tmp_path):
    """The short form of the profile says grain, glossary, unit, description and what is never summed."""
    said = Hints(
        grain="one sale",
        glossary={"GMV": "value before returns"},
        columns={"amount": ColumnHints(unit="EUR", aggregate="mean", description="Price paid")},
    )
    shown = str(profile_dataset(read(tmp_path, said).table()).compact(4000))
    for words in ("one sale", "value before returns", "in EUR", "never summed", "Price paid"):
        assert words in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns: {amount: {agregate: sum}}", "columns.amount.agregate: unknown key; did you mean 'aggregate'?"),
        ("colums: {}", "colums: unknown key; did you mean 'columns'?"),
        ("columns: {amount: {role: nummer}}", "columns.amount.role: Input should be 'number'"),
        ("columns: {ammount: {unit: EUR}}", "unknown column 'ammount'; did you mean 'amount'?"),
        ("columns: {internal: {role: number}}", "internal cannot have the role number"),
        ("columns: {amount: {synonyms: [class]}}", "the synonym 'class' of amount means class already"),
        ("a: [", ":1: not YAML"),
        ("- a", "needs keys such as columns"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_is_known(tmp_path, text, words):
    """Unknown keys, columns and values are refused with the nearest known name, in one line."""
    path = tmp_path / "shops.yaml"
    path.write_text(text)
    with pytest.raises(DatasetError) as caught:
        read(tmp_path, path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_was_understood_is_written_as_hints_that_can_be_read(tmp_path):
    """Each column has its role with the reason as a comment; hints that were given are in it, too."""
    odd = SHOPS.assign(**{"yes": 1.5, 'a: "b"\n# c': "x", "\U0001f600": "y"})
    given = hints(amount={"sentinels": [-1], "synonyms": ["takings"]}, internal={"ignore": True})
    data = read(tmp_path, given.model_copy(update={"grain": "one: sale"}), odd)
    text = write_hints(data.name, profile_dataset(data.table()), data.hints)
    assert "shop_code:\n    role: category  # named like a code, with few values: 3\n" in text
    path = tmp_path / "out.yaml"
    path.write_text(text)
    again = read_hints(path)
    assert again.grain == "one: sale"
    assert again.columns["amount"].synonyms == ["takings"]
    assert roles(read(tmp_path, again, odd)) == roles(data)
    assert read(tmp_path, again, odd).columns == data.columns


def test_hints_stand_behind_a_name(tmp_path):
    """`sales.csv#hints=sales.yaml` names a file with its hints, also beside columns that are chosen."""
    SHOPS.to_csv(tmp_path / "shops.csv", index=False)
    (tmp_path / "a b.yaml").write_text("columns: {amount: {sentinels: [-1]}, internal: {unit: none}}")
    source = f"{tmp_path / 'shops.csv'}#columns=amount&hints={tmp_path / 'a b.yaml'}"
    assert split_selection(source)[1].hints == str(tmp_path / "a b.yaml")
    data = read_dataset(source, directory=tmp_path)
    assert int(data.frame()["amount"].isna().sum()) == 2
    assert list(data.hints.columns) == ["amount"]


def test_a_file_of_hints_lies_below_the_data_roots(tmp_path):
    """If data have to lie below a root, hints have to as well: an event could name any file."""
    from runtime.data_roots import parse_roots

    (tmp_path / "in").mkdir()
    SHOPS.to_csv(tmp_path / "in" / "shops.csv", index=False)
    (tmp_path / "secret.yaml").write_text("columns: {password: {unit: none}}")
    source = f"{tmp_path / 'in' / 'shops.csv'}#hints={tmp_path / 'secret.yaml'}"
    with pytest.raises(DatasetError) as caught:
        read_dataset(source, directory=tmp_path / "kept", roots=parse_roots([str(tmp_path / "in")]))
    assert "password" not in str(caught.value)
    assert "secret.yaml" in str(caught.value)


DBT = """
version: 2
models:
  - {name: orders, columns: [{name: x}]}
  - name: shops
    columns:
      - {name: amount, description: "Price  paid"}
      - {name: class, data_tests: [not_null, {accepted_values: {values: [1, 2, 3]}}]}
      - {name: internal, tests: [unique]}
      - {name: not_in_the_data, description: y}
"""
ODCS = """
apiVersion: v3.0.2
kind: DataContract
schema:
  - name: shops
    dataGranularityDescription: one sale
    properties:
      - {name: amount, businessName: takings, logicalType: number}
      - {name: internal, primaryKey: true}
"""


def test_a_dbt_schema_is_read_as_hints(tmp_path):
    """The model with the data set's name gives descriptions, keys and categories; other columns are no mistake."""
    (tmp_path / "schema.yml").write_text(DBT)
    columns = {one.name: one for one in profile_dataset(read(tmp_path, tmp_path / "schema.yml").table()).columns}
    assert columns["amount"].description == "Price paid"
    assert (columns["class"].role, columns["internal"].role) == ("category", "identifier")
    with pytest.raises(DatasetError, match=r"schema\.yml: describes several tables.*did you mean 'shops'"):
        read_dataset(SHOPS, directory=tmp_path, name="shop", hints=tmp_path / "schema.yml")


def test_a_data_contract_is_read_as_hints(tmp_path):
    """The only table of a contract gives grain, business names as synonyms, and keys."""
    (tmp_path / "contract.yaml").write_text(ODCS)
    profile = profile_dataset(read(tmp_path, tmp_path / "contract.yaml").table())
    assert profile.grain == "one sale"
    assert next(one for one in profile.columns if one.name == "amount").synonyms == ["takings"]
    assert next(one for one in profile.columns if one.name == "internal").role == "identifier"


def test_terms_grain_fiscal_year_and_units_of_the_hints_count_in_questions(tmp_path):
    """A term stands for the measure that its meaning names; the grain names rows; fiscal years begin when hints say."""
    days = pd.DataFrame({"day": pd.date_range("2022-01-01", periods=800), "amount": [1.0, 2.0] * 400})
    said = {"grain": "one parcel", "fiscal_year_start": 7, "glossary": {"takings": "sum of amount per day"}}
    data = read(tmp_path, Hints.model_validate({**said, "columns": {"amount": {"unit": "EUR"}}}), days)
    expected = days[(days.day >= "2022-07-01") & (days.day < "2023-07-01")].amount.sum()
    total = ask(data, "What are the total takings in fiscal year 2023?")
    assert (total.status, f"The total of amount (in EUR) is {expected:,.0f}" in total.statement) == ("answered", True)
    assert ask(data, "How many parcels are there?").statement == "The data set has 800 rows."


def test_hints_can_be_given_to_a_data_set_that_was_read_before(tmp_path):
    """The same rows with hints are another data set; sentinels are gone, and the model is told the rest in words."""
    data = read(tmp_path)
    hinted = with_hints(data, hints(amount={"sentinels": [-1], "unit": "EUR", "aggregate": "mean"}))
    assert hinted.frame()["amount"].isna().sum() == 2
    assert hinted.fingerprint != data.fingerprint
    assert "Column amount: in EUR, never summed, -1.0 stands for missing." in hints_in_words(hinted.hints)
    assert hints_in_words(None) == ""
