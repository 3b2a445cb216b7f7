"""The wordings of labels, roles and headings on Vietnamese forms, cards and certificates.

Sources: TT 04/2020/TT-BTP and TT 04/2024/TT-BTP (civil status), TT 66/2023, TT 53/2025 and TT 116/2026/TT-BCA (CT01 to
CT08), TT 01/2018/TT-VPCP (receipt), the cards of 1999, 2016, 2021 and 2024, and wordings seen on offices' own forms.
"""

from __future__ import annotations

from models.identity import Role
from pipeline.lexicon import Label, Lexicon

_LABELS: dict[Label, tuple[str, ...]] = {
    Label.NAME: (
        "họ, chữ đệm, tên", "họ, chữ đệm và tên", "họ và tên", "họ tên", "họ, tên", "họ, chữ đệm và tên khai sinh",
        "họ, chữ đệm, tên khai sinh", "họ và tên khai sinh", "họ tên khai sinh", "họ và chữ đệm, tên", "full name",
        "họ và tên full name", "họ, chữ đệm và tên khai sinh full name", "tên tôi là", "tôi tên là", "tôi tên", "tôi là",
        "tên là", "ông bà", "ông", "bà", "tiếp nhận hồ sơ của", "đã tiếp nhận hồ sơ của", "xét đề nghị của ông bà",
        "tiếp nhận hồ sơ của ông bà", "đã tiếp nhận hồ sơ của ông bà", "tên", "theo đề nghị của ông bà", "của ông bà", "kính gửi ông bà", "tên người sử dụng đất",
        "dự định đặt tên con", "dự định đặt tên con là", "dự kiến đặt tên con", "tên dự định đặt cho con", "họ và tên ông bà",
        "họ, chữ đệm và tên của ông bà", "chứng nhận ông bà", "xác nhận ông bà", "họ tên ông bà",
        "họ và tên họ chữ đệm tên", "anh chị", "xét đề nghị của", "cho ông bà",
        "chủ hộ", "chủ hộ nơi đến", "chủ hộ nơi tạm trú", "chủ hộ nơi thường trú", "tên chủ hộ", "người yêu cầu", "người khai",
        "người đi khai sinh", "người đi khai tử", "người mẹ", "người cha", "người chồng", "người vợ", "người chết", "chủ hộ kinh doanh",
        "người được khai sinh", "người được khai tử",
    ),
    Label.BIRTH_DATE: (
        "ngày, tháng, năm sinh", "sinh ngày", "ngày sinh", "năm sinh", "ngày tháng năm sinh", "ngày sinh date of birth",
        "date of birth", "ngày, tháng, năm sinh date of birth", "sinh năm", "sinh ngày tháng năm", "ngày/tháng/năm sinh",
        "ngày tháng năm sinh của", "sinh ngày, tháng, năm",
        "đã sinh con vào lúc", "sinh con vào lúc", "ngày, tháng, năm sinh của con", "thời gian sinh",
    ),
    Label.BIRTH_WORDS: ("ghi bằng chữ", "bằng chữ", "viết bằng chữ"),
    Label.SEX: ("giới tính", "giới tính sex", "sex", "phái", "giới tính khi sinh"),
    Label.ETHNICITY: ("dân tộc", "thành phần dân tộc"),
    Label.NATIONALITY: ("quốc tịch", "quốc tịch nationality", "nationality"),
    Label.RESIDENCE: (
        "nơi cư trú", "nơi thường trú", "nơi đăng ký thường trú", "nơi đăng ký hộ khẩu thường trú", "nơi đkhk thường trú",
        "nơi đkhktt", "hộ khẩu thường trú", "hktt", "địa chỉ", "địa chỉ thường trú", "địa chỉ cư trú", "địa chỉ liên hệ",
        "địa chỉ liên lạc", "nơi cư trú cuối cùng", "nơi thường trú cuối cùng", "nơi đăng ký thường trú, tạm trú",
        "nơi đăng ký thường trú tạm trú", "nơi thường trú tạm trú", "nơi thường trú place of residence",
        "nơi cư trú place of residence", "place of residence", "thường trú tại", "hiện cư trú tại", "cư trú tại", "thường trú",
        "nơi đăng ký thường trú hiện tại", "đăng ký thường trú tại", "nơi thường trú tạm trú cuối cùng", "nơi cư trú hiện nay",
        "nơi cư trú thường trú", "nơi đăng ký cư trú", "chỗ ở", "trú tại", "địa chỉ nơi cư trú", "cư trú",
        "nơi thường trú trước khi chết", "nơi cư trú place of residence",
    ),
    Label.OTHER_RESIDENCE: (
        "nơi tạm trú", "nơi ở hiện tại", "nơi ở hiện nay", "chỗ ở hiện nay", "chỗ ở hiện tại", "nơi ở", "tạm trú tại",
        "nơi đăng ký tạm trú", "địa chỉ tạm trú",
    ),
    Label.ORIGIN: ("quê quán", "nguyên quán", "quê quán place of origin", "place of origin"),
    Label.IDENTITY: (
        "giấy tờ tùy thân", "giấy tờ tuỳ thân", "số định danh cá nhân", "số định danh", "số định danh cá nhân giấy tờ tùy thân",
        "số định danh cá nhân cmnd hộ chiếu", "số định danh cá nhân cccd hộ chiếu", "số định danh cá nhân cccd",
        "số định danh cá nhân cmnd", "số cccd", "số cmnd", "số cmnd cccd", "số cccd cmnd", "số cccd cmnd hộ chiếu",
        "số cmnd hộ chiếu", "cccd số", "cmnd số", "cccd cmnd số", "cmnd cccd số", "số căn cước công dân", "số căn cước",
        "căn cước công dân số", "căn cước số", "thẻ căn cước số", "thẻ căn cước công dân số", "chứng minh nhân dân số",
        "giấy chứng minh nhân dân số", "số giấy chứng minh nhân dân", "số chứng minh nhân dân", "số giấy tờ tùy thân",
        "giấy tờ nhân thân", "giấy tờ nhân thân pháp nhân", "giấy tờ pháp lý", "loại giấy tờ pháp lý của cá nhân",
        "số giấy tờ pháp lý của cá nhân", "số định danh cá nhân personal identification number", "cccd",
        "personal identification number", "số no", "mã định danh cá nhân", "mã số định danh cá nhân", "hộ chiếu số", "cmnd",
        "số cmnd căn cước công dân", "số định danh cá nhân căn cước công dân", "cmnd cccd hộ chiếu", "cccd cmnd hộ chiếu",
        "số định danh cá nhân số căn cước", "cmnd cccd", "số cmtnd hộ chiếu", "số thẻ căn cước", "số thẻ căn cước công dân",
        "cccd cmnd", "số cccd căn cước", "số cmnd cccd hộ chiếu", "cmnd cccd số", "số định danh cccd", "số căn cước cmnd",
        "số cmnd căn cước", "số cmnd cccd căn cước", "số căn cước căn cước công dân", "mã định danh", "số hộ chiếu",
    ),
    Label.RELATION: (
        "quan hệ", "quan hệ với", "mối quan hệ với chủ hộ", "quan hệ với chủ hộ", "quan hệ với người được khai sinh",
        "quan hệ với người đã chết", "quan hệ với người chết", "quan hệ với người được đăng ký",
        "quan hệ với người được cấp giấy xác nhận tình trạng hôn nhân", "mối quan hệ",
        "quan hệ với người được cấp bản sao trích lục hộ tịch", "quan hệ với người được khai tử", "quan hệ với trẻ",
        "quan hệ với người được cấp bản sao", "quan hệ với người được cấp",
    ),
    Label.OTHER: (
        "số điện thoại", "điện thoại", "số điện thoại liên hệ", "điện thoại liên hệ", "email", "thư điện tử", "hộp thư điện tử",
        "nơi sinh", "nơi đăng ký khai sinh", "nơi đăng ký khai sinh place of birth", "place of birth", "tôn giáo",
        "nghề nghiệp", "nơi làm việc", "đã chết vào lúc", "chết vào lúc", "ngày chết", "thời gian chết", "nơi chết",
        "nguyên nhân chết", "giấy báo tử", "số giấy báo tử giấy tờ thay thế giấy báo tử",
        "giấy báo tử giấy tờ thay thế giấy báo tử", "kết hôn lần thứ mấy", "kết hôn lần thứ", "tình trạng hôn nhân",
        "tình trạng hôn nhân hiện tại", "mục đích sử dụng", "mục đích sử dụng giấy xác nhận tình trạng hôn nhân",
        "đề nghị cấp bản sao", "số lượng", "số lượng bản sao", "nơi đăng ký kết hôn", "ngày tháng năm đăng ký",
        "đăng ký khai tử tại", "tại", "số lần sinh", "số con hiện sống",
        "số con trong lần sinh này", "cân nặng", "hiện trạng của con", "tình trạng con", "người đỡ đẻ", "mã số bhxh",
        "mã số bhxh thẻ bhyt số", "số thẻ bhyt", "giấy này được cấp để", "nội dung đề nghị", "nội dung yêu cầu giải quyết",
        "thành phần hồ sơ nộp gồm", "số lượng hồ sơ", "thời gian nhận hồ sơ", "thời gian trả kết quả giải quyết hồ sơ",
        "thời gian giải quyết hồ sơ theo quy định là", "đăng ký nhận kết quả tại", "mã hồ sơ", "nội dung",
        "những thành viên trong hộ gia đình cùng thay đổi", "có giá trị đến date of expiry", "có giá trị đến",
        "date of expiry", "đặc điểm nhận dạng personal identification", "đặc điểm nhận dạng", "dấu vết riêng hoặc dị hình",
        "ngày tháng năm date month year", "ngày tháng năm cấp date of issue", "ngày tháng năm hết hạn date of expiry",
        "date of issue", "ngày tháng năm cấp", "tên hộ kinh doanh", "địa chỉ trụ sở", "địa chỉ trụ sở hộ kinh doanh",
        "trụ sở hộ kinh doanh", "địa điểm kinh doanh", "ngành nghề kinh doanh", "ngành nghề", "vốn kinh doanh", "tổng số vốn",
        "số lượng lao động dự kiến", "số lượng lao động", "số lao động", "ngày cấp", "nơi cấp", "cấp ngày", "cơ quan cấp",
        "kính gửi", "lý do", "thời hạn", "phạm vi ủy quyền", "đã đăng ký tại", "quyển số", "số quyển", "loại giấy tờ",
        "đăng ký lần đầu", "nội dung thông báo", "nội dung ủy quyền", "trình độ học vấn", "mã số thuế", "ngày hết hạn",
        "mã số hộ kinh doanh", "ghi chú", "thửa đất số", "tờ bản đồ số", "diện tích", "tại thửa đất", "chức vụ", "làm tại",
        "địa chỉ thửa đất", "nội dung biến động", "đề nghị cấp bản sao có không", "nơi đăng ký", "tình trạng của con",
        "vào sổ theo dõi hồ sơ quyển số", "số thứ tự", "trong thời gian cư trú tại", "số con lần sinh này", "ngày đăng ký",
        "điện thoại di động", "sđt", "số đt", "đt", "fax", "website", "nơi đăng ký khai tử", "người thực hiện", "chiều dài", "hình thức nhận kết quả",
        "giấy tờ kèm theo", "hồ sơ gồm", "căn cứ", "tên gọi khác", "năm đăng ký", "số đăng ký", "loại trích lục", "bí danh",
        "lý do đề nghị", "lý do đề nghị đăng ký thường trú", "lý do đề nghị đăng ký tạm trú", "lý do tạm trú", "lý do thường trú",
        "thời hạn tạm trú", "thời hạn tạm trú đề nghị", "số nhà đường xóm thôn ấp", "số nhà đường phố xóm thôn", "xã phường thị trấn",
        "xã phường", "huyện quận tp", "tỉnh thành phố", "đề nghị được đăng ký thường trú tại địa chỉ",
        "đề nghị được đăng ký tạm trú tại địa chỉ", "số lượng bản cần cấp", "chưa đăng ký kết hôn",
    ),
}  # fmt: skip

