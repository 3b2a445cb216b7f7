"""What each reason code means to a clerk and what to do about it, in Vietnamese and English."""

from __future__ import annotations

from dataclasses import dataclass

from models.outcome import Reason


@dataclass(frozen=True, slots=True)
class ReasonText:
    """One reason: what happened (`vi`, `en`) and what to do (`do_vi`, `do_en`)."""

    vi: str
    do_vi: str
    en: str
    do_en: str


_TEXTS: dict[Reason, ReasonText] = {
    Reason.NOT_A_SCAN: ReasonText(
        "Tệp không phải ảnh quét hay PDF.",
        "Quét lại thành PDF, JPEG, PNG hoặc TIFF; nếu tệp để nhầm chỗ thì chuyển đi nơi khác.",
        "The file is neither an image nor a PDF.",
        "Scan it again as PDF, JPEG, PNG or TIFF; move it elsewhere if it is here by mistake.",
    ),
    Reason.DAMAGED_FILE: ReasonText(
        "Tệp bị hỏng, không mở được.",
        "Chép lại từ máy quét hoặc quét lại.",
        "The file is damaged and cannot be opened.",
        "Copy it again from the scanner, or scan again.",
    ),
    Reason.ENCRYPTED_FILE: ReasonText(
        "Tệp PDF hoặc ZIP có mật khẩu.",
        "Bỏ mật khẩu (in ra PDF mới, giải nén ZIP) hoặc quét bản giấy.",
        "The PDF or ZIP asks for a password.",
        "Remove the password (print to a new PDF, unpack the ZIP) or scan the paper.",
    ),
    Reason.EMPTY_FILE: ReasonText(
        "Tệp rỗng, không có trang nào.",
        "Chép lại từ máy quét hoặc quét lại.",
        "The file is empty: it has no page.",
        "Copy it again from the scanner, or scan again.",
    ),
    Reason.TOO_LARGE: ReasonText(
        "Trang hoặc tệp quá lớn.",
        "Quét lại khổ A4 ở 300 dpi.",
        "The page or file is too large.",
        "Scan again as A4 at 300 dpi.",
    ),
    Reason.NOT_A_SHEET: ReasonText(
        "Ảnh quá nhỏ hoặc quá hẹp, không thể là một tờ giấy.",
        "Quét lại cả tờ ở 300 dpi; nếu là biểu tượng hay hình trang trí để nhầm chỗ thì chuyển đi nơi khác.",
        "The picture is too small or too narrow to be a sheet of paper.",
        "Scan the whole sheet at 300 dpi; move it elsewhere if it is an icon or an ornament that is here by mistake.",
    ),
    Reason.TOO_MANY_PAGES: ReasonText(
        "Tệp có quá nhiều trang.",
        "Tách tệp: mỗi hồ sơ một tệp, hoặc dùng tờ bìa (sohoa cover).",
        "The file has too many pages.",
        "Split it: one file a dossier, or use cover sheets (sohoa cover).",
    ),
    Reason.ARCHIVE_UNSAFE: ReasonText(
        "Tệp ZIP không an toàn: đường dẫn lạ, nén quá mức hoặc lồng nhau.",
        "Giải nén ở nơi khác, kiểm tra, rồi nộp thư mục.",
        "The ZIP is unsafe: odd paths, excessive compression or nesting.",
        "Unpack it elsewhere, look at it, and give the folder instead.",
    ),
    Reason.TOO_SLOW: ReasonText(
        "Trang vượt quá thời gian xử lý.",
        "Quét lại ở 300 dpi; nếu vẫn vậy thì tăng SOHOA_PAGE_SECONDS.",
        "The page took longer than the limit.",
        "Scan again at 300 dpi; if it stays so, raise SOHOA_PAGE_SECONDS.",
    ),
    Reason.OUT_OF_MEMORY: ReasonText(
        "Trang cần nhiều bộ nhớ hơn mức cho phép.",
        "Quét lại ở 300 dpi; nếu vẫn vậy thì tăng SOHOA_PAGE_MEGABYTES.",
        "The page needs more memory than is allowed.",
        "Scan again at 300 dpi; if it stays so, raise SOHOA_PAGE_MEGABYTES.",
    ),
    Reason.NO_READABLE_TEXT: ReasonText(
        "Không đọc được chữ nào trên trang.",
        "Xem bản giấy: quét lại rõ hơn, đúng mặt; nếu trang chỉ có hình thì xác nhận bằng mắt.",
        "No text could be read on the page.",
        "Look at the paper: scan again, sharper and the right side; if it is only a picture, confirm by eye.",
    ),
    Reason.PAGE_BLACK: ReasonText(
        "Trang đen hoặc gần như đen.",
        "Kiểm tra nắp máy quét và quét lại.",
        "The page is black or nearly so.",
        "Check the scanner's lid and scan again.",
    ),
    Reason.RECOGNIZER_FAILED: ReasonText(
        "Bộ nhận dạng chữ dừng giữa chừng.",
        "Chạy lại lệnh; nếu lặp lại thì quét lại trang.",
        "The text recognizer stopped half-way.",
        "Run the command again; if it repeats, scan the page again.",
    ),
    Reason.FILE_MISSING: ReasonText(
        "Tệp ghi trong danh sách (manifest) không có trong thư mục.",
        "Chép thêm tệp còn thiếu hoặc sửa manifest.csv.",
        "A file that the manifest names is not in the folder.",
        "Add the missing file or correct manifest.csv.",
    ),
    Reason.FILE_UNREADABLE: ReasonText(
        "Không đọc được tệp hoặc thư mục: không có quyền, hoặc ổ đĩa, ổ mạng có lỗi.",
        "Nhờ người quản trị cấp quyền đọc cho thư mục quét (hoặc chép tệp ra chỗ khác), rồi chạy lại cùng lệnh.",
        "The file or folder cannot be read: no permission, or the disk or network drive fails.",
        "Have the right to read the scans' folder given (or copy the file elsewhere), then run the same command again.",
    ),
    Reason.INTERNAL_ERROR: ReasonText(
        "Phần mềm gặp lỗi ngoài dự kiến ở hồ sơ này.",
        "Chạy lại lệnh; nếu lặp lại, gửi tệp nhật ký trong thư mục logs cho người hỗ trợ.",
        "The program met an error nobody foresaw in this dossier.",
        "Run the command again; if it repeats, send the log file in the folder logs to support.",
    ),
    Reason.STORAGE_UNREACHABLE: ReasonText(
        "Kho lưu trữ không trả lời; hồ sơ đang chờ.",
        "Kiểm tra ổ đĩa, mạng và máy chủ lưu trữ, rồi chạy lại cùng lệnh.",
        "The storage did not answer; the dossier waits.",
        "Check disk, network and storage server, then run the same command again.",
    ),
    Reason.SYSTEM_FILE: ReasonText(
        "Tệp của hệ thống, không phải giấy tờ.",
        "Không cần làm gì.",
        "A system's own file, no paper.",
        "Nothing to do.",
    ),
    Reason.STILL_WRITTEN: ReasonText(
        "Tệp đang được ghi (máy quét chưa xong).",
        "Đợi máy quét xong rồi chạy lại lệnh.",
        "The file is still being written; the scanner is not done.",
        "Wait for the scanner, then run the command again.",
    ),
    Reason.DUPLICATE_FILE: ReasonText(
        "Tệp trùng hệt một tệp đã có.",
        "Không cần làm gì; bản trùng không được tính hai lần.",
        "The same bytes as a file that is there already.",
        "Nothing to do; it is not counted twice.",
    ),
    Reason.NO_DOSSIER_CODE: ReasonText(
        "Không biết trang thuộc hồ sơ nào: không có mã hồ sơ.",
        "Đặt tên tệp theo mã hồ sơ hoặc đặt tờ bìa (sohoa cover) lên trước.",
        "No dossier code says which dossier the pages belong to.",
        "Name the file after the dossier code, or put a cover sheet (sohoa cover) in front.",
    ),
    Reason.PAGE_COUNT_DIFFERS: ReasonText(
        "Số trang khác với tờ bìa hoặc danh sách.",
        "Đếm lại bản giấy: quét trang thiếu hoặc bỏ trang thừa, rồi quét lại cả hồ sơ.",
        "The number of pages differs from what the cover sheet or manifest announced.",
        "Count the paper: scan what is missing or take out what is too much, then scan the dossier again.",
    ),
    Reason.PAGE_REJECTED: ReasonText(
        "Có trang không dùng được.",
        "Xem lý do ở từng trang (sohoa show MÃ) và quét lại trang đó.",
        "A page could not be used.",
        "See the page's own reason (sohoa show CODE) and scan it again.",
    ),
    Reason.LOW_CONFIDENCE: ReasonText(
        "Đọc không chắc một trường quan trọng.",
        "So trường được đánh dấu với bản giấy.",
        "An important field was read with doubt.",
        "Compare the marked field with the paper.",
    ),
    Reason.LOW_RESOLUTION: ReasonText(
        "Ảnh quét có độ phân giải thấp.",
        "Quét lại ở 300 dpi.",
        "The scan's resolution is low.",
        "Scan again at 300 dpi.",
    ),
    Reason.BLURRED: ReasonText(
        "Ảnh bị mờ.",
        "Lau mặt kính, giữ giấy phẳng và quét lại; tránh chụp bằng điện thoại khi rung tay.",
        "The picture is blurred.",
        "Clean the glass, keep the paper flat and scan again; hold a phone still.",
    ),
    Reason.FAINT: ReasonText(
        "Chữ trên trang quá nhạt.",
        "Quét lại đậm hơn (giảm độ sáng, tăng tương phản); nếu bản giấy vốn mờ thì xin bản rõ hơn.",
        "The print on the page is faint.",
        "Scan again darker (less brightness, more contrast); if the paper itself is faint, ask for a better copy.",
    ),
    Reason.CUT_OFF: ReasonText(
        "Chữ bị cắt ở mép ảnh quét.",
        "Đặt tờ giấy nằm gọn trong khung quét rồi quét lại.",
        "Print is cut off at the edge of the scan.",
        "Lay the paper wholly inside the scanning area and scan again.",
    ),
    Reason.TWO_SHEETS: ReasonText(
        "Hai tờ giấy nằm cạnh nhau trong một ảnh.",
        "Quét lại từng tờ một; máy có thể đã gộp hai giấy tờ làm một.",
        "Two sheets lie beside each other in one picture.",
        "Scan them one by one; two papers may have been taken for one.",
    ),
    Reason.HANDWRITING: ReasonText(
        "Có chữ viết tay; máy không đoán.",
        "Xem ảnh cắt của trường đó (sohoa fetch, thư mục crops) hoặc bản giấy, rồi nhập tay.",
        "There is handwriting; it is not guessed.",
        "Look at the field's crop (sohoa fetch, folder crops) or at the paper, and type it.",
    ),
    Reason.FIELDS_DISAGREE: ReasonText(
        "Các giấy tờ hoặc mã trên thẻ cho giá trị khác nhau.",
        "So hai giá trị với bản giấy; có thể giấy tờ khai khác nhau thật.",
        "Papers or codes give different values for the same field.",
        "Compare both values with the paper; the papers may truly differ.",
    ),
    Reason.FIELD_MISSING: ReasonText(
        "Thiếu một trường bắt buộc (họ tên, ngày sinh hoặc số định danh).",
        "Xem bản giấy: bổ sung nếu giấy có, hoặc yêu cầu người nộp bổ sung.",
        "A required field (name, birth date or id number) is missing.",
        "Look at the paper: add it if it is there, or ask the applicant.",
    ),
    Reason.DOCUMENT_UNKNOWN: ReasonText(
        "Không nhận ra loại giấy tờ.",
        "Xem trang và chọn loại giấy tờ.",
        "The kind of document was not recognized.",
        "Look at the page and choose its kind.",
    ),
    Reason.COMPONENT_MISSING: ReasonText(
        "Thiếu thành phần hồ sơ mà thủ tục yêu cầu.",
        "Yêu cầu người nộp bổ sung giấy tờ còn thiếu, hoặc quét nếu đã có.",
        "A paper that the procedure requires is missing.",
        "Ask the applicant for the missing paper, or scan it if it is there.",
    ),
    Reason.PROCEDURE_UNKNOWN: ReasonText(
        "Không xác định được thủ tục.",
        "Ghi mã thủ tục vào manifest.csv hoặc tờ bìa.",
        "The procedure could not be determined.",
        "Write the procedure's code into manifest.csv or on the cover sheet.",
    ),
    Reason.PERSON_UNMATCHED: ReasonText(
        "Không tìm thấy người này trong cơ sở dữ liệu dân cư.",
        "Kiểm tra số định danh, họ tên, ngày sinh với bản giấy; trẻ mới sinh thì chưa có là bình thường.",
        "The person was not found in the population registry.",
        "Check id number, name and birth date against the paper; a newborn is rightly not there yet.",
    ),
    Reason.PERSON_AMBIGUOUS: ReasonText(
        "Chưa đủ căn cứ để khẳng định là công dân nào.",
        "Xem bằng chứng (sohoa show MÃ) và chọn đúng người.",
        "The evidence does not decide which citizen this is.",
        "See the evidence (sohoa show CODE) and choose the right person.",
    ),
    Reason.PERSON_CONTRADICTED: ReasonText(
        "Thông tin chỉ về những người khác nhau: số định danh của một người, họ tên hoặc ngày sinh của người khác.",
        "Xem bằng chứng (sohoa show MÃ), so số định danh, họ tên và ngày sinh với bản giấy; không tự chọn khi chưa rõ.",
        "The fields point to different people: one's id number, another's name or birth date.",
        "See the evidence (sohoa show CODE), check number, name and birth date against the paper; choose nobody while it is unclear.",
    ),
    Reason.PERSON_DECEASED: ReasonText(
        "Theo dân cư, công dân này đã mất nhưng hồ sơ ghi như người đang sống.",
        "Kiểm tra có đúng người không; nếu đúng, báo công an xã đối chiếu tình trạng.",
        "By the registry this citizen has died, yet the dossier has them act as a living person.",
        "Check that it is the right person; if so, have the registry's status verified.",
    ),
    Reason.ROLES_CONFLICT: ReasonText(
        "Các vai trong hồ sơ mâu thuẫn: một công dân ở hai vai không thể cùng là một người, hoặc một vai có hai công dân.",
        "Xem lại những chỗ ghi tên ấy; một chỗ đã đọc lẫn hoặc khai sai.",
        "The roles contradict: one citizen in two roles that one person cannot hold, or two citizens in one role.",
        "Look at the places that name them; one of them was misread or is misdeclared.",
    ),
    Reason.AGES_IMPOSSIBLE: ReasonText(
        "Tuổi không hợp lý: con không thể sinh trước hoặc quá sát tuổi cha, mẹ.",
        "So lại ngày sinh của con và của cha, mẹ với bản giấy.",
        "The ages cannot be: a child is older than, or nearly as old as, a parent.",
        "Check the birth dates of child and parents against the paper.",
    ),
    Reason.CORRECTION_OPEN: ReasonText(
        "Hồ sơ được đọc lại và một đính chính trước đây không còn khớp.",
        "Xem lại các đính chính bằng sohoa show, rồi đính chính lại nếu còn cần.",
        "The dossier was read again and an earlier correction no longer fits.",
        "Look at the corrections with sohoa show, and correct again where it is still needed.",
    ),
    Reason.REGISTRY_WAITING: ReasonText(
        "Cơ sở dữ liệu dân cư chưa trả lời; việc đối chiếu đang chờ.",
        "Chạy lại cùng lệnh khi kết nối trở lại: phần đã đọc được giữ nguyên.",
        "The population registry did not answer; matching waits.",
        "Run the same command again when it is back.",
    ),
    Reason.NO_PERSON: ReasonText(
        "Không tìm thấy người nào trong hồ sơ.",
        "Xem bản giấy: có thể thiếu tờ khai hoặc chữ quá mờ.",
        "No person was found in the dossier.",
        "Look at the paper: the declaration may be missing or too faint.",
    ),
}


def reason_text(reason: str) -> ReasonText:
    """The texts of a reason code; a code of a newer version stands for itself."""
    try:
        return _TEXTS[Reason(reason)]
    except (ValueError, KeyError):
        return ReasonText(reason, "", reason, "")
