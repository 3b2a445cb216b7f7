"""What tells one kind of paper from another: titles, and wordings that stand only on it."""

from __future__ import annotations

from models.document import DocumentType as D
from pipeline.lexicon import bare

_TITLES: dict[D, tuple[str, ...]] = {
    D.BIRTH_DECLARATION: ("tờ khai đăng ký khai sinh", "tờ khai đăng ký lại khai sinh", "tờ khai khai sinh",
                          "đơn đề nghị đăng ký khai sinh"),
    D.DEATH_DECLARATION: ("tờ khai đăng ký khai tử", "tờ khai đăng ký lại khai tử", "tờ khai khai tử"),
    D.MARRIAGE_DECLARATION: ("tờ khai đăng ký kết hôn", "tờ khai đăng ký lại kết hôn", "đơn đăng ký kết hôn"),
    D.MARITAL_STATUS_DECLARATION: (
        "tờ khai cấp giấy xác nhận tình trạng hôn nhân", "tờ khai xác nhận tình trạng hôn nhân",
        "đơn đề nghị cấp giấy xác nhận tình trạng hôn nhân", "đơn xin xác nhận tình trạng hôn nhân",
        "tờ khai đề nghị cấp giấy xác nhận tình trạng hôn nhân",
    ),
    D.RESIDENCE_DECLARATION: (
        "tờ khai thay đổi thông tin cư trú", "đơn đề nghị đăng ký thường trú", "đơn đề nghị đăng ký tạm trú",
        "tờ khai đăng ký thường trú", "tờ khai thông tin cư trú", "phiếu báo thay đổi hộ khẩu nhân khẩu",
        "tờ khai đăng ký tạm trú",
    ),
    D.HOUSEHOLD_BUSINESS_APPLICATION: (
        "giấy đề nghị đăng ký hộ kinh doanh", "giấy đề nghị đăng ký thành lập hộ kinh doanh",
        "đơn đề nghị đăng ký hộ kinh doanh", "tờ khai đăng ký hộ kinh doanh", "giấy đề nghị thành lập hộ kinh doanh",
    ),
    D.LAND_APPLICATION: (
        "đơn đăng ký đất đai tài sản gắn liền với đất", "đơn đăng ký biến động đất đai tài sản gắn liền với đất",
        "đơn đăng ký cấp giấy chứng nhận quyền sử dụng đất", "đơn đề nghị cấp giấy chứng nhận quyền sử dụng đất",
        "đơn đăng ký đất đai", "đơn đề nghị cấp đổi giấy chứng nhận quyền sử dụng đất",
        "đơn đăng ký cấp giấy chứng nhận quyền sử dụng đất quyền sở hữu nhà ở và tài sản khác gắn liền với đất",
    ),
    D.EXTRACT_COPY_REQUEST: (
        "tờ khai cấp bản sao trích lục hộ tịch", "đơn xin cấp bản sao trích lục hộ tịch", "tờ khai cấp bản sao trích lục",
        "tờ khai đề nghị cấp bản sao trích lục hộ tịch", "đơn đề nghị cấp bản sao trích lục hộ tịch",
        "tờ khai cấp bản sao giấy khai sinh", "tờ khai cấp bản sao trích lục hộ tịch bản sao giấy khai sinh",
    ),
    D.BIRTH_NOTIFICATION: ("giấy chứng sinh",),
    D.DEATH_NOTIFICATION: ("giấy báo tử",),
    D.BIRTH_CERTIFICATE: ("giấy khai sinh", "giấy khai sinh bản sao", "trích lục khai sinh", "trích lục khai sinh bản sao"),
    D.MARRIAGE_CERTIFICATE: (
        "giấy chứng nhận kết hôn", "giấy chứng nhận đăng ký kết hôn", "trích lục kết hôn", "trích lục kết hôn bản sao",
        "giấy chứng nhận kết hôn bản sao",
    ),
    D.DEATH_EXTRACT: ("trích lục khai tử", "trích lục khai tử bản sao", "giấy chứng tử", "trích lục đăng ký khai tử"),
    D.MARITAL_STATUS_CERTIFICATE: ("giấy xác nhận tình trạng hôn nhân", "xác nhận tình trạng hôn nhân"),
    D.HOUSEHOLD_BUSINESS_CERTIFICATE: ("giấy chứng nhận đăng ký hộ kinh doanh", "chứng nhận đăng ký hộ kinh doanh"),
    D.LAND_CERTIFICATE: (
        "giấy chứng nhận quyền sử dụng đất", "giấy chứng nhận quyền sử dụng đất quyền sở hữu tài sản gắn liền với đất",
        "giấy chứng nhận quyền sử dụng đất quyền sở hữu nhà ở và tài sản khác gắn liền với đất",
    ),
    D.ID_CARD: ("căn cước công dân", "căn cước", "thẻ căn cước", "giấy chứng minh nhân dân", "chứng minh nhân dân"),
    D.RECEIPT: (
        "giấy tiếp nhận hồ sơ và hẹn trả kết quả", "phiếu tiếp nhận hồ sơ và hẹn trả kết quả", "giấy biên nhận hồ sơ",
        "biên nhận hồ sơ", "phiếu biên nhận hồ sơ", "giấy biên nhận hồ sơ và hẹn trả kết quả", "giấy hẹn trả kết quả",
        "phiếu hẹn trả kết quả", "phiếu biên nhận",
    ),
    D.POWER_OF_ATTORNEY: ("giấy ủy quyền", "văn bản ủy quyền", "hợp đồng ủy quyền"),
    D.DECISION: ("quyết định",),
    D.NOTICE: ("thông báo",),
    D.COVER_SHEET: ("tờ bìa hồ sơ", "bìa hồ sơ", "tờ bìa"),
    D.OTHER: (
        "hợp đồng thuê nhà", "hợp đồng thuê nhà ở", "hợp đồng thuê", "hợp đồng cho thuê nhà", "hợp đồng", "tờ trình", "sổ hộ khẩu",
        "giấy cam kết", "giấy cam đoan", "văn bản cam đoan", "biên bản", "biên bản họp", "phiếu lý lịch tư pháp", "chỉ thị", "báo cáo",
        "kế hoạch", "nghị quyết", "thông tư", "công văn", "phiếu yêu cầu bổ sung hoàn thiện hồ sơ", "phiếu từ chối tiếp nhận hồ sơ",
        "phiếu từ chối tiếp nhận giải quyết hồ sơ", "phiếu hướng dẫn bổ sung hoàn thiện hồ sơ", "xác nhận thông tin về cư trú",
        "phiếu xin lỗi và hẹn lại ngày trả kết quả", "giấy xác nhận", "đơn đề nghị cấp giấy phép xây dựng", "văn bản đồng ý",
        "phiếu yêu cầu cung cấp dữ liệu đất đai", "giấy đề nghị chứng thực bản sao từ bản chính", "đơn xin xác nhận", "đơn đề nghị",
        "hợp đồng mượn nhà", "hợp đồng cho mượn nhà", "giấy cho mượn nhà", "văn bản xác nhận", "giấy đồng ý cho ở nhờ", "hóa đơn",
        "giấy giới thiệu", "giấy mời", "bằng tốt nghiệp", "bản án", "giấy ra viện", "tờ khai", "giấy bán nhà", "hợp đồng tặng cho",
        "văn bản thỏa thuận", "hợp đồng mua bán", "phiếu kiểm soát quá trình giải quyết hồ sơ", "chương trình", "quy chế",
    ),
}  # fmt: skip

