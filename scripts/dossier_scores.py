"""How well dossiers were understood: papers, page findings, components and the fields of persons, against the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.document import Document
from models.identity import FIELD_NAMES, Field, Person
from models.page import PageText
from pipeline.assemble import Understanding
from pipeline.similarity import edit_distance
from scripts.reading_scores import FoundScore, Reliability, Share, is_right, plain_value
from scripts.reading_truth import TruePage

IDENTITY = ("full_name", "birth_date", "sex", "id_number")
_CARD_2024 = "cc"  # its face names no place of origin, its QR code may
Truth = Mapping[str, Any]
_Paired = tuple[Truth | None, Person | None]


@dataclass(slots=True)
class DossierScore:
    """Counts over dossiers. `fields` are by (field, "typed" or "handwritten"); a value of nobody's counts as typed."""

    types: Share = field(default_factory=Share)
    grouping: Share = field(default_factory=Share)
    grouping_of_many: Share = field(default_factory=Share)
    rotation: Share = field(default_factory=Share)
    rotation_of_turned: Share = field(default_factory=Share)
    procedures: Share = field(default_factory=Share)
    blank: FoundScore = field(default_factory=FoundScore)
    rejected: FoundScore = field(default_factory=FoundScore)
    missing: FoundScore = field(default_factory=FoundScore)
    persons: FoundScore = field(default_factory=FoundScore)
    fields: dict[tuple[str, str], FoundScore] = field(default_factory=lambda: defaultdict(FoundScore))
    by_level: dict[tuple[str, str], FoundScore] = field(default_factory=lambda: defaultdict(FoundScore))
    reliability: dict[str, Reliability] = field(default_factory=lambda: defaultdict(Reliability))
    mistaken_types: Counter[str] = field(default_factory=Counter)

    def note_pages(self, truths: Sequence[TruePage], pages: Mapping[int, PageText]) -> None:
        """Rotation, blank pages, rejected pages. A black page called blank was not taken for a paper: no mistake."""
        for truth in truths:
            page = pages[truth.number]
            refused = page.rejection is not None
            if truth.unreadable:
                caught = refused or (page.blank and truth.unreadable == "black")
                self.rejected.note(right=caught, given=refused, there=True)
                continue
            self.rejected.note(right=False, given=refused, there=False)
            self.blank.note(right=page.blank and truth.blank, given=page.blank, there=truth.blank)
            if truth.is_read and not truth.born_digital:
                upright = page.rotation_degrees == -truth.turned_clockwise % 360
                self.rotation.note(upright)
                if truth.turned_clockwise:
                    self.rotation_of_turned.note(upright)

    def note_dossier(self, truth: Truth, found: Understanding, *, wrong: Callable[[str], None] | None = None) -> None:
        """Papers, procedure, missing components, persons. `wrong` is told of each field that is not right."""
        ignored = {page["number"] for page in truth["pages"] if page["blank"] or page["unreadable"]}
        pages = {paper.ordinal: set(paper.pages) - ignored for paper in found.documents}
        for paper in truth["documents"]:
            self._note_paper(paper, found.documents, pages)
        self.procedures.note(found.procedure == truth["procedure"])
        missing, said = set(truth["components"]["missing"]), {str(type_) for type_ in found.components.missing}
        for type_ in missing | said:
            self.missing.note(right=type_ in missing & said, given=type_ in said, there=type_ in missing)
        levels = {page["number"]: page["level"] for page in truth["pages"]}
        for person, read in _pairs(truth, found, pages):
            if not (person and person["optional"]):
                self._note_person(person, read, truth["documents"], levels)
                if wrong:
                    _tell(truth, person, read, wrong)

    def _note_paper(self, paper: Truth, found: Sequence[Document], pages: Mapping[int, set[int]]) -> None:
        wanted = set(paper["pages"])
        nearest = max(found, key=lambda d: (len(pages[d.ordinal] & wanted), -len(pages[d.ordinal])), default=None)
        type_ = str(nearest.type) if nearest and pages[nearest.ordinal] & wanted else "nothing"
        self.types.note(type_ == paper["type"])
        if type_ != paper["type"]:
            self.mistaken_types[f"{paper['type']} → {type_}"] += 1
        grouped = wanted in pages.values()
        self.grouping.note(grouped)
        if len(wanted) > 1:
            self.grouping_of_many.note(grouped)

    def _note_person(
        self, truth: Truth | None, read: Person | None, papers: Sequence[Truth], levels: Mapping[int, str]
    ) -> None:
        self.persons.note(right=bool(truth and read), given=bool(read), there=bool(truth))
        paper = papers[truth["document"] - 1] if truth else None
        for name in FIELD_NAMES:
            said = truth["fields"].get(name) if truth else None
            given: Field | None = getattr(read, name) if read else None
            if said is None and (given is None or _is_of_elsewhere(name, given, paper)):
                continue
            right = bool(said and given and is_right(name, said["value"], given.value))
            hand = "handwritten" if said and said["handwritten"] else "typed"
            self.fields[name, hand].note(right=right, given=given is not None, there=said is not None)
            if name in IDENTITY and hand == "typed":
                level = levels.get(said["page"] if said else given.page if given else 0, "")
                self.by_level[level, name].note(right=right, given=given is not None, there=said is not None)
            if given is not None:
                self.reliability[name].note(given.confidence, right=right)


