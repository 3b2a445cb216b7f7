"""Whose value it is: labelled values sorted to the persons of a paper, by labels, headings and the order of the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from models.identity import Role
from pipeline.extract.entries import Entry, Item
from pipeline.extract.headings import ROLE_OF, Heading, Section
from pipeline.lexicon import Label, bare

_ONCE = frozenset({Label.BIRTH_DATE, Label.SEX, Label.ETHNICITY, Label.NATIONALITY})


class Slot(NamedTuple):
    """A person's place on a paper: role, and which of that role (a power of attorney has two applicants)."""

    role: Role
    place: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a kind of paper names its persons.

    `first`: whose fields stand before any heading; `order`: in which order unnamed blocks follow; `aliases`: roles that
    mean another here (chủ hộ on a household business paper is its owner); roles outside `order` are nobody's.
    """

    first: Role
    main: Role
    order: tuple[Role, ...]
    aliases: Mapping[Role, Role] = field(default_factory=dict)
    inside: bool = True

    def role(self, role: Role) -> Role | None:
        role = self.aliases.get(role, role)
        return role if role in self.order else None


Sorted = dict[Slot, dict[Label, list[Entry]]]


def sort_entries(items: Sequence[Item], plan: Plan) -> Sorted:
    """The entries of each person, in order; fields of officers and of roles that the paper does not have are left out."""
    return _Sorting(items, plan).run()


class _Sorting:
    """The walk over a paper's items: who is being described now."""

    def __init__(self, items: Sequence[Item], plan: Plan) -> None:
        self.items, self.plan = items, plan
        self.people: Sorted = {}
        self.current: Slot | None = Slot(plan.first)
        self.related = False
        self.announced = False  # a heading has said whose fields these are

    def run(self) -> Sorted:
        ended = False
        for position, item in enumerate(self.items):
            if isinstance(item, Heading):
                ended = item.section is Section.END or (ended and item.section in (Section.WIFE, Section.HUSBAND))
                self._turn(item.section, position)
            elif not ended or (item.hit.role is not None and item.hit.label is Label.NAME):
                ended = False
                self._take(item, position)
        return self.people

    def _turn(self, section: Section, position: int) -> None:
        plan = self.plan
        if section is Section.MAIN:
            self.current = Slot(plan.main)
        elif section in (Section.FIRST_PARTY, Section.SECOND_PARTY):
            slot = Slot(plan.main, 0 if section is Section.FIRST_PARTY else 1)
            if slot not in self.people:
                self.current = slot
        elif section in (Section.END, Section.NOBODY):
            self.current = None
        else:
            role = plan.role(ROLE_OF[section])
            # The head of a signature block reads like a section (Người yêu cầu): only one that labels follow counts.
            if role is not None and Slot(role) not in self.people and self._labels_follow(position):
                self.current, self.announced = Slot(role), True

    def _labels_follow(self, position: int) -> bool:
        following = self.items[position + 1 : position + 3]
        return any(isinstance(item, Entry) and item.hit.label is not Label.OTHER for item in following)

    def _take(self, entry: Entry, position: int) -> None:
        label, hit = entry.hit.label, entry.hit
        if hit.nobody:
            self.current = None if label is Label.NAME else self.current
            return
        if label is Label.RELATION:
            self.related = True
            return
        if hit.role is not None:
            role = self.plan.role(hit.role)
            if label is Label.NAME and role is not None:
                self.current = Slot(role)
                if not bare(entry.text):  # a head over fields of their own (Họ tên vợ)
                    self.announced = True
                    return
            elif label is Label.NAME:
                self.current = None
            if role is not None:
                self._put(Slot(role), entry)
            return
        if label is Label.OTHER or (label is Label.NAME and not bare(entry.text)):
            return
        self._move_on(label, position)
        if self.current is not None:
            self._put(self.current, entry)

    def _move_on(self, label: Label, position: int) -> None:
        """To the next person, where this label can only be the next one's."""
        plan, current = self.plan, self.current
        if current is None:
            if label is Label.NAME:
                self.current = self._next_unnamed()
            return
        fields = self.people.get(current, {})
        if label is Label.NAME:
            fresh = not self.people and not self.announced and current == Slot(plan.first) != Slot(plan.main)
            if fresh and not self._main_heading_follows(position):
                self.current = Slot(plan.main)
            elif Label.NAME in fields and (
                self.related or self._awaits_main(current) or not self._is_named_again(fields[Label.NAME], position)
            ):
                following = Slot(plan.main) if self._awaits_main(current) else self._next_unnamed()
                self.current = following or self.current
                self.related = False
        elif (label in _ONCE and label in fields) or (
            self.related and current == Slot(plan.first) and Slot(plan.main) not in self.people
        ):
            following = self._next_unnamed(after=current)
            self.current = following or current
            self.related = False

    def _awaits_main(self, current: Slot) -> bool:
        """Whether whom the paper is about has still to be named: who asks for himself is named twice."""
        main = Slot(self.plan.main)
        return current != main and Label.NAME not in self.people.get(main, {})

    def _is_named_again(self, named: Sequence[Entry], position: int) -> bool:
        """Whether the same name stands here once more (Kính gửi: Ông A … Họ và tên: A)."""
        item = self.items[position]
        return isinstance(item, Entry) and any(bare(item.text) == bare(entry.text) != "" for entry in named)

    def _main_heading_follows(self, position: int) -> bool:
        return any(isinstance(item, Heading) and item.section is Section.MAIN for item in self.items[position + 1 :])

    def _next_unnamed(self, after: Slot | None = None) -> Slot | None:
        plan = self.plan
        candidates = [plan.main, *plan.order]
        if after is not None and after.role in plan.order and after.role != plan.first:
            candidates = list(plan.order[plan.order.index(after.role) + 1 :])
        for role in candidates:
            slot = Slot(role)
            if role != plan.first and Label.NAME not in self.people.get(slot, {}):
                return slot
        return None

    def _put(self, slot: Slot, entry: Entry) -> None:
        self.people.setdefault(slot, {}).setdefault(entry.hit.label, []).append(entry)
