"""Decides which citizen a person on paper is, after Fellegi and Sunter (1969): weights add up, and naming nobody is an answer.

Four explanations compete for what the paper says: the person is this candidate; is another candidate; is nobody in the
registry; or is somebody else under a candidate's name and birth date, or under a candidate's number. The score is the
posterior probability of the first. Beside the score stand rules that no score outweighs: a name alone decides nothing,
and a number that is another's forbids the link. A wrong identity is worse than an unanswered one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

from models.citizen import Citizen
from models.match import Decision, Evidence, MatchQuery
from models.outcome import Reason, Verdict
from pipeline.compare import FIELDS
from pipeline.frequencies import NameFrequencies
from pipeline.match_weights import M_AND_U, MEAN_NAME_SHARE, VERSION
from pipeline.residence import ResidenceAgreement as Home
from pipeline.similarity import DateAgreement as Day
from pipeline.similarity import NameAgreement as Name
from pipeline.similarity import NumberAgreement as Number
from pipeline.similarity import SexAgreement as Sex
from pipeline.tidy import tidy

# What share of persons on paper are in the registry, and what share are somebody else under a citizen's name and birth
# date or number. Choices, not counts: real shares are unknown, and a larger share of borrowers only sends more to review.
# With these, name and whole birth date without number and address give 0.97, which is not enough.
IN_REGISTRY = 0.92
BORROWED_NAME = 0.03
BORROWED_NUMBER = 0.03

LINK_SCORE = 0.995
OUTWEIGHED_SCORE = 0.999  # where one field denies what all others say
REVIEW_SCORE = 0.05

_SAME_NUMBER = (Number.EXACT, Number.CMND)
WEIGHTS = Evidence("weights", f"version_{VERSION}", 0.0)
"""Says in a kept decision by which weights it was made."""

_SPELLED_NAME = (Name.EXACT, Name.TONE_PLACE)
_SAME_NAME = (*_SPELLED_NAME, Name.TONELESS)
_OTHER_NAME = (Name.DIFFERENT, Name.GIVEN_OTHER)
_AT_HOME = (Home.EXACT, Home.HOME)
_NAME_ORDER = {str(rung): place for place, rung in enumerate(Name)}
_ALIKE_NAME = (*_SAME_NAME, Name.SURNAME_PAIR, Name.CLOSE)
_BITS: Mapping[str, Mapping[str, float]] = {
    field: {rung: log2(m / u) for rung, (m, u) in rungs.items()} for field, rungs in M_AND_U.items()
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A candidate with the rung and the weight in bits of each field; an absent field weighs nothing."""

    citizen: Citizen
    rungs: Mapping[str, str]
    bits: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.bits.values())

    @property
    def name_and_day(self) -> float:
        """What somebody else under this name and birth date would share."""
        return self.bits["full_name"] + self.bits["birth_date"] + self.bits["sex"]


def decide(
    query: MatchQuery, candidates: Sequence[Citizen], *, frequencies: NameFrequencies, in_registry: float = IN_REGISTRY
) -> Decision:
    """Matched, review or unmatched, with score and evidence for the best candidate.

    `candidates` are all citizens who come into question; `frequencies` those of the registry they come from.
    `in_registry` is the share of such persons that it holds (lower for newborns).
    """
    query = tidy(query)
    compared = [compare(query, citizen, frequencies) for citizen in candidates]
    if not compared:
        return Decision(Verdict.UNMATCHED, None, 0.0, reason=Reason.PERSON_UNMATCHED)
    scores = _posteriors(compared, frequencies.citizens, in_registry)
    score, best = max(zip(scores, compared, strict=True), key=lambda pair: (pair[0], pair[1].total))
    denied, rival = _is_denied(best), _rival(best, compared)
    evidence = (*_evidence(best, frequencies.citizens, in_registry), *_notes(best, rival, scores))
    contradiction = denied or rival
    needed = OUTWEIGHED_SCORE if denied else LINK_SCORE
    if score >= needed and not rival and _is_enough(best):
        return Decision(Verdict.MATCHED, best.citizen.id_number, score, evidence)
    if contradiction and (score >= REVIEW_SCORE or _is_noteworthy(best)):
        return Decision(Verdict.REVIEW, best.citizen.id_number, score, evidence, Reason.PERSON_CONTRADICTED)
    if score >= REVIEW_SCORE or _is_noteworthy(best):
        return Decision(Verdict.REVIEW, best.citizen.id_number, score, evidence, Reason.PERSON_AMBIGUOUS)
    return Decision(Verdict.UNMATCHED, None, score, evidence, Reason.PERSON_UNMATCHED)


