"""A folder that scanners write to: what has come to rest is digitized, nothing is moved or deleted, the end is written beside.

`<folder>/ket-qua/<name>.txt` says how each file or dossier folder ended, in the clerk's words; before that, the registry's word
on its persons, as soon as that is known. The last line in the end is a digest of what was looked at, so that a server that
starts again knows what is done without opening it.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.counter import Ended, Event, Failed, Judged, Received, Waits, hand_in
from flows.office import Office
from flows.reading_ahead import ReadingAhead
from models.dossier import DossierCode
from models.outcome import Reason
from pipeline.announced import is_manifest
from pipeline.names import is_system_name, is_unfinished_name
from pipeline.settling import WINDOW_SECONDS, Sighting, sighting
from storage.waiting_line import Lane

OUTCOMES = "ket-qua"
_LOOK_SECONDS, _CLOSE_LOOK_SECONDS = 0.5, 0.2  # where nothing is new, and where something comes to rest
_PAUSE = 4  # times as long as a look took: a folder of many thousands costs a fifth of a core at most
_AGAIN_SECONDS = 30.0  # for what waits for a store or a registry that is away
_FEW = 8
"""So many dossiers coming at once are someone's at the counter; more are a batch, as are stacks with cover sheets and loose pages."""

_WHOLE = Received | Failed  # what is told of all that was handed in together
Tree = tuple[tuple[str, Sighting], ...]
_LOG = logging.getLogger("sohoa")

Write = Callable[[str, Sequence[Event]], str]


@dataclass(slots=True)
class _Seen:
    """An entry of the folder: what it looked like, since when (monotonic), whether a later look showed the same, and whether
    it was handed in.
    """

    tree: Tree
    since: float
    handed_in: bool = False
    not_before: float = 0.0
    is_again: bool = False
    is_read_ahead: bool = False


class WatchedFolder:
    """Looks at a folder until it is stopped. `write(name, events)` gives the clerk's words on how an entry ended."""

    def __init__(self, folder: Path, office: Office, *, write: Write) -> None:
        self._folder, self._office, self._write = folder, office, write
        self._seen: dict[str, _Seen] = {}
        self._young: list[Path] = []
        self._ahead = ReadingAhead(office)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Begins to look; raises OSError where the folder cannot be made."""
        (self._folder / OUTCOMES).mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """Looks no more; what was handed in goes on."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        took = 0.0
        while not self._stop.wait(max(_CLOSE_LOOK_SECONDS if self._young else _LOOK_SECONDS, _PAUSE * took)):
            began = time.monotonic()
            entries = self.settled(began, time.time())
            took = time.monotonic() - began
            self._read_ahead()
            for lane, some in by_lane(entries).items():
                threading.Thread(target=self._digitize, args=(some, lane), daemon=True).start()

    def _read_ahead(self) -> None:
        """Begins to read what is coming to rest, where it is somebody's at the counter."""
        for entry in by_lane(self._young).get(Lane.COUNTER, ()):
            seen = self._seen[entry.name]
            if seen.is_again and not seen.is_read_ahead:
                seen.is_read_ahead = True
                self._ahead.begin(entry)

    def settled(self, now: float, clock: float) -> list[Path]:
        """Entries that have come to rest, each once for each of its states; `now` is monotonic, `clock` since 1970.

        At rest is what two looks a window apart showed the same, or what was changed longer ago than that.
        """
        found: list[Path] = []
        self._young = []
        manifest = _tree(self._folder / "manifest.csv")
        for entry in _entries(self._folder):
            tree = _tree(entry) + manifest
            seen = self._seen.get(entry.name)
            if seen is None or seen.tree != tree:
                seen = self._seen[entry.name] = _Seen(tree, now)
                seen.handed_in = self._told(entry.name) == _digest(tree)
            else:
                seen.is_again = True
            newest = max((look.modified_ns for _, look in tree), default=0) / 1e9
            at_rest = now - seen.since >= WINDOW_SECONDS or newest <= clock - WINDOW_SECONDS
            if tree and at_rest and not seen.handed_in and now >= seen.not_before:
                seen.handed_in = True
                found.append(entry)
            elif tree and not seen.handed_in and not seen.not_before:
                self._young.append(entry)
        return found

    def _digitize(self, entries: Sequence[Path], lane: Lane) -> None:
        trees = {entry.name: self._seen[entry.name].tree for entry in entries}
        events: list[Event] = []
        self._ahead.wait(entries)
        manifest = _tree(self._folder / "manifest.csv")
        entries = [entry for entry in entries if _tree(entry) + manifest == trees[entry.name]]
        trees = {entry.name: trees[entry.name] for entry in entries}  # what has changed meanwhile comes to rest anew
        if not entries:
            return
        for event in hand_in(entries, self._office, lane=lane, at_rest=True):
            events.append(event)
            name = next((name for name in trees if not isinstance(event, _WHOLE) and _is_own(event, name)), None)
            if isinstance(event, Judged):
                if name and lane is Lane.COUNTER:
                    self._put(name, self._write(name, [event]))
            elif name:  # told as it ends: the rest of a batch may take hours
                self._tell(name, trees.pop(name), events)
        for name, tree in trees.items():
            self._tell(name, tree, events)

    def _tell(self, name: str, tree: Tree, events: Sequence[Event]) -> None:
        aside = any(isinstance(event, Received) and name in dict(event.left_out) for event in events)
        about = [event for event in events if isinstance(event, _WHOLE) or (not aside and _is_about(event, name))]
        again = any(_is_to_be_tried_again(event, name) for event in about)
        text = self._write(name, about)
        failed = any(isinstance(event, Failed) for event in about)  # a batch that was stopped goes on at the next start
        digest = "" if again or failed else _digest(tree)
        self._put(name, f"{text}\n# {digest}")
        seen = self._seen.get(name)
        if again and seen and seen.tree == tree:
            seen.handed_in, seen.not_before = False, time.monotonic() + _AGAIN_SECONDS

    def _put(self, name: str, text: str) -> None:
        """Whoever looks meanwhile sees what stood there before, or all of it."""
        path = self._outcome(name)
        fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        try:
            fresh.write_text(f"{text}\n", encoding="utf-8")
            fresh.replace(path)
        except OSError:
            _LOG.warning("an outcome could not be written", extra={"facts": {"folder": str(self._folder)}})

    def _outcome(self, name: str) -> Path:
        return self._folder / OUTCOMES / f"{name}.txt"

    def _told(self, name: str) -> str:
        """The digest in an entry's outcome, or nothing."""
        try:
            return self._outcome(name).read_text(encoding="utf-8").rstrip().rpartition("# ")[2]
        except (OSError, ValueError):
            return ""


