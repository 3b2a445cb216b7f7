"""The words a clerk uses for statuses, documents, roles, fields and verdicts, in Vietnamese and English."""

from __future__ import annotations

from enum import StrEnum

from models.audit import Action
from models.document import DocumentType as D
from models.document import Part
from models.identity import FieldSource, Role
from models.outcome import PageOutcome, Status, Verdict
from scripts.language import text

_TERMS: dict[str, dict[str, tuple[str, str]]] = {
    "Status": {
        Status.DIGITIZED: ("đã số hóa", "digitized"),
        Status.REVIEW: ("cần xem lại", "review"),
        Status.REJECTED: ("bị loại", "rejected"),
    },
    "PageOutcome": {
        PageOutcome.DIGITIZED: ("đã đọc", "digitized"),
        PageOutcome.REJECTED: ("bị loại", "rejected"),
    },
    "Verdict": {
        Verdict.MATCHED: ("khớp", "matched"),
        Verdict.REVIEW: ("cần xem", "review"),
        Verdict.UNMATCHED: ("không thấy", "unmatched"),
    },
    "Part": {
        Part.COMPONENT: ("thành phần", "component"),
        Part.RESULT: ("kết quả", "result"),
        Part.OTHER: ("khác", "other"),
    },
    "FieldSource": {
        FieldSource.QR: ("mã QR", "QR code"),
        FieldSource.MRZ: ("dòng MRZ", "MRZ"),
        FieldSource.OCR: ("chữ in", "print"),
        FieldSource.CLERK: ("cán bộ nhập", "clerk"),
    },
    "Role": {
        Role.APPLICANT: ("người yêu cầu", "applicant"),
        Role.CHILD: ("con", "child"),
        Role.MOTHER: ("mẹ", "mother"),
        Role.FATHER: ("cha", "father"),
        Role.DECEASED: ("người chết", "deceased"),
        Role.WIFE: ("vợ", "wife"),
        Role.HUSBAND: ("chồng", "husband"),
        Role.SUBJECT: ("người được xác nhận", "subject"),
        Role.HOUSEHOLD_HEAD: ("chủ hộ", "household head"),
        Role.HOUSEHOLD_MEMBER: ("thành viên hộ", "household member"),
        Role.BUSINESS_OWNER: ("chủ hộ kinh doanh", "business owner"),
        Role.LAND_USER: ("người sử dụng đất", "land user"),
        Role.CARD_HOLDER: ("chủ thẻ", "card holder"),
    },
    "DocumentType": {
        D.BIRTH_DECLARATION: ("tờ khai đăng ký khai sinh", "birth declaration"),
        D.DEATH_DECLARATION: ("tờ khai đăng ký khai tử", "death declaration"),
        D.MARRIAGE_DECLARATION: ("tờ khai đăng ký kết hôn", "marriage declaration"),
        D.MARITAL_STATUS_DECLARATION: ("tờ khai xác nhận tình trạng hôn nhân", "marital status declaration"),
        D.RESIDENCE_DECLARATION: ("tờ khai cư trú (CT01)", "residence declaration (CT01)"),
        D.HOUSEHOLD_BUSINESS_APPLICATION: ("giấy đề nghị đăng ký hộ kinh doanh", "household business application"),
        D.LAND_APPLICATION: ("đơn đăng ký đất đai", "land application"),
        D.EXTRACT_COPY_REQUEST: ("tờ khai cấp bản sao trích lục", "extract copy request"),
        D.BIRTH_NOTIFICATION: ("giấy chứng sinh", "birth notification"),
        D.DEATH_NOTIFICATION: ("giấy báo tử", "death notification"),
        D.BIRTH_CERTIFICATE: ("giấy khai sinh", "birth certificate"),
        D.MARRIAGE_CERTIFICATE: ("giấy chứng nhận kết hôn", "marriage certificate"),
        D.DEATH_EXTRACT: ("trích lục khai tử", "death extract"),
        D.MARITAL_STATUS_CERTIFICATE: ("giấy xác nhận tình trạng hôn nhân", "marital status certificate"),
        D.HOUSEHOLD_BUSINESS_CERTIFICATE: (
            "giấy chứng nhận đăng ký hộ kinh doanh",
            "household business certificate",
        ),
        D.LAND_CERTIFICATE: ("giấy chứng nhận quyền sử dụng đất", "land certificate"),
        D.ID_CARD: ("thẻ căn cước / CMND", "identity card"),
        D.RECEIPT: ("giấy tiếp nhận và hẹn trả kết quả", "receipt"),
        D.POWER_OF_ATTORNEY: ("giấy ủy quyền", "power of attorney"),
        D.DECISION: ("quyết định", "decision"),
        D.NOTICE: ("thông báo", "notice"),
        D.COVER_SHEET: ("tờ bìa", "cover sheet"),
        D.OTHER: ("giấy tờ khác", "other"),
    },
}

