"""A decision in words that a clerk can read: the prior, what each field adds or takes, the sum, and what else bears on it."""

from __future__ import annotations

from models.match import Decision, Evidence
from models.outcome import Reason, Verdict
from models.reason_texts import reason_text
from pipeline.compare import FIELDS
from scripts.language import language, text

_FIELDS = {
    "prior": ("Trước khi so", "Before comparing"),
    "id_number": ("Số định danh", "Id number"),
    "full_name": ("Họ tên", "Name"),
    "birth_date": ("Ngày sinh", "Birth date"),
    "sex": ("Giới tính", "Sex"),
    "residence": ("Nơi cư trú", "Residence"),
}
_RUNGS = {
    "exact": ("đúng", "the same"),
    "residence exact": (
        "đúng nhà, đúng xã (kể cả tên xã trước sáp nhập)",
        "the same home and commune, before or after 2025",
    ),
    "cmnd": ("đúng số CMND cũ", "the same citizen's old number"),
    "cmnd_digit": ("gần đúng số CMND cũ (lệch một chữ số)", "the old number, one digit off"),
    "digit_impossible": ("lệch một chữ số, trái năm sinh hoặc giới tính", "one digit off, against year or sex"),
    "digit": ("lệch một chữ số", "one digit off"),
    "length": ("thiếu hoặc thừa chữ số", "digits dropped or doubled"),
    "two_digits": ("lệch hai chữ số", "two digits off"),
    "tone_place": ("đúng, khác chỗ đặt dấu", "the same, tone placed otherwise"),
    "toneless": ("đúng chữ, khác dấu", "the same letters, other marks"),
    "surname_pair": ("họ viết theo vùng (Huỳnh/Hoàng, Vũ/Võ)", "regional form of the surname"),
    "close": ("lệch một chữ cái", "one letter off"),
    "short": ("thiếu chữ đệm", "a middle name missing"),
    "reordered": ("đảo thứ tự", "words in another order"),
    "given_other": ("cùng họ và chữ đệm, tên khác (anh chị em?)", "another given name (a brother or sister?)"),
    "garbled": ("gần giống, sai vài chữ", "some letters off"),
    "year": ("đúng năm (chỉ có năm)", "the year agrees (only the year is known)"),
    "swapped": ("đảo ngày và tháng", "day and month swapped"),
    "home": ("đúng số nhà, đường; tên xã khác", "the same house; another commune name"),
    "hamlet": ("đúng thôn, ấp; tên xã khác", "the same hamlet; another commune name"),
    "commune": ("cùng xã, phường", "the same commune"),
    "province": ("cùng tỉnh", "the same province"),
    "different": ("khác", "different"),
}
_VERDICTS = {
    Verdict.MATCHED: ("khớp", "matched"),
    Verdict.REVIEW: ("cần người xem", "review"),
    Verdict.UNMATCHED: ("không tìm thấy", "unmatched"),
}


_NOTES = {
    ("status", "deceased"): ("Theo dân cư, công dân này đã mất.", "By the registry this citizen has died."),
    ("rival", "bears_number"): (
        "Số đã đọc là của một công dân khác.", "The number that was read is another citizen's."
    ),
    ("rival", "better_named"): (
        "Một công dân khác mang đúng họ tên và ngày sinh trên giấy.",
        "Another citizen bears exactly the name and birth date on the paper.",
    ),
    ("rival", "twin"): (
        "Có người khác cùng nhà, cùng ngày sinh, tên gần giống (sinh đôi?).",
        "Somebody of that home and birth date has a name alike (a twin?).",
    ),
    ("rival", "as_likely"): ("Có công dân khác cũng hợp gần như vậy.", "Another citizen fits nearly as well."),
    ("asked", "lookup_only"): (
        "Chỉ tra cứu được theo số, họ tên và ngày sinh.", "The registry could only be asked by number, name and date."
    ),
}  # fmt: skip
LEGEND = (
    (
        "Điểm cộng: giấy và dân cư giống nhau ở chỗ ít người giống; điểm trừ: khác nhau. "
        "Mỗi điểm làm khả năng đúng người tăng hoặc giảm gấp đôi. Từ 99,5 % mới khớp."
    ),
    (
        "Plus: paper and registry agree where few people would; minus: they differ. "
        "Each point doubles or halves the odds. Linked from 99.5 % on."
    ),
)
_DECIDING = ("id_number", "birth_date", "residence")


def explain(name: str, decision: Decision) -> str:
    """Several lines: the verdict, the waterfall, and where a person must look, why. No value of a person is repeated."""
    lines = [f"{name}: {text(*_VERDICTS[decision.verdict])}", *(f"  {line}" for line in waterfall(decision))]
    if decision.reason:
        known = reason_text(decision.reason)
        lines.append("  " + (known.en if language() == "en" else known.vi))
    return "\n".join(lines)


def waterfall(decision: Decision) -> list[str]:
    """The prior, what each field adds or takes, the sum and the probability; then what bears on it without a weight."""
    weighed = [e for e in decision.evidence if e.field == "prior" or e.field in FIELDS]
    lines = [f"{_field(e.field):<18} {e.weight:>+8.2f}  {_rung(e)}" for e in weighed]
    if weighed:
        total = sum(e.weight for e in weighed)
        lines.append(f"{text('Tổng', 'Sum'):<18} {total:>+8.2f}  {_probability(decision.score, total)}")
    notes = (_NOTES.get((e.field, e.agreement)) for e in decision.evidence)
    lines += [f"! {text(*note)}" for note in notes if note]
    missing = [f for f in _DECIDING if f not in {e.field for e in weighed}]
    if decision.reason == Reason.PERSON_AMBIGUOUS and weighed and missing:
        named = ", ".join(_field(f).lower() for f in missing)
        lines.append(text(f"! Giấy không cho biết: {named}.", f"! The paper does not give: {named}."))
    return lines


def _probability(score: float, total: float) -> str:
    """The score in per cent; where it is less than the sum says, what else it reckons with."""
    if score > 0.9999:
        said = text("khả năng đúng người trên 99,99 %", "probability above 99.99 %")
    else:
        percent = f"{100 * score:.2f}"
        said = text(f"khả năng đúng người {percent.replace('.', ',')} %", f"probability {percent} %")
    if score + 0.001 < 1 / (1 + 2 ** -min(total, 60)):
        said += text(
            " (đã tính người khác cùng tên, mượn tên hoặc mượn số)",
            " (reckoning with namesakes, borrowed names and borrowed numbers)",
        )
    return said


def _field(name: str) -> str:
    return text(*_FIELDS.get(name, (name, name)))


def _rung(evidence: Evidence) -> str:
    if evidence.agreement == "same_dossier":
        return text("người đã khớp trong cùng hồ sơ", "somebody linked in the same dossier")
    if evidence.field == "prior":
        citizens = evidence.agreement.removeprefix("one_of_")
        return text(f"một trong {citizens} công dân", f"one of {citizens} citizens")
    by_field = _RUNGS.get(f"{evidence.field} {evidence.agreement}") or _RUNGS.get(evidence.agreement)
    return text(*(by_field or (evidence.agreement, evidence.agreement)))