_LABELS[Label.RESIDENCE] += tuple(
    f"{place} {which}"
    for place in (
        "nơi cư trú",
        "nơi thường trú",
        "địa chỉ",
        "địa chỉ thường trú",
        "hộ khẩu thường trú",
        "nơi đăng ký thường trú",
        "nơi ở",
    )
    for which in ("cuối cùng", "hiện nay", "hiện tại", "trước khi chết")
)

_WHOSE: dict[Role | None, tuple[str, ...]] = {
    Role.APPLICANT: (
        "người yêu cầu", "của người yêu cầu", "người đi khai sinh", "người đi đăng ký khai sinh", "người đi đăng ký",
        "người nộp hồ sơ", "người khai", "người kê khai", "người đề nghị", "người làm đơn", "người đi khai tử",
        "người yêu cầu đăng ký", "người nộp", "người đi khai", "người yêu cầu cấp bản sao", "người ủy quyền", "người được ủy quyền",
    ),
    Role.MOTHER: ("mẹ", "người mẹ", "của mẹ", "của người mẹ", "mẹ đẻ", "mẹ người nuôi dưỡng", "mẹ hoặc người nuôi dưỡng", "sản phụ",
                  "người mẹ người nuôi dưỡng", "mẹ hoặc người thân thích", "về mẹ"),
    Role.FATHER: ("cha", "người cha", "của cha", "của người cha", "bố", "cha đẻ", "về cha"),
    Role.CHILD: ("con", "của con", "trẻ", "của trẻ", "cháu bé", "trẻ em", "người được khai sinh", "người được đăng ký khai sinh",
                 "của người được khai sinh", "đứa trẻ", "trẻ sơ sinh"),
    Role.DECEASED: ("người chết", "người đã chết", "của người chết", "của người đã chết", "người được khai tử", "người mất",
                    "người quá cố", "người được đăng ký khai tử", "người tử vong"),
    Role.WIFE: ("vợ", "của vợ", "người vợ", "bên nữ", "bên vợ"),
    Role.HUSBAND: ("chồng", "của chồng", "người chồng", "bên nam", "bên chồng"),
    Role.SUBJECT: ("người được cấp", "người được xác nhận", "người được cấp giấy xác nhận tình trạng hôn nhân",
                   "người được cấp bản sao trích lục hộ tịch", "người được cấp bản sao", "người được đăng ký"),
    Role.HOUSEHOLD_HEAD: ("chủ hộ", "của chủ hộ"),
    Role.BUSINESS_OWNER: ("chủ hộ kinh doanh", "của chủ hộ kinh doanh", "chủ cơ sở", "người đại diện hộ kinh doanh"),
    Role.LAND_USER: ("người sử dụng đất", "chủ sử dụng đất", "chủ sử dụng"),
    None: ("người thực hiện", "người ký", "người đỡ đẻ", "cán bộ tiếp nhận", "người tiếp nhận", "cán bộ", "công chức",
           "người làm chứng", "bác sĩ", "người tiếp nhận hồ sơ"),
}  # fmt: skip