# Anchors that stand inside other papers' text must be a line of their own.
SHORT = frozenset(
    bare(text)
    for text in ("quyết định", "thông báo", "căn cước", "hợp đồng", "báo cáo", "kế hoạch", "biên bản", "chỉ thị", "tờ trình",
                 "nghị quyết", "thông tư", "công văn", "tờ bìa", "giấy xác nhận", "chương trình", "quy chế", "bản án", "tờ khai",
                 "đơn đề nghị", "xác nhận tình trạng hôn nhân", "thẻ căn cước", "hóa đơn", "identity card", "phiếu biên nhận",
                 "giấy mời", "văn bản xác nhận", "văn bản đồng ý")
)  # fmt: skip

TITLES = {bare(text): kind for kind, texts in _TITLES.items() for text in texts}
PRINTED_TITLES = {bare(text): text.upper() for texts in _TITLES.values() for text in texts}

_CUES: dict[D, tuple[str, ...]] = {
    D.BIRTH_DECLARATION: ("quan hệ với người được khai sinh", "đề nghị cơ quan đăng ký khai sinh cho người dưới đây",
                          "nội dung đề nghị đăng ký khai sinh", "người yêu cầu đăng ký khai sinh"),
    D.BIRTH_NOTIFICATION: ("dự định đặt tên con", "đã sinh con vào lúc", "số con trong lần sinh này", "hiện trạng của con",
                           "số con hiện sống", "thủ trưởng cơ sở y tế", "người đỡ đẻ"),
    D.BIRTH_CERTIFICATE: ("họ chữ đệm tên người đi khai sinh", "nơi đăng ký khai sinh", "người ký giấy khai sinh"),
    D.DEATH_DECLARATION: ("quan hệ với người đã chết", "đề nghị cơ quan đăng ký khai tử cho người", "quan hệ với người chết"),
    D.DEATH_NOTIFICATION: ("họ chữ đệm tên người chết", "thủ trưởng đơn vị"),
    D.DEATH_EXTRACT: ("đăng ký khai tử tại", "người ký trích lục"),
    D.MARRIAGE_DECLARATION: ("kết hôn lần thứ mấy", "việc kết hôn của chúng tôi là tự nguyện",
                             "đề nghị quý cơ quan đăng ký kết hôn"),
    D.MARRIAGE_CERTIFICATE: ("nơi đăng ký kết hôn", "họ chữ đệm tên vợ", "họ chữ đệm tên chồng"),
    D.MARITAL_STATUS_DECLARATION: ("quan hệ với người được cấp giấy xác nhận tình trạng hôn nhân",
                                   "mục đích sử dụng giấy xác nhận tình trạng hôn nhân"),
    D.MARITAL_STATUS_CERTIFICATE: ("giấy này được cấp để", "giấy này có giá trị sử dụng trong thời hạn"),
    D.RESIDENCE_DECLARATION: (
        "số định danh cá nhân của chủ hộ", "những thành viên trong hộ gia đình cùng thay đổi", "ý kiến của chủ hộ",
        "ý kiến của chủ sở hữu chỗ ở hợp pháp", "ý kiến của cha mẹ hoặc người giám hộ", "cơ quan đăng ký cư trú",
        "họ chữ đệm và tên chủ hộ", "xác nhận qua ứng dụng vneid",
    ),
    D.HOUSEHOLD_BUSINESS_APPLICATION: (
        "đề nghị đăng ký hộ kinh doanh do tôi là chủ hộ", "địa điểm kinh doanh thuộc quyền sử dụng hợp pháp của hộ kinh doanh",
        "các thành viên tham gia thành lập hộ kinh doanh", "không đồng thời là chủ hộ kinh doanh khác", "số lượng lao động dự kiến",
        "tính hợp pháp chính xác trung thực của nội dung đăng ký", "không là chủ doanh nghiệp tư nhân",
    ),
    D.HOUSEHOLD_BUSINESS_CERTIFICATE: ("họ và tên chủ hộ kinh doanh", "đăng ký lần đầu ngày"),
    D.EXTRACT_COPY_REQUEST: ("quan hệ với người được cấp bản sao trích lục hộ tịch", "đề nghị cơ quan cấp bản sao trích lục",
                             "số lượng bản sao"),
    D.LAND_APPLICATION: ("nội dung biến động", "người sử dụng đất chủ sở hữu tài sản gắn liền với đất", "đơn đăng ký đất đai"),
    D.LAND_CERTIFICATE: ("số vào sổ cấp gcn", "người sử dụng đất chủ sở hữu", "thửa đất số"),
    D.ID_CARD: (
        "place of residence", "place of origin", "date of birth", "date of expiry", "đặc điểm nhận dạng", "personal identification",
        "ngón trỏ trái", "ngón trỏ phải", "dấu vết riêng hoặc dị hình", "citizen identity card", "nơi đkhk thường trú",
        "socialist republic of viet nam", "independence freedom happiness", "date month year", "cục trưởng cục cảnh sát",
        "identity card", "place of birth", "date of issue",
    ),
    D.RECEIPT: ("tiếp nhận hồ sơ của", "thành phần hồ sơ nộp gồm", "thời gian trả kết quả giải quyết hồ sơ",
                "đăng ký nhận kết quả tại", "người tiếp nhận hồ sơ", "nội dung yêu cầu giải quyết", "vào sổ theo dõi hồ sơ"),
    D.POWER_OF_ATTORNEY: ("bên được ủy quyền", "nội dung ủy quyền", "thời hạn ủy quyền", "phạm vi ủy quyền", "người được ủy quyền"),
    D.DECISION: ("quyết định này có hiệu lực", "chịu trách nhiệm thi hành quyết định này", "quyết định này"),
    D.NOTICE: ("thông báo như sau", "về kết quả giải quyết", "thông báo cho ông bà biết", "thông báo đến ông bà"),
    D.OTHER: ("quyền và nghĩa vụ của bên", "đối tượng của hợp đồng", "hợp đồng được lập thành", "bên cho thuê", "hợp đồng này"),
}  # fmt: skip

