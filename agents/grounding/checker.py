"""Statements held against the evidence of a run."""

import logging
from collections.abc import Collection, Sequence

from agents.grounding.names.collected import CollectedNames
from agents.grounding.reading.written_numbers import WrittenNumber, read
from agents.grounding.references.fill import FilledText, fill
from agents.grounding.references.verdicts import with_references
from agents.grounding.results.prose import Prose, prose_of, times_in_name
from agents.grounding.results.tables import names_of, tables_of
from agents.grounding.tables.cells import Table, cells_of
from agents.grounding.tables.matching import says_cell
from agents.grounding.verdicts.claimed import with_claims
from agents.grounding.verdicts.statements import checks_of
from agents.outputs import Check, Evidence
from agents.outputs.analysis import FLAGGED
from agents.outputs.claims import Claim
from analytics.results import DatasetProfile

_logger = logging.getLogger(__name__)


def unsupported_numbers(statement: str, evidence: Sequence[Evidence], names: Collection[str] = ()) -> list[str]:
    """Numbers, names and comparisons of a statement that its evidence does not hold or contradicts, as written.

    Each number is bound to what it is about: entry, time, column and aggregate. Rounding to the digits written is
    understood, and percentages (12.3 % for 0.123), k, million and billion, `drop of 5` for -5, and bounds. Differences,
    ratios, shares, sums, ranks and counts are computed again from the rows, where the sentence says that it is one.

    Args:
        statement: Prose.
        evidence: The results that it cites.
        names: Further names whose digits are no numbers, such as columns of other results.
    """
    return flagged(checks_of(statement, tables_of(evidence), prose_of(evidence), names=names))


def flagged(checks: Sequence[Check]) -> list[str]:
    """Texts that the checks contradict or do not find, as they are written."""
    return list(dict.fromkeys(check.text for check in checks if check.verdict in FLAGGED))


class Checker:
    """Evidence of a run, read once, to hold statements against.

    Args:
        evidence: The results.
        profile: The data's profile if it is not among them, whose names of columns and entries are known as well.
        names: Further names that may be said, such as the data set's.
    """

    def __init__(
        self, evidence: Sequence[Evidence], profile: DatasetProfile | None = None, names: Collection[str] = ()
    ) -> None:
        self.evidence = evidence
        self._known = [name for name in names if name]
        self._times_of_data = [time for name in self._known for time in times_in_name(name)]
        self._tables: dict[str, list[Table]] = {item.id: tables_of([item]) for item in evidence}
        self._prose: dict[str, Prose] = {item.id: prose_of([item]) for item in evidence}
        known = [Evidence(id="", tool="", arguments={}, result=profile)] if profile else []
        self._every = [*(table for tables in self._tables.values() for table in tables), *tables_of(known)]
        self._names = CollectedNames(self._every)
        names = {
            *names_of(table for tables in self._tables.values() for table in tables),
            *(text for one in self._prose.values() for text in (*one.names, *one.texts)),
        }
        self._braced = [name for name in names if "{" in name]

    def fill(self, text: str) -> FilledText:
        """Replace the references of a text by the numbers that they mean."""
        return fill(text, self._tables, self._braced) if "{" in text else FilledText(text)

    def checks(self, statement: str | FilledText, ids: Collection[str]) -> list[Check]:
        """Hold a statement against the results with these ids; names of the others are known."""
        if isinstance(statement, FilledText):
            return with_references(self.checks(statement.text, ids), statement, self._tables)
        cited = [table for id_ in ids for table in self._tables.get(id_, ())]
        own = Prose(moments=list(self._times_of_data))
        for id_, prose in self._prose.items():
            if id_ in ids:
                own = own.joined(prose)
            else:
                own.texts += prose.texts
                own.names += prose.names
                own.spans += prose.spans
        try:
            checks = checks_of(statement, cited, own, self._every, names=self._known, collected=self._names)
        except Exception as error:  # a fault of ours must not end a run that is paid for
            _logger.warning("A statement could not be checked (%s) and is marked unverified.", type(error).__name__)
            _logger.debug("The check failed.", exc_info=True)
            return [Check(text=statement, verdict="unverified", detail="the check failed")]
        if any(item.result.shows_drivers for item in self.evidence if item.id in ids):
            return [check for check in checks if check.verdict != "interpretation"]
        return checks

    def with_claims(
        self, checks: Sequence[Check], statement: str, claims: Sequence[Claim], ids: Collection[str]
    ) -> list[Check]:
        """The checks of a statement that rules wrote with these claims: a number that is flagged may be one of them."""
        cited = [table for id_ in ids for table in self._tables.get(id_, ())]
        return with_claims(checks, statement, claims, cited)

    def _holds_any(self, id_: str, numbers: Sequence[WrittenNumber]) -> bool:
        """Return whether a result holds one of some numbers as it is, which is found sooner than by a check."""
        return any(
            says_cell(number, cell.value, cell.measure) for cell in cells_of(self._tables[id_]) for number in numbers
        )

    def holder(self, texts: Sequence[str], statement: str, ids: Collection[str]) -> str:
        """The id of one further result that, cited as well, would support what is missing; empty if there is none."""
        numbers = [number for text in texts for number in read(text)[0]]
        for item in self.evidence:
            if item.id in ids or (numbers and not self._holds_any(item.id, numbers)):
                continue
            if not set(flagged(self.checks(statement, [*ids, item.id]))) & set(texts):
                return item.id
        return ""