def _tell(truth: Truth, person: Truth | None, read: Person | None, wrong: Callable[[str], None]) -> None:
    """A line for each field that is wrong or missing: dossier, paper, role, field, what is printed, what was read."""
    paper = truth["documents"][person["document"] - 1] if person else None
    for name in FIELD_NAMES:
        said = person["fields"].get(name) if person else None
        given: Field | None = getattr(read, name) if read else None
        if (said is None and given is None) or (said and given and is_right(name, said["value"], given.value)):
            continue
        if said is None and given is not None and _is_of_elsewhere(name, given, paper):
            continue
        role = person["role"] if person else str(read.role) if read else ""
        kind = paper["type"] if paper else "-"
        printed, value = said["printed_as"] if said else None, given.as_read if given else None
        wrong(f"{truth['dossier_code']} {kind} {role} {name}: {printed!r} read as {value!r}")


def _is_of_elsewhere(name: str, given: Field, paper: Truth | None) -> bool:
    """Whether a value that its paper does not hold was taken from another paper of the dossier, or from a code."""
    if paper is None:
        return False
    return given.page not in paper["pages"] or (name == "origin" and paper["card"] == _CARD_2024)


def _pairs(truth: Truth, found: Understanding, pages: Mapping[int, set[int]]) -> Iterator[_Paired]:
    """Each person of the truth with the one read in the same role on the same paper; either may lack the other."""
    on = {ordinal: _true_ordinal(numbers, truth["documents"]) for ordinal, numbers in pages.items()}
    expected: dict[tuple[int, str], list[Truth]] = defaultdict(list)
    read: dict[tuple[int, str], list[Person]] = defaultdict(list)
    for person in truth["persons"]:
        expected[person["document"], person["role"]].append(person)
    for one in found.persons:
        read[on.get(one.document, 0), str(one.role)].append(one)
    for place in sorted(expected.keys() | read.keys()):
        yield from _pairs_of_role(expected[place], read[place])


def _true_ordinal(pages: set[int], papers: Sequence[Truth]) -> int:
    """The paper of the truth that shares most of the pages, 0 where none does."""
    shared, ordinal = max(((len(pages & set(paper["pages"])), -paper["ordinal"]) for paper in papers), default=(0, 0))
    return -ordinal if shared else 0


def _pairs_of_role(expected: Sequence[Truth], read: Sequence[Person]) -> Iterator[_Paired]:
    """The likest first, one to one; among equals a person who counts before an optional one."""
    likenesses = sorted(
        (
            (_likeness(truth, person) - 0.01 * truth["optional"], -i, -j)
            for i, truth in enumerate(expected)
            for j, person in enumerate(read)
        ),
        reverse=True,
    )
    taken, given = set[int](), set[int]()
    for _, i, j in likenesses:
        if -i not in taken and -j not in given:
            taken.add(-i)
            given.add(-j)
            yield expected[-i], read[-j]
    yield from ((truth, None) for i, truth in enumerate(expected) if i not in taken)
    yield from ((None, person) for j, person in enumerate(read) if j not in given)


def _likeness(truth: Truth, person: Person) -> float:
    """2 for each value that is right, up to 1 for each that is near."""
    total = 0.0
    for name, said in truth["fields"].items():
        given: Field | None = getattr(person, name)
        if given is not None:
            one, other = plain_value(name, said["value"]), plain_value(name, given.value)
            near = 1 - edit_distance(one, other) / max(len(one), len(other), 1)
            total += 2 if is_right(name, said["value"], given.value) else near
    return total