def rank(
    query: MatchQuery, candidates: Sequence[Citizen], *, frequencies: NameFrequencies, most: int = 3
) -> tuple[tuple[Citizen, float], ...]:
    """The likeliest citizens with their scores, best first: what a person who reviews should see."""
    query = tidy(query)
    compared = [compare(query, citizen, frequencies) for citizen in candidates]
    scores = _posteriors(compared, frequencies.citizens, IN_REGISTRY)
    ordered = sorted(zip(scores, compared, strict=True), key=lambda pair: (-pair[0], -pair[1].total))
    return tuple((c.citizen, score) for score, c in ordered[:most])


def compare(query: MatchQuery, citizen: Citizen, frequencies: NameFrequencies) -> Comparison:
    """The rung each field reaches and what it weighs, names by how common they are in this registry."""
    rungs = {field: str(compared(query, citizen)) for field, compared in FIELDS.items()}
    bits = {field: _BITS[field].get(rung, 0.0) for field, rung in rungs.items()}
    bits["full_name"] += _rarity(rungs["full_name"], citizen.full_name, frequencies)
    doubts = {
        "full_name": query.name_confidence, "birth_date": query.birth_date_confidence, "id_number": query.id_number_confidence,
    }  # fmt: skip
    for field, confidence in doubts.items():
        if bits[field] < 0:
            bits[field] *= confidence  # a doubtful reading contradicts less; that it agrees is no less surprising
    return Comparison(citizen, rungs, bits)


def _rarity(rung: str, name: str, frequencies: NameFrequencies) -> float:
    """Bits to add for a rare name, to take for a common one; half where the names are only alike."""
    if rung in (Name.DIFFERENT, Name.ABSENT) or not frequencies.givens:
        return 0.0
    bits = log2(MEAN_NAME_SHARE / frequencies.share(name))
    return bits if rung in _SAME_NAME else bits / 2


def _posteriors(compared: Sequence[Comparison], citizens: int, in_registry: float) -> list[float]:
    """Each candidate's probability; all likelihoods are relative to a person drawn by chance."""
    each = 1 / max(citizens, 1)
    own = [in_registry * each * 2**c.total for c in compared]
    borrowed = sum(
        each * (BORROWED_NAME * 2**c.name_and_day + BORROWED_NUMBER * 2 ** c.bits["id_number"]) for c in compared
    )
    nobody = max(1 - in_registry - BORROWED_NAME - BORROWED_NUMBER, 0.01)
    whole = sum(own) + borrowed + nobody
    return [share / whole for share in own]


def _evidence(best: Comparison, citizens: int, in_registry: float) -> tuple[Evidence, ...]:
    """The prior (one citizen of so many) and each field that the paper gives; the weights add up to the odds in bits."""
    prior = log2(in_registry / max(citizens, 1) / (1 - in_registry))
    fields = (
        Evidence(field, best.rungs[field], round(best.bits[field], 2))
        for field in FIELDS
        if best.rungs[field] != "absent"
    )
    return (Evidence("prior", f"one_of_{citizens}", round(prior, 2)), *fields)


def _notes(best: Comparison, rival: str | None, scores: Sequence[float]) -> tuple[Evidence, ...]:
    """What bears on the decision without a weight of its own, and by which weights it was made."""
    as_likely = len(scores) > 1 and sorted(scores)[-2] >= REVIEW_SCORE
    rival = rival or ("as_likely" if as_likely else None)
    notes = (Evidence("rival", rival, 0.0),) if rival else ()
    if best.citizen.status == "deceased":
        notes = (*notes, Evidence("status", "deceased", 0.0))
    return (*notes, WEIGHTS)


