"""Errors as the API tells them (RFC 9457): one code each, what to do in the caller's language, and nothing of anybody's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: HTTP status and what it means, in both languages."""

    status: int
    en: str
    vi: str


KINDS: dict[str, Kind] = {
    "invalid": Kind(400, "The request is not as the description says", "Yêu cầu không đúng mô tả"),
    "no_key": Kind(401, "Send a valid key: Authorization: Bearer sohoa_…", "Cần khóa hợp lệ: Authorization: Bearer sohoa_…"),
    "not_entitled": Kind(403, "The key's role is not entitled to this", "Vai trò của khóa không được phép làm việc này"),
    "not_your_unit": Kind(403, "The key's unit does not reach this unit", "Đơn vị của khóa không bao gồm đơn vị này"),
    "ids_not_shown": Kind(403, "This shows id numbers, which the key does not", "Nội dung này có số định danh mà khóa không được xem"),
    "purpose_needed": Kind(403, "Name one of the key's purposes in Sohoa-Purpose", "Cần nêu một mục đích của khóa trong Sohoa-Purpose"),
    "not_found": Kind(404, "There is no such thing, or not in the key's unit", "Không có, hoặc không thuộc đơn vị của khóa"),
    "wrong_method": Kind(405, "This address has no such method", "Địa chỉ này không có phương thức đó"),
    "conflict": Kind(409, "It is not in a state that allows this", "Trạng thái hiện tại không cho phép"),
    "unknown_cursor": Kind(410, "The feed has no such cursor yet: begin at an earlier one", "Chưa có con trỏ này: bắt đầu từ con trỏ trước đó"),
    "link_ended": Kind(410, "The link has ended: ask for a new one", "Liên kết đã hết hạn: xin liên kết mới"),
    "wrong_version": Kind(412, "This server speaks tus 1.0.0", "Máy chủ này dùng tus 1.0.0"),
    "too_large": Kind(413, "That is more than is taken at once", "Vượt quá dung lượng được nhận"),
    "wrong_type": Kind(415, "It is not sent as a type that is taken here", "Kiểu dữ liệu gửi lên không được nhận ở đây"),
    "no_such_range": Kind(416, "The file has no such range", "Tệp không có khoảng này"),
    "locked": Kind(423, "Another request is writing to this upload", "Một yêu cầu khác đang ghi vào tệp tải lên này"),
    "uploads_full": Kind(429, "This key has as much on its way as it may", "Khóa này đã có đủ lượng tệp đang tải lên"),
    "too_many": Kind(429, "Too many calls: wait as Retry-After says", "Gọi quá nhiều: đợi theo Retry-After"),
    "checksum": Kind(460, "The bytes are not those that were announced", "Dữ liệu không khớp mã kiểm tra"),
    "unexpected": Kind(500, "An error nobody foresaw; the log says where", "Lỗi ngoài dự kiến; nhật ký ghi chỗ lỗi"),
    "damaged": Kind(500, "What is stored is not as it was kept: tell the operator", "Tệp lưu trữ không nguyên vẹn: báo quản trị"),
    "no_room": Kind(507, "The server's disk has no room for this: tell the operator", "Máy chủ không còn chỗ: báo quản trị"),
    "unavailable": Kind(503, "The store does not answer: try again", "Kho lưu trữ không trả lời: thử lại"),
}  # fmt: skip


class Problem(Exception):
    """A call that is answered with an error; `detail` tells more and holds nothing that was sent."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.headers, self.errors = code, detail, dict(headers or {}), errors

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.code].status

    def response(self, language: str = "en") -> JSONResponse:
        """The answer."""
        kind = KINDS[self.code]
        body: dict[str, Any] = {
            "type": f"urn:sohoa:problem:{self.code}",
            "title": kind.vi if language == "vi" else kind.en,
            "status": kind.status,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [dict(error) for error in self.errors]
        headers = dict(self.headers)
        if kind.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="sohoa"'
        return JSONResponse(body, kind.status, headers, media_type=MEDIA_TYPE)


def language_of(accepted: str) -> str:
    """`vi` where Accept-Language asks for Vietnamese first, else `en`."""
    return "vi" if accepted.strip().lower().startswith("vi") else "en"
