"""What the command-line library itself says (panels, wrong usage, the help option), in Vietnamese where that is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from typer.core import TyperGroup

from scripts.language import language

if TYPE_CHECKING:
    from typer._click.core import Command  # typer gives no public name to it

_HELP = "Hiện trợ giúp này."
_PANELS = {
    "ARGUMENTS_PANEL_TITLE": "Tham số",
    "OPTIONS_PANEL_TITLE": "Tùy chọn",
    "COMMANDS_PANEL_TITLE": "Lệnh",
    "ERRORS_PANEL_TITLE": "Lỗi",
    "DEFAULT_STRING": "[mặc định: {}]",
    "REQUIRED_LONG_STRING": "[bắt buộc]",
    "ABORTED_TEXT": "Đã dừng.",
    "RICH_HELP": "Xem [blue]'{command_path} {help_option}'[/].",
}
_USAGE = tuple(
    (re.compile(english, re.DOTALL), vietnamese)
    for english, vietnamese in (
        (r"No such option: (\S+)", r"Không có tùy chọn \1."),
        (r"No such option: (\S+) \(Possible options: (.+)\)", r"Không có tùy chọn \1; có lẽ là \2."),
        (r"No such command (.+)\.", r"Không có lệnh \1."),
        (r"Missing command\.", "Thiếu tên lệnh."),
        (r"Missing argument (.+?)\.(.*)", r"Thiếu tham số \1.\2"),
        (r"Missing option (.+?)\.(.*)", r"Thiếu tùy chọn \1.\2"),
        (r"Got unexpected extra argument\(s\) \((.+)\)", r"Thừa tham số: \1."),
        (r"Option (.+) requires an argument\.?", r"Tùy chọn \1 cần một giá trị."),
        (r"Option (.+) does not take a value\.", r"Tùy chọn \1 không nhận giá trị."),
        (r"Invalid value for (.+?): (?:file|path|dir) (.+) does not exist\.", r"\1: không tìm thấy \2."),
        (r"Invalid value for (.+?): (?:file|path) (.+) is a directory\.", r"\1: \2 là thư mục, không phải tệp."),
        (r"Invalid value for (.+?): (?:file|path) (.+) is not readable\.", r"\1: không có quyền đọc \2."),
        (
            r"Invalid value for (.+?): (?:Value error, )?(.+) is not one of (.+)\.",
            r"\1: không có \2; chọn một trong: \3.",
        ),
        (r"Invalid value for (.+?): Input should be a valid (?:integer|number),.*", r"\1: cần một số."),
        (r"Invalid value for (.+?): Input should be greater than or equal to (.+)", r"\1: ít nhất là \2."),
        (r"Invalid value for (.+?): Input should be less than or equal to (.+)", r"\1: nhiều nhất là \2."),
        (r"Invalid value for (.+?): (.*)", r"Giá trị không đúng cho \1: \2"),
    )
)


def speak_vietnamese() -> None:
    """Panels and hints in Vietnamese, where SOHOA_LANG does not ask for English."""
    if language() == "en":
        return
    from typer import rich_utils  # noqa: PLC0415 # rich loads only where it is used

    for name, words in _PANELS.items():
        setattr(rich_utils, name, words)


def reword(error: Any) -> None:
    """Has an error of wrong usage say itself in Vietnamese; what is not known here stays as it is."""
    if language() == "en" or not hasattr(error, "format_message"):
        return
    said = usage_words(error.format_message())
    error.format_message = lambda: said


def usage_words(english: str) -> str:
    """A message of wrong usage in Vietnamese."""
    for pattern, vietnamese in _USAGE:
        if found := pattern.fullmatch(english):
            return found.expand(vietnamese)
    return english


def explain_help(command: Command) -> None:
    """Gives the help option of a command, and of those below it, its word in Vietnamese."""
    if language() == "en":
        return
    for each in _with_those_below(command):
        given = each.get_help_option

        def in_vietnamese(ctx: Any, given: Any = given) -> Any:
            option = given(ctx)
            if option is not None:
                option.help = _HELP
            return option

        each.get_help_option = in_vietnamese  # type: ignore[method-assign] # typer offers no other way to its text


def _with_those_below(command: Command) -> Iterator[Command]:
    yield command
    if isinstance(command, TyperGroup):
        for each in command.commands.values():
            yield from _with_those_below(each)
