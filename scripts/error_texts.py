"""What a command says when it stops: the trouble in a clerk's words, and what to do about it."""

from __future__ import annotations

from models.errors import (
    RecognizerFailed,
    RecognizerMissing,
    RecordChanged,
    RegistryUnreachable,
    SohoaError,
    StorageUnreachable,
    StoredObjectDamaged,
    TooManyRejected,
    UnreadableInput,
    UsageError,
)
from models.reason_texts import reason_text
from scripts.language import text

_TEXTS: dict[type[SohoaError], tuple[str, str]] = {
    RecognizerMissing: (
        "Chưa cài Tesseract hoặc mô hình tiếng Việt: sudo apt-get install tesseract-ocr tesseract-ocr-vie",
        "Tesseract or its Vietnamese model is missing: sudo apt-get install tesseract-ocr tesseract-ocr-vie",
    ),
    RecognizerFailed: ("Bộ nhận dạng chữ dừng giữa chừng.", "The text recognizer stopped half-way."),
    StorageUnreachable: (
        "Kho lưu trữ hoặc chỉ mục không trả lời. Kiểm tra ổ đĩa, mạng, SOHOA_STORE và SOHOA_INDEX.",
        "The object store or the index does not answer. Check disk, network, SOHOA_STORE and SOHOA_INDEX.",
    ),
    StoredObjectDamaged: (
        "Một tệp trong kho không còn như lúc cất; chạy sohoa verify.",
        "Something in the store is not as it was kept; run sohoa verify.",
    ),
    RecordChanged: (
        "Hồ sơ vừa được người khác sửa; xem lại rồi đính chính lần nữa.",
        "Somebody else has just changed the dossier; look at it again, then correct once more.",
    ),
    RegistryUnreachable: (
        "Cơ sở dữ liệu dân cư chưa sẵn sàng: sohoa registry load citizens.csv, hoặc kiểm tra SOHOA_REGISTRY.",
        "The population registry is not there: sohoa registry load citizens.csv, or check SOHOA_REGISTRY.",
    ),
    TooManyRejected: (
        "Dừng lô vì quá nhiều hồ sơ bị loại: kiểm tra máy quét, hoặc đặt SOHOA_REJECT_STOP.",
        "The batch was stopped, too many dossiers were rejected: check the scanner, or set SOHOA_REJECT_STOP.",
    ),
}


def error_text(error: SohoaError) -> str:
    """One paragraph: the trouble, then the detail that the error itself gives."""
    if isinstance(error, UnreadableInput):
        words = reason_text(error.reason)
        detail = str(error).removeprefix(error.reason).removeprefix(": ")
        return " ".join(filter(None, (text(words.vi, words.en), text(words.do_vi, words.do_en), _in_brackets(detail))))
    if isinstance(error, UsageError):
        return text(error.vi, str(error))
    known = next((words for kind, words in _TEXTS.items() if isinstance(error, kind)), None)
    return f"{text(*known)}{' ' if str(error) else ''}{_in_brackets(str(error))}" if known else str(error)


def _in_brackets(detail: str) -> str:
    return f"({detail})" if detail else ""