CUES = {bare(text): kind for kind, texts in _CUES.items() for text in texts}

# Issued papers show their kind in the sign after the number (Số: 05/QĐ-UBND), NĐ 30/2020/NĐ-CP, annex III.
NUMBER_SIGNS = {
    "QĐ": D.DECISION, "TB": D.NOTICE, "TLKT": D.DEATH_EXTRACT, "XNTTHN": D.MARITAL_STATUS_CERTIFICATE, "GBT": D.DEATH_NOTIFICATION,
    "TTR": D.OTHER, "CT": D.OTHER, "BC": D.OTHER, "KH": D.OTHER, "BB": D.OTHER, "TLKS": D.BIRTH_CERTIFICATE,
    "TLKH": D.MARRIAGE_CERTIFICATE,
}  # fmt: skip

STATE_NAME = bare("Cộng hòa xã hội chủ nghĩa Việt Nam")
CERTIFIED = (
    "sao y bản chính",
    "bản sao đúng với bản chính",
    "chứng thực bản sao đúng với bản chính",
    "số chứng thực",
    "sct bs",
)
CLOSINGS = (
    "ký ghi rõ họ tên", "ký và ghi rõ họ tên", "ký ghi rõ họ chữ đệm tên", "nơi nhận", "tm ủy ban nhân dân", "ký và ghi họ tên",
    "ký tên đóng dấu", "phó chủ tịch", "người ký trích lục", "trưởng công an",
)  # fmt: skip
