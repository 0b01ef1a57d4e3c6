"""The dependencies of one agent run: snapshots for its tools, and their digests in keys."""

from typing import Any

from cache_policies.call_path import scope_and_path
from cache_policies.datasets.snapshots import Snapshot, without_frames
from cache_policies.digests.digest import chain, digest_with_gaps
from cache_policies.digests.first_digests import first_digest, note_change


class Dependencies:
    """Dependencies as they are when an agent run begins.

    Attributes:
        value: What to hand to the tools: the same objects, with frames as they are now.
        now: Digest of `value`.
        first: Digest of what it was before tools of this run's attempts changed it, which is what a retry has to find.
        live: Objects among the dependencies that have no content to digest.
    """

    def __init__(self, dependencies: object) -> None:
        self._given = dependencies
        self._snapshot = Snapshot(dependencies)
        self._scope = scope_and_path()
        self.value: Any = self._snapshot.value
        self.now, self.live = digest_with_gaps(self.value)
        self.first = self.now
        if self._scope is not None:
            self._rest = first_digest(self._scope[0], dependencies, self._without_frames(self.now))
            # Tools have snapshots of the frames, so only others change those.
            frames = self._snapshot.frames
            self.first = chain(self._rest, digest_with_gaps(frames)[0]) if frames else self._rest

    def give_back(self) -> None:
        """After the run, copy what tools changed to the caller's objects, and keep their first digest for a retry."""
        self._snapshot.give_back()
        if self._scope is not None and self._given is not None:
            changed = self._without_frames(None)
            note_change(self._scope[0], self._given, self._rest, changed)

    def _without_frames(self, known: str | None) -> str:
        if known is not None and not self._snapshot.frames:
            return known
        return digest_with_gaps(self._given, project=without_frames)[0]