_FIELDS = {
    "full_name": ("họ tên", "full name"),
    "birth_date": ("ngày sinh", "birth date"),
    "sex": ("giới tính", "sex"),
    "id_number": ("số định danh", "id number"),
    "residence": ("nơi cư trú", "residence"),
    "origin": ("quê quán", "origin"),
    "nationality": ("quốc tịch", "nationality"),
    "ethnicity": ("dân tộc", "ethnicity"),
    "number": ("số, ký hiệu", "number"),
    "issued_on": ("ngày cấp", "issued on"),
}
_ACTIONS = {
    Action.KEPT: ("lưu hồ sơ", "dossier kept"),
    Action.SIGNED: ("ký số", "documents signed"),
    Action.REMATCHED: ("đối chiếu lại", "matched again"),
    Action.CORRECTED: ("đính chính", "dossier corrected"),
    Action.ACCEPTED: ("đã xem, chấp nhận", "reasons accepted"),
    Action.VIEWED: ("xem hồ sơ", "dossier viewed"),
    Action.FETCHED: ("lấy tệp", "files fetched"),
    Action.PACKAGED: ("đóng gói lưu trữ", "dossier packaged"),
    Action.EXPORTED: ("xuất bản ghi", "records exported"),
    Action.REGISTER_EXPORTED: ("xuất sổ", "register exported"),
    Action.SEARCHED: ("tìm kiếm", "searched"),
    Action.REGISTRY_ASKED: ("hỏi dân cư", "registry asked"),
    Action.REGISTRY_LOADED: ("nạp dân cư", "registry loaded"),
    Action.LIFECYCLE_LOADED: ("nạp vòng đời hồ sơ", "lifecycle data loaded"),
    Action.REPORT_FROZEN: ("chốt báo cáo", "report frozen"),
    Action.SAMPLE_DRAWN: ("lấy mẫu kiểm tra", "sample drawn"),
    Action.SAMPLE_KEYED: ("nhập mẫu kiểm tra", "sample keyed"),
    Action.EVIDENCE_VIEWED: ("xem căn cứ tỷ lệ", "evidence of rates viewed"),
    Action.SUBJECT_EXPORTED: ("trích dữ liệu của công dân", "data subject's export"),
    Action.SUBJECT_RESTRICTED: ("hạn chế xử lý", "data subject's restriction"),
    Action.SUBJECT_RELEASED: ("bỏ hạn chế xử lý", "restriction lifted"),
    Action.HELD: ("phong tỏa", "legal hold placed"),
    Action.RELEASED: ("bỏ phong tỏa", "legal hold lifted"),
    Action.DELETED: ("tiêu hủy hồ sơ hết hạn", "dossier deleted, time was up"),
    Action.OVERRIDDEN: ("vẫn xem dù đang hạn chế", "restriction overridden"),
    Action.VERIFIED: ("kiểm tra", "verified"),
    Action.RECONCILED: ("đối soát từng trang", "pages reconciled"),
    Action.INDEX_REBUILT: ("dựng lại chỉ mục", "index rebuilt"),
    Action.ANCHORED: ("niêm nhật ký", "audit log anchored"),
    Action.API_CALLED: ("gọi API", "API called"),
    Action.LISTED: ("liệt kê hồ sơ", "dossiers listed"),
    Action.LINK_GIVEN: ("cấp đường dẫn tệp", "link to a file given"),
    Action.PAPERS_ASKED: ("hỏi giấy tờ đã có", "papers of a person asked for"),
    Action.PAPER_REUSED: ("dùng lại giấy tờ", "paper re-used"),
    Action.FEED_READ: ("đọc luồng thay đổi", "change feed read"),
    Action.UPLOADED: ("tải lên", "uploaded"),
    Action.KEY_CHANGED: ("đổi khóa API", "API key changed"),
    Action.WEBHOOK_CHANGED: ("đổi webhook", "webhook changed"),
    Action.AUDIT_VIEWED: ("xem nhật ký", "audit log viewed"),
}
_SEXES = {"male": ("nam", "male"), "female": ("nữ", "female")}


def term(value: StrEnum) -> str:
    """The clerk's word for a value of a closed vocabulary."""
    return text(*_TERMS[type(value).__name__][value])


def document_words() -> dict[str, str]:
    """By document type, its Vietnamese word, as archives in Vietnam want it whatever the reader's language."""
    return {str(kind): words[0] for kind, words in _TERMS["DocumentType"].items()}


def action_term(name: str) -> str:
    """What an entry of the audit log says was done."""
    words = _ACTIONS.get(Action(name)) if name in set(Action) else None
    return text(*words) if words else name


def field_term(name: str) -> str:
    """The clerk's word for a person's field."""
    return text(*_FIELDS[name]) if name in _FIELDS else name


def sex_term(value: str) -> str:
    """Nam or nữ."""
    return text(*_SEXES[value]) if value in _SEXES else value


def status_term(value: str) -> str:
    """The clerk's word for a status as the index holds it."""
    return term(Status(value))


def role_term(value: str) -> str:
    """The clerk's word for a role as the index holds it."""
    return term(Role(value))


def verdict_term(value: str) -> str:
    """The clerk's word for a verdict as the index holds it."""
    return term(Verdict(value))