def _is_denied(best: Comparison) -> bool:
    """The number is another's, or it is this citizen's and the name, the birth date or the sex is another's."""
    number, name, day = best.rungs["id_number"], best.rungs["full_name"], best.rungs["birth_date"]
    if number == Number.DIFFERENT:
        return True
    return number != Number.ABSENT and (
        name in _OTHER_NAME or day in (Day.DIFFERENT, Day.TWO_DIGITS) or best.rungs["sex"] == Sex.DIFFERENT
    )


def _rival(best: Comparison, compared: Sequence[Comparison]) -> str | None:
    """Why another candidate stands in the way: bears the number that was read where the best does not, agrees better in
    name and date, or is a twin; None where nobody does.

    So a twin's or a father's number beside one's own name and birth date names nobody.
    """
    others = [other for other in compared if other is not best]
    if best.rungs["id_number"] not in _SAME_NUMBER and any(o.rungs["id_number"] in _SAME_NUMBER for o in others):
        return "bears_number"
    if any(_is_better_named(other, best) for other in others):
        return "better_named"
    return "twin" if any(_is_twin(other, best) for other in others) else None


def _is_twin(other: Comparison, best: Comparison) -> bool:
    """Without a number, another of that day under that roof may be meant where their names are alike or the best's misread."""
    if best.rungs["id_number"] != Number.ABSENT:
        return False
    unsure = best.rungs["full_name"] not in _SPELLED_NAME or other.rungs["full_name"] in _ALIKE_NAME
    return unsure and other.rungs["birth_date"] == Day.EXACT and other.rungs["residence"] in _AT_HOME


def _is_better_named(other: Comparison, best: Comparison) -> bool:
    """By name and birth date alone the paper means the other: alike in both, and better in one.

    Namesakes of one year are many; where no more than the year is known, the home must agree too.
    """
    name, best_name = (_NAME_ORDER[c.rungs["full_name"]] for c in (other, best))
    day, best_day = other.rungs["birth_date"], best.rungs["birth_date"]
    agreeing = (Day.EXACT, Day.YEAR)
    if other.rungs["full_name"] not in _SAME_NAME or day not in agreeing or name > best_name:
        return False
    at_home = other.rungs["residence"] in _AT_HOME
    return (name < best_name or best_day not in agreeing) and (day == Day.EXACT or at_home)


def _is_enough(best: Comparison) -> bool:
    """Whether the fields that agree may name a citizen at all, whatever their weight."""
    number, name, day = best.rungs["id_number"], best.rungs["full_name"], best.rungs["birth_date"]
    home = best.rungs["residence"]
    at_home = home in _AT_HOME
    if number == Number.DIFFERENT or day == Day.DIFFERENT or name in _OTHER_NAME:
        return False  # a father's or a brother's number on one's own paper looks just like this
    if number in _SAME_NUMBER:
        return _is_enough_beside_number(name, day, best.rungs["sex"])
    if number == Number.TWO_DIGITS and not at_home:
        return False  # of a thousand people of one province, sex and year, one or two are as near by chance
    if number != Number.ABSENT:
        known = name in (*_ALIKE_NAME, Name.SHORT) or (name == Name.GARBLED and day == Day.EXACT)
        return known and day != Day.TWO_DIGITS
    if day == Day.EXACT:
        return name in _ALIKE_NAME and at_home
    return day in (Day.SWAPPED, Day.DIGIT) and name in _SAME_NAME and home == Home.EXACT


def _is_enough_beside_number(name: str, day: str, sex: str) -> bool:
    """Whether name and birth date, as far as they are given, are those of the citizen whose number was read."""
    if sex == Sex.DIFFERENT and name not in _SPELLED_NAME and day != Day.EXACT:
        return False  # brothers and sisters have names alike
    if day == Day.TWO_DIGITS:
        return name in _SAME_NAME
    if day == Day.ABSENT:
        return name in (*_SAME_NAME, Name.SURNAME_PAIR)  # a letter off and nothing else: it may be a brother's number
    return name != Name.ABSENT or day == Day.EXACT


def _is_noteworthy(best: Comparison) -> bool:
    """A citizen bears the number, or the name and the birth date: a clerk must see why this is not the person."""
    same_name = best.rungs["full_name"] in _ALIKE_NAME
    return best.rungs["id_number"] in _SAME_NUMBER or (same_name and best.rungs["birth_date"] == Day.EXACT)
