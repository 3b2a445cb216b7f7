"""`sohoa match`: questions in, decisions out, one JSON object a line, in the same order."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO

import typer

from models.audit import Action
from models.errors import UsageError
from models.match import Decision, MatchQuery
from models.outcome import Verdict
from models.settings import Settings
from pipeline.tidy import tidy_date
from registry.ask import decide_person, likely_citizens, open_population
from registry.counted import CountedPopulation
from scripts.explain import LEGEND, explain
from scripts.language import text

_LONGEST_LINE = 100_000  # bytes
_LONGEST_TEXT = 1000  # characters of one value; comparing takes time that grows with their square
_TEXTS = ("full_name", "birth_date", "sex", "id_number", "residence")
_CONFIDENCES = ("name_confidence", "birth_date_confidence", "id_number_confidence")


def match(
    explained: Annotated[
        bool,
        typer.Option(
            "--explain", help=text("In căn cứ từng trường ra lỗi chuẩn.", "Print the evidence in words to stderr.")
        ),
    ] = False,
) -> None:
    settings = Settings.from_environment()
    population = CountedPopulation(open_population(settings))
    if explained:
        print(text(*LEGEND), file=sys.stderr)
    wrong = asked = 0
    try:
        for number, line in _numbered(sys.stdin.buffer):
            try:
                query = read_query(line)
            except UsageError as error:
                wrong += 1
                print(f"{text('dòng', 'line')} {number}: {error}", file=sys.stderr)
                unread = as_answer(_name_of(line), Decision(Verdict.REVIEW, None, 0.0))
                print(json.dumps(unread | {"error": str(error)}, ensure_ascii=False))
                continue
            asked += 1
            decision = decide_person(query, population)
            answer = as_answer(query.query, decision)
            if _has_unreadable_date(query):
                answer["ignored"] = ["birth_date"]
                said = text("không hiểu ngày sinh, coi như không có", "birth date not understood, taken as not given")
                print(f"{text('dòng', 'line')} {number}: {said}", file=sys.stderr)
            if decision.verdict == Verdict.REVIEW:
                likely = likely_citizens(query, population)
                answer["likely"] = [{"citizen": c.id_number, "score": round(score, 6)} for c, score in likely]
            print(json.dumps(answer, ensure_ascii=False))
            if explained:
                print(explain(query.query, decision), file=sys.stderr)
    finally:
        population.close()
        from storage.opening import open_audit  # noqa: PLC0415 # the store's modules load while nobody waits

        with open_audit(settings) as audit:
            facts = {"persons": asked, "calls": population.calls}
            audit.note(Action.REGISTRY_ASKED, "persons", purpose=settings.purpose, facts=facts)
    sys.stdout.flush()
    if wrong:
        print(text(f"{wrong} dòng không đọc được", f"{wrong} lines could not be read"), file=sys.stderr)
        raise typer.Exit(UsageError.exit_code)


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines that hold anything, with their number; of an endless one only so much as shows that it is none."""
    number = 0
    while line := file.readline(_LONGEST_LINE + 1):
        number += 1
        rest = line
        while len(rest) > _LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(_LONGEST_LINE + 1)
        if line.strip():
            yield number, line


def read_query(line: bytes) -> MatchQuery:
    """The question in one line of JSON (UTF-8); unknown keys are ignored. Raises UsageError that says what is wrong."""
    if len(line) > _LONGEST_LINE:
        raise UsageError(
            text(
                f"dài hơn {_LONGEST_LINE} byte, không phải một câu hỏi",
                f"longer than {_LONGEST_LINE} bytes: no question",
            )
        )
    given = _loaded(line)
    if not isinstance(given, dict):
        raise UsageError(text("không phải một đối tượng JSON", "not a JSON object"))
    wrong = [key for key in ("query", *_TEXTS) if not _is_text(given.get(key))]
    wrong += [key for key in _CONFIDENCES if not _is_confidence(given.get(key))]
    if wrong:
        raise UsageError(text("giá trị sai ở ", "wrong value of ") + ", ".join(wrong))
    kept = {key: given[key] for key in (*_TEXTS, *_CONFIDENCES) if given.get(key) is not None}
    return MatchQuery(query=given.get("query") or "", **kept)


def _has_unreadable_date(query: MatchQuery) -> bool:
    return bool((query.birth_date or "").strip()) and tidy_date(query.birth_date) is None


def _loaded(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UsageError(text("không phải JSON", "not JSON")) from None


def _is_text(value: Any) -> bool:
    """None or text that can be written and is no book: JSON may spell half a character (a lone surrogate)."""
    if value is None:
        return True
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST_TEXT
        and not any("\ud800" <= letter <= "\udfff" for letter in value)
    )


def _is_confidence(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1)


def _name_of(line: bytes) -> str:
    """The name of a question that is wrong otherwise, so that its answer can be told."""
    try:
        given = _loaded(line)
    except UsageError:
        return ""
    name = given.get("query") if isinstance(given, dict) else None
    return name if isinstance(name, str) and _is_text(name) else ""


def as_answer(name: str, decision: Decision) -> dict[str, Any]:
    """The answer as the command prints it."""
    return {
        "query": name,
        "verdict": str(decision.verdict),
        "citizen": decision.citizen,
        "score": round(decision.score, 6),
        "evidence": [{"field": e.field, "agreement": e.agreement, "weight": e.weight} for e in decision.evidence],
        "reason": decision.reason,
    }