def _entries(folder: Path) -> list[Path]:
    try:
        names = sorted(entry for entry in folder.iterdir())
    except OSError:
        return []  # a network folder that is away comes back
    return [
        entry
        for entry in names
        if not (
            entry.name == OUTCOMES
            or is_manifest((entry.name,))
            or is_system_name(entry.name)
            or is_unfinished_name(entry.name)
        )
    ]


def _tree(entry: Path) -> Tree:
    """What a file, or a folder with all below it, looks like."""
    looks = ((str(path.relative_to(entry.parent)), sighting(path)) for path in _below(entry))
    return tuple((name, look) for name, look in looks if look is not None)


def _below(entry: Path) -> Iterable[Path]:
    yield entry
    if entry.is_dir() and not entry.is_symlink():
        yield from sorted(entry.rglob("*"))


def _digest(tree: Tree) -> str:
    return hashlib.sha256(repr(tree).encode("utf-8", "backslashreplace")).hexdigest()


def by_lane(entries: Sequence[Path]) -> dict[Lane, list[Path]]:
    """What came together, by the lane it takes: a few dossiers are somebody's at the counter, whatever lies beside them."""
    dossiers = [entry for entry in entries if _is_dossier(entry)]
    if len(dossiers) > _FEW:
        return {Lane.BATCH: list(entries)}
    rest = [entry for entry in entries if entry not in dossiers]
    return {lane: some for lane, some in ((Lane.COUNTER, dossiers), (Lane.BATCH, rest)) if some}


def _is_dossier(entry: Path) -> bool:
    return DossierCode.parse(entry.stem.upper()) is not None or DossierCode.parse(entry.name.upper()) is not None


def _is_own(event: Judged | Ended | Waits, name: str) -> bool:
    """Whether an entry is named as the dossier of which the event tells."""
    code = _code_of(event)
    return name.upper() in {code, f"{code}{Path(name).suffix.upper()}"}


def _is_about(event: Judged | Ended | Waits, name: str) -> bool:
    """Whether a dossier is, or may be, in an entry: a stack's dossiers are known by their cover sheets only."""
    named = DossierCode.find(name.upper())  # also in `CODE (2).pdf`, as a scanner names what it had before
    return named is None or str(named) == _code_of(event)


def _code_of(event: Judged | Ended | Waits) -> str:
    return event.dossier_code if isinstance(event, Judged) else event.end.dossier_code


def _is_to_be_tried_again(event: Event, name: str) -> bool:
    """Whether the entry waits: for the store, or for a file that was still being written."""
    match event:
        case Waits():
            return True
        case Received(left_out=left_out):
            return any(reason is Reason.STILL_WRITTEN and file.split("/")[0] == name for file, reason in left_out)
        case Failed(error):
            return error.retryable
        case _:
            return False
