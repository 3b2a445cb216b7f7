"""The catalogue of procedures (thủ tục hành chính): which papers each requires and which result it issues."""

from __future__ import annotations

from dataclasses import dataclass

from models.document import DocumentType as D


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure: its code, its Vietnamese name, the papers that must be submitted, the result that is issued."""

    code: str
    name: str
    required: tuple[D, ...]
    results: tuple[D, ...] = ()


_BUILT_IN = (
    Procedure("1.001193", "Đăng ký khai sinh", (D.BIRTH_DECLARATION, D.BIRTH_NOTIFICATION), (D.BIRTH_CERTIFICATE,)),
    Procedure("1.000656", "Đăng ký khai tử", (D.DEATH_DECLARATION, D.DEATH_NOTIFICATION), (D.DEATH_EXTRACT,)),
    Procedure("1.000894", "Đăng ký kết hôn", (D.MARRIAGE_DECLARATION,), (D.MARRIAGE_CERTIFICATE,)),
    Procedure(
        "1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân",
        (D.MARITAL_STATUS_DECLARATION,), (D.MARITAL_STATUS_CERTIFICATE,),
    ),
    Procedure("1.004222", "Đăng ký thường trú", (D.RESIDENCE_DECLARATION,), (D.NOTICE,)),
    Procedure(
        "1.001612", "Đăng ký thành lập hộ kinh doanh",
        (D.HOUSEHOLD_BUSINESS_APPLICATION,), (D.HOUSEHOLD_BUSINESS_CERTIFICATE,),
    ),
    Procedure("2.000635", "Cấp bản sao trích lục hộ tịch", (D.EXTRACT_COPY_REQUEST,), ()),
    Procedure("1.013978", "Cấp Giấy chứng nhận quyền sử dụng đất lần đầu", (D.LAND_APPLICATION,), (D.LAND_CERTIFICATE,)),
)  # fmt: skip


def built_in() -> dict[str, Procedure]:
    """The catalogue that ships, by code (domain: QĐ of the Ministry of Justice and Public Security lists)."""
    return {procedure.code: procedure for procedure in _BUILT_IN}


def base_code(code: str) -> str:
    """A provincial variant's national code: 1.001193.000.00.00.H40 is 1.001193."""
    return ".".join(code.strip().split(".")[:2])


def gives_result(code: str | None) -> bool:
    """Whether the procedure ends in a result on paper. One that the catalogue does not hold is taken to, as most do.

    The one that gives extracts of the register (2.000635) has one of several papers as its result, so the catalogue
    names none.
    """
    known = built_in().get(base_code(code)) if code else None
    return known is None or bool(known.results) or known.required == (D.EXTRACT_COPY_REQUEST,)


def required_papers(code: str | None) -> tuple[D, ...]:
    """What the catalogue that ships requires of the applicant; nothing where it does not hold the procedure."""
    known = built_in().get(base_code(code)) if code else None
    return known.required if known else ()
