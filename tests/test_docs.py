"""README.md and docs/ are true: their examples run, their commands parse, their links lead somewhere."""

import importlib.util
import re
import runpy
import shlex
from pathlib import Path

import pytest

from deployments.cli import make_app
from runtime.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)[ \t]*([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(language: str) -> list[tuple[str, str, str]]:
    """Page and line, the words after the language, and the text of every block in a language."""
    found = []
    for page in PAGES:
        text = page.read_text()
        for fence in FENCE.finditer(text):
            if fence[1] == language:
                line = text.count("\n", 0, fence.start()) + 1
                found.append((f"{page.name}:{line}", fence[2], fence[3]))
    return found


EXAMPLES = _blocks("python")
COMMANDS = [(at, line) for at, _, text in _blocks("bash") for line in text.splitlines() if line]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=at, marks=[pytest.mark.scale] if at.startswith("investigation.md") else [])
        for at, words, text in EXAMPLES
        if not words.startswith("notest")
    ],
)
def test_python_examples_run(text, tmp_path, prefect_server, monkeypatch):
    """Every Python example runs as it stands, each as a script of its own."""
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "example.py"
    script.write_text(text)
    runpy.run_path(str(script), run_name="example")


def test_examples_that_are_not_run_say_why():
    """A Python example is left out only with a reason beside it."""
    assert EXAMPLES
    assert [at for at, words, _ in EXAMPLES if words and not re.fullmatch(r"notest: \w.{5,}", words)] == []


@pytest.mark.parametrize(("at", "line"), COMMANDS, ids=[at for at, _ in COMMANDS])
def test_commands_exist(at, line):
    """Every `analyst` and `make` command in a shell example has the arguments and targets that exist."""
    words = shlex.split(line, comments=True)
    if words[:1] == ["analyst"]:
        make_app().parse_args(words[1:], exit_on_error=False, print_error=False)
    elif words[:1] == ["make"]:
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert words[1] in targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_scripts_exist(page):
    """Every module after `python -m` and every script of `benchmarks/` or `examples/` that a page names exists."""
    text = page.read_text()
    for module in re.findall(r"python -m ((?:benchmarks|tests|runtime|deployments)[\w.]+)", text):
        assert importlib.util.find_spec(module) is not None, module
    for script in re.findall(r"(?:benchmarks|examples)/[\w/]+\.(?:py|json|yaml)", text):
        assert (ROOT / script).exists(), script


def _commands(app, above=""):
    """Every command with its full name; one that only holds others stands for those."""
    for name in app:
        if not name.startswith("-"):
            inner = list(_commands(app[name], f"{above}{name} "))
            yield from inner or [(f"{above}{name}", app[name])]


def test_every_option_is_documented():
    """The pages name every option of every command."""
    text = "\n".join(page.read_text() for page in PAGES)
    missing = []
    for name, command in _commands(make_app()):
        options = [argument.name for argument in command.assemble_argument_collection()]
        missing += [f"{name} {option}" for option in options if not re.search(rf"[`\s]{option}\b", text)]
    allowed = {
        "analyze --dataset",
        "ask --dataset",
        "investigate --dataset",
        "inspect --dataset",
        "emit --name",
        "research --topic",
        "routes check --file",
        "triage --tickets",
    }  # shown as the positional arguments they are
    assert set(missing) <= allowed


def test_documented_defaults_are_true(monkeypatch, tmp_path):
    """The table of settings gives the default that each setting has."""
    for name in ("ANALYST_HOME", "ANALYST_DATA_ROOTS", "ANALYST_EVENTS"):
        monkeypatch.delenv(name)
    rows = dict(re.findall(r"^\| `(ANALYST_\w+)` \| (.+?) \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE))
    defaults = Settings()
    computed = {
        "ANALYST_DATA_TEMP",
        "ANALYST_HOME",
        "ANALYST_LISTEN_URL",
        "ANALYST_REPORT_ROOT",
        "ANALYST_STORE_URL",
    }  # told in words
    for name in Settings.model_fields:
        variable = f"ANALYST_{name.upper()}"
        value = getattr(defaults, name)
        if variable not in computed:
            shown = "none" if value is None else f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
            assert rows[variable] == shown, variable


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_somewhere(page):
    """Every relative link and picture exists, and every anchor is a heading of its page."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(), re.MULTILINE)
            assert anchor in [_slug(heading) for heading in headings], target


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
