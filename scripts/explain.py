"""A decision in words that a clerk can read: the prior, what each field adds or takes, the sum."""

from __future__ import annotations

from models.match import Decision, Evidence
from models.outcome import Verdict
from models.reason_texts import reason_text
from scripts.language import language, text

_FIELDS = {
    "prior": ("Trước khi so", "Before comparing"),
    "id_number": ("Số định danh", "Id number"),
    "full_name": ("Họ tên", "Name"),
    "birth_date": ("Ngày sinh", "Birth date"),
    "sex": ("Giới tính", "Sex"),
    "residence": ("Nơi cư trú", "Residence"),
    "asked": ("Cách hỏi", "How it was asked"),
}
_RUNGS = {
    "exact": ("đúng", "the same"),
    "cmnd": ("đúng số CMND cũ", "the same citizen's old number"),
    "cmnd_digit": ("gần đúng số CMND cũ (lệch một chữ số)", "the old number, one digit off"),
    "digit_impossible": ("lệch một chữ số, trái năm sinh hoặc giới tính", "one digit off, against year or sex"),
    "digit": ("lệch một chữ số", "one digit off"),
    "length": ("thiếu hoặc thừa chữ số", "digits dropped or doubled"),
    "two_digits": ("lệch hai chữ số", "two digits off"),
    "tone_place": ("đúng, khác chỗ đặt dấu", "the same, tone placed otherwise"),
    "toneless": ("đúng chữ, khác dấu", "the same letters, other marks"),
    "surname_pair": ("họ viết theo vùng (Huỳnh/Hoàng, Vũ/Võ)", "regional form of the surname"),
    "close": ("lệch một chữ", "one letter off"),
    "short": ("thiếu chữ đệm", "a middle name missing"),
    "reordered": ("đảo thứ tự", "words in another order"),
    "garbled": ("gần giống", "some letters off"),
    "year": ("đúng năm (chỉ có năm)", "the year agrees (only the year is known)"),
    "swapped": ("đảo ngày và tháng", "day and month swapped"),
    "home": ("đúng số nhà, đường; tên xã khác", "the same house; another commune name"),
    "hamlet": ("đúng thôn, ấp; tên xã khác", "the same hamlet; another commune name"),
    "commune": ("cùng xã, phường", "the same commune"),
    "province": ("cùng tỉnh", "the same province"),
    "different": ("khác", "different"),
    "lookup_only": ("chỉ tra cứu theo số, tên, ngày sinh", "looked up by number, name and date only"),
}
_VERDICTS = {
    Verdict.MATCHED: ("khớp", "matched"),
    Verdict.REVIEW: ("cần người xem", "review"),
    Verdict.UNMATCHED: ("không tìm thấy", "unmatched"),
}


def explain(name: str, decision: Decision) -> str:
    """Several lines; weights are bits, each doubling or halving the odds. No value of a person is repeated."""
    lines = [f"{name}: {text(*_VERDICTS[decision.verdict])}"]
    lines += [f"  {_field(e):<18} {e.weight:>+8.2f}  {_rung(e)}" for e in decision.evidence]
    if decision.evidence:
        total = sum(e.weight for e in decision.evidence)
        certainty = text("xác suất", "probability")
        lines.append(f"  {text('Tổng', 'Sum'):<18} {total:>+8.2f}  {certainty} {decision.score:.4f}")
    if decision.reason:
        known = reason_text(decision.reason)
        lines.append("  " + (known.en if language() == "en" else known.vi))
    return "\n".join(lines)


def _field(evidence: Evidence) -> str:
    return text(*_FIELDS.get(evidence.field, (evidence.field, evidence.field)))


def _rung(evidence: Evidence) -> str:
    if evidence.agreement == "same_dossier":
        return text("người đã khớp trong cùng hồ sơ", "somebody linked in the same dossier")
    if evidence.field == "prior":
        citizens = evidence.agreement.removeprefix("one_of_")
        return text(f"một trong {citizens} công dân", f"one of {citizens} citizens")
    return text(*_RUNGS.get(evidence.agreement, (evidence.agreement, evidence.agreement)))
