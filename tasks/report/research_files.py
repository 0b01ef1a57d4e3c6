"""Files of a research run: a Markdown file for each audience, and one JSON file with everything."""

from collections.abc import Iterator
from pathlib import Path

from pydantic.dataclasses import dataclass

from agents.outputs.origin import origin_in_words
from agents.outputs.research import AudienceSummary, KeyPoint, ResearchRun
from runtime.files.output_files import make_directory, write_output
from tasks.text import escape_markdown

_MOST_SKIPPED = 20


@dataclass(frozen=True, kw_only=True)
class ResearchFiles:
    """Paths of the written summaries.

    Attributes:
        technical: For people who build or run it, with every key point and its quote.
        executive: For people who decide.
        general: For everybody else.
        json: For programs: `ResearchRun.model_validate_json` reads it back.
    """

    technical: Path
    executive: Path
    general: Path
    json: Path


def write_research(run: ResearchRun, directory: Path) -> ResearchFiles:
    """Write the files. Each is put in place when it is whole.

    Args:
        run: What was found and written.
        directory: Where to; made if it is missing.

    Raises:
        OSError: The directory cannot be written to.
    """
    directory = directory.expanduser().absolute()
    make_directory(directory)
    contents = {
        "technical.md": render_technical(run),
        "executive.md": render_summary(run, run.summaries.executive),
        "general.md": render_summary(run, run.summaries.general),
        "research.json": run.model_dump_json(indent=2),
    }
    for file_name, content in contents.items():
        write_output(directory / file_name, content.encode("utf-8", "replace"))
    paths = {file_name.split(".")[0]: directory / file_name for file_name in contents}
    return ResearchFiles(json=paths.pop("research"), **paths)


def render_summary(run: ResearchRun, summary: AudienceSummary) -> str:
    """One audience's summary as Markdown, with the sources it rests on."""
    return "\n\n".join([*_opening(run, summary), *_sources(run), *_closing(run)]) + "\n"


def render_technical(run: ResearchRun) -> str:
    """The technical summary as Markdown, with each key point, what it cites, and what could not be verified."""
    findings = run.findings
    parts = [*_opening(run, run.summaries.technical)]
    if findings.key_points:
        parts.append("## Key points")
        parts += [f"{n}. {_point(point)}" for n, point in enumerate(findings.key_points, start=1)]
    if findings.open_questions:
        parts += [
            "## Open questions",
            "\n".join(f"- {escape_markdown(question)}" for question in findings.open_questions),
        ]
    return "\n\n".join([*parts, *_sources(run), *_skipped(run), *_closing(run)]) + "\n"


def _opening(run: ResearchRun, summary: AudienceSummary) -> Iterator[str]:
    yield f"# {escape_markdown(summary.headline)}"
    yield f"Topic: {escape_markdown(run.topic)}"
    if run.stopped:
        yield f"**Partial: the run ended before its time. {escape_markdown(run.stopped)}**"
    # Everything is escaped: a text that comes from a source must not become a link, a picture or markup.
    for paragraph in summary.text.split("\n\n"):
        if lines := [escape_markdown(line) for line in paragraph.splitlines() if line.strip()]:
            yield "  \n".join(lines)
    if summary.unverified:
        yield f"**Not found in the findings:** {_listed(summary.unverified)}."


def _point(point: KeyPoint) -> str:
    lines = [escape_markdown(point.statement) + (f" \\[{_listed(point.sources)}\\]" if point.sources else "")]
    if point.quote:
        lines.append(f"   > {escape_markdown(point.quote)}")
    if point.unverified:
        lines.append(f"   **Not verified:** {_listed(point.unverified)}.")
    return "\n\n".join(lines)


def _sources(run: ResearchRun) -> Iterator[str]:
    if run.findings.sources:
        yield "## Sources"
        titles = [f" ({escape_markdown(source.title)})" if source.title else "" for source in run.findings.sources]
        lines = [
            f"- {s.id}: {escape_markdown(s.name)}{title}" for s, title in zip(run.findings.sources, titles, strict=True)
        ]
        yield "\n".join(lines)


def _skipped(run: ResearchRun) -> Iterator[str]:
    if run.skipped:
        yield "## Not read"
        lines = [f"- {escape_markdown(s.name)}: {escape_markdown(s.reason)}" for s in run.skipped[:_MOST_SKIPPED]]
        if len(run.skipped) > _MOST_SKIPPED:
            lines.append("- and others, which the JSON file lists")
        yield "\n".join(lines)


def _closing(run: ResearchRun) -> Iterator[str]:
    sources = "1 source was" if run.read == 1 else f"{run.read} sources were"
    how = "Rules, no language model, picked the sentences." if run.model == "offline" else f"Model: {run.model}."
    how = origin_in_words(run.model, run.models) or how
    missing = f" {run.skipped_in_all:,} files or addresses were not read." if run.skipped_in_all else ""
    yield f"---\n\n{sources} searched.{missing} {escape_markdown(how)}"


def _listed(texts: list[str]) -> str:
    return ", ".join(map(escape_markdown, texts))
