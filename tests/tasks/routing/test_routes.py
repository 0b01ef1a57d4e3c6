"""Routes are read strictly, chosen by rules in order, and every choice can be explained."""

from pathlib import Path

import pytest

from tasks.routing.routes import RouteFacts, Routes
from tasks.routing.routes_file import RoutesError, load_routes

GOOD = """\
destinations:
  on-call:
    webhook: ${HOOK}
    headers: {Authorization: "Bearer ${TOKEN}"}
  billing: {file: out/billing.jsonl}
  people: {block: slack-webhook/support}
unsure: {to: people, below: 0.5}
rules:
  - when: {severity: critical, category: [incident, security]}
    to: [on-call, billing]
  - when: {category: billing, min_confidence: 0.8}
    to: billing
fallback: people
"""


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "https://hooks.example.org/T0/secret-path")
    monkeypatch.setenv("TOKEN", "hunter2")


def _load(tmp_path: Path, text: str) -> Routes:
    file = tmp_path / "routes.yaml"
    file.write_text(text)
    return load_routes(file)


def _facts(severity: str | None = "low", category: str | None = "other", confidence: float = 1.0) -> RouteFacts:
    return RouteFacts.model_validate({"severity": severity, "category": category, "confidence": confidence})


def test_variables_are_filled_in_and_stay_secret(tmp_path: Path) -> None:
    """`${NAME}` is the environment's value where it is used, and nothing that is printed or stored shows it."""
    routes = _load(tmp_path, GOOD)
    on_call = routes.destinations["on-call"]
    assert on_call.webhook is not None
    assert on_call.webhook.get_secret_value().endswith("secret-path")
    assert on_call.headers["Authorization"].get_secret_value() == "Bearer hunter2"
    for shown in (repr(routes), routes.model_dump_json(), on_call.address):
        assert "secret-path" not in shown
        assert "hunter2" not in shown
    assert routes.destinations["billing"].file == tmp_path / "out" / "billing.jsonl"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rules:", "rulez:", ":8: rulez: unknown field"),
        ("min_confidence", "confidence", ":11: rules.2.when.confidence: unknown field"),
        ("severity: critical", "severity: catastrophic", ":9: rules.1.when.severity"),
        ("category: billing", "category: biling", ":11: rules.2.when.category"),
        ("min_confidence: 0.8", "min_confidence: 8", ":11: rules.2.when.min_confidence"),
        ("when: {category: billing, min_confidence: 0.8}", "when: {}", ":11: rules.2.when: needs severity"),
        ("to: [on-call, billing]", "to: [oncall, billing]", ":10: rules.1.to: oncall is not a destination"),
        ("fallback: people", "fallback: peeple", ":13: fallback: peeple is not a destination"),
        ("fallback: people\n", "", "fallback: missing"),
        ("file: out/billing.jsonl", "file: a, webhook: 'https://x.org'", ":5: destinations.billing: needs exactly one"),
        ("file: out/billing.jsonl", "headers: {A: b}", ":5: destinations.billing: needs exactly one"),
        ("webhook: ${HOOK}", "webhook: ftp://${TOKEN}@x.org", ":3: destinations.on-call.webhook: not an http(s) URL"),
        ("${HOOK}", "${NO_SUCH_VARIABLE}", ":3: destinations.on-call.webhook: the environment variable NO_SUCH"),
        (
            "block: slack-webhook/support",
            "apprise: 'nonsense://u:hunter2@h'",
            ":6: destinations.people.apprise: Cannot",
        ),
        ("block: slack-webhook/support", "block: 'slack://T/x'", ":6: destinations.people.block: not a block"),
        ("block: slack-webhook/support", "deployment: triage", ":6: destinations.people.deployment: not a deployment"),
        ("below: 0.5", "below: often", ":7: unsure.below"),
        ("rules:", "fallback: billing\nrules:", "fallback: given twice"),
        ("rules:", "rules: [", ": not YAML"),
        (GOOD, "- just\n- a list\n", "needs destinations"),
        (GOOD, "", "needs destinations"),
        ("file: out/billing.jsonl", "file: !!python/object/apply:os.system ['true']", "not YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Routes that cannot be used are refused with file, line and field, and without a secret."""
    assert old in GOOD
    with pytest.raises(RoutesError) as refused:
        _load(tmp_path, GOOD.replace(old, new, 1))
    assert said in str(refused.value)
    assert "routes.yaml" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A missing file, and one that is no text, is refused by name."""
    with pytest.raises(RoutesError, match="nowhere"):
        load_routes(tmp_path / "nowhere.yaml")
    (tmp_path / "routes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RoutesError, match="UTF-8"):
        load_routes(tmp_path / "routes.yaml")


@pytest.mark.parametrize(
    ("facts", "by", "to"),
    [
        (_facts("critical", "security"), "rule 1", ["on-call", "billing"]),
        (_facts("critical", "billing", 0.9), "rule 2", ["billing"]),
        (_facts("low", "billing", 0.7), "fallback", ["people"]),
        (_facts("critical", "incident", 0.49), "unsure", ["people"]),
        (_facts(None, None, 0), "unsure", ["people"]),
    ],
)
def test_the_first_rule_that_fits_decides(tmp_path: Path, facts: RouteFacts, by: str, to: list[str]) -> None:
    """A low confidence goes to people before any rule; then the first rule that fits decides, else the fallback."""
    choice = _load(tmp_path, GOOD).choose(facts)
    assert (choice.by, choice.to) == (by, to)


def test_a_choice_says_what_was_looked_at(tmp_path: Path) -> None:
    """The explanation names each rule in order and why it did not fit."""
    why = _load(tmp_path, GOOD).choose(_facts("low", "billing", 0.7)).why
    assert why[1:] == [
        "rule 1: no, severity low is not critical",
        "rule 2: no, confidence 0.70 is below 0.80",
        "fallback",
    ]


def test_a_finding_needs_no_route(tmp_path: Path) -> None:
    """Without the fallback, what no rule is about goes nowhere."""
    assert _load(tmp_path, GOOD).choose(_facts("high", "finding"), fallback=False).to == []