# Wordings that name the role themselves.
_ROLES: dict[str, Role] = {
    "tên tôi là": Role.APPLICANT, "tôi tên là": Role.APPLICANT, "tôi tên": Role.APPLICANT, "tôi là": Role.APPLICANT,
    "tiếp nhận hồ sơ của": Role.APPLICANT, "đã tiếp nhận hồ sơ của": Role.APPLICANT, "xét đề nghị của": Role.APPLICANT,
    "tiếp nhận hồ sơ của ông bà": Role.APPLICANT, "đã tiếp nhận hồ sơ của ông bà": Role.APPLICANT, "xét đề nghị của ông bà": Role.APPLICANT,
    "theo đề nghị của ông bà": Role.APPLICANT, "dự định đặt tên con": Role.CHILD, "dự kiến đặt tên con": Role.CHILD,
    "dự định đặt tên con là": Role.CHILD, "tên dự định đặt cho con": Role.CHILD, "đã sinh con vào lúc": Role.CHILD,
    "sinh con vào lúc": Role.CHILD, "thời gian sinh": Role.CHILD, "ngày, tháng, năm sinh của con": Role.CHILD,
    "tên người sử dụng đất": Role.LAND_USER, "chủ hộ": Role.HOUSEHOLD_HEAD, "chủ hộ nơi đến": Role.HOUSEHOLD_HEAD,
    "chủ hộ nơi tạm trú": Role.HOUSEHOLD_HEAD, "chủ hộ nơi thường trú": Role.HOUSEHOLD_HEAD, "tên chủ hộ": Role.HOUSEHOLD_HEAD,
    "người yêu cầu": Role.APPLICANT, "người khai": Role.APPLICANT, "người đi khai sinh": Role.APPLICANT,
    "người đi khai tử": Role.APPLICANT, "người mẹ": Role.MOTHER, "người cha": Role.FATHER, "người chồng": Role.HUSBAND,
    "người vợ": Role.WIFE, "người chết": Role.DECEASED, "chủ hộ kinh doanh": Role.BUSINESS_OWNER,
    "người được khai sinh": Role.CHILD, "người được khai tử": Role.DECEASED,
}  # fmt: skip

# Too short or too common to be a label unless a colon follows.
_WEAK = (
    "xã phường thị trấn", "xã phường", "huyện quận tp", "tỉnh thành phố", "số nhà đường xóm thôn ấp", "số nhà đường phố xóm thôn",
    "tên", "chủ hộ", "chủ hộ nơi đến", "chủ hộ nơi tạm trú", "chủ hộ nơi thường trú", "tên chủ hộ", "người yêu cầu", "người khai",
    "người đi khai sinh", "người đi khai tử", "người mẹ", "người cha", "người chồng", "người vợ", "người chết", "chủ hộ kinh doanh",
    "người được khai sinh", "người được khai tử",
    "ông bà", "ông", "bà", "anh chị", "tại", "thường trú", "cư trú", "chỗ ở", "địa chỉ", "thường trú tại", "cư trú tại",
    "trú tại", "hiện cư trú tại", "đăng ký thường trú tại", "tạm trú tại", "nơi ở", "quan hệ", "nội dung", "căn cứ", "lý do",
    "thời hạn", "tên là", "số no", "sex", "phái", "fax", "cmnd", "cccd", "họ, tên", "diện tích", "số lượng", "email",
    "chức vụ", "ghi chú", "nơi đăng ký", "kính gửi", "của ông bà", "cho ông bà", "dân tộc", "năm sinh", "sinh ngày", "làm tại",
    "đăng ký lần đầu", "ngành nghề", "điện thoại", "đt", "cấp ngày", "tình trạng con", "người thực hiện", "website", "giới tính", "nguyên quán",
)  # fmt: skip

LEXICON = Lexicon.build(_LABELS, _WHOSE, roles=_ROLES, weak=_WEAK)
