"""ALTO 4: what its schema asks for, words where they stand, and pages that could not be used in their place."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from models.page import Box, Line, Word
from pipeline.alto import NAMESPACE, alto
from tests.printed_pages import blank_page, printed_page, rejected_page

# What the schema of version 4.4 says of the elements used: children in their order, attributes required and allowed.
_PLACE = {"HPOS", "VPOS", "WIDTH", "HEIGHT"}
RULES = {
    "alto": (["Description", "Layout"], set(), {"SCHEMAVERSION", "schemaLocation"}),
    "Description": (["MeasurementUnit", "sourceImageInformation", "Processing"], set(), set()),
    "MeasurementUnit": ([], set(), set()),
    "sourceImageInformation": (["fileName"], set(), set()),
    "fileName": ([], set(), set()),
    "Processing": (["processingCategory", "processingSoftware"], {"ID"}, set()),
    "processingCategory": ([], set(), set()),
    "processingSoftware": (["softwareName"], set(), set()),
    "softwareName": ([], set(), set()),
    "Layout": (["Page"], set(), set()),
    "Page": (["PrintSpace"], {"ID", "PHYSICAL_IMG_NR"}, {"WIDTH", "HEIGHT", "PC", "QUALITY", "QUALITY_DETAIL"}),
    "PrintSpace": (["TextBlock"], _PLACE, set()),
    "TextBlock": (["TextLine"], {"ID", *_PLACE}, {"LANG"}),
    "TextLine": (["String", "SP"], _PLACE, {"ID"}),
    "String": ([], {"CONTENT", *_PLACE}, {"ID", "WC"}),
    "SP": ([], set(), {"HPOS", "VPOS", "WIDTH"}),
}
_NUMBERS = {"HPOS", "VPOS", "WIDTH", "HEIGHT", "PHYSICAL_IMG_NR"}


def faults(root: ET.Element) -> list[str]:
    """Where the tree breaks the rules."""
    found, names = [], []
    for element in root.iter():
        name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        children, required, allowed = RULES[name]
        given = {key.rpartition("}")[2] for key in element.keys()}  # noqa: SIM118  # an element's keys are its attributes
        found += [f"{name} lacks {key}" for key in required - given]
        found += [f"{name} has {key}" for key in given - required - allowed]
        below = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
        found += [f"{name} holds {child}" for child in below if child not in children]
        if name == "TextLine":
            expected = ["String", "SP"] * len(below)
            found += ["words and spaces do not alternate"] if below != expected[: len(below)] or not below else []
        elif below != sorted(below, key=children.index):
            found.append(f"{name} is out of order")
        names += [element.get("ID")] if "ID" in given else []
        found += [f"{key} is no count" for key in given & _NUMBERS if not re.fullmatch(r"\d+", element.attrib[key])]
        found += [f"{key} is no share" for key in given & {"WC", "PC"} if not 0 <= float(element.attrib[key]) <= 1]
    found += ["one ID twice"] if len(set(names)) < len(names) else []
    found += ["an ID is no name"] if not all(re.fullmatch(r"[A-Za-z_][\w.-]*", name) for name in names) else []
    return found


PAGES = (
    printed_page("CỘNG HÒA XÃ HỘI|ỦY BAN NHÂN DÂN", "Độc lập - Tự do", "", "", "", 'Họ tên: <NGUYỄN> & "MẪU"'),
    blank_page(2),
    rejected_page(3),
)


def test_what_the_schema_asks_for():
    root = ET.fromstring(alto(PAGES, file="tờ khai & <1>.pdf"))
    assert faults(root) == []
    assert root.findtext(f".//{{{NAMESPACE}}}fileName") == "tờ khai & <1>.pdf"


def test_words_stand_where_they_were_read():
    root = ET.fromstring(alto(PAGES, file="a.pdf"))
    blocks = [
        [[word.get("CONTENT") for word in line.iter(f"{{{NAMESPACE}}}String")] for line in block]
        for block in root.iter(f"{{{NAMESPACE}}}TextBlock")
    ]
    assert blocks == [
        [["CỘNG", "HÒA", "XÃ", "HỘI"]],
        [["ỦY", "BAN", "NHÂN", "DÂN"]],
        [["Độc", "lập", "-", "Tự", "do"]],
        [["Họ", "tên:", "<NGUYỄN>", "&", '"MẪU"']],
    ]
    word = next(root.iter(f"{{{NAMESPACE}}}String"))
    assert {key: word.attrib[key] for key in ("HPOS", "VPOS", "WIDTH", "HEIGHT", "WC")} == {
        "HPOS": "100", "VPOS": "100", "WIDTH": "56", "HEIGHT": "28", "WC": "0.960",
    }  # fmt: skip
    qualities = [page.get("QUALITY_DETAIL") for page in root.iter(f"{{{NAMESPACE}}}Page")]
    assert qualities == [None, None, "no_readable_text"]


words = st.builds(
    Word, st.text(min_size=1, max_size=8), st.floats(0, 1),
    st.builds(Box, st.integers(0, 900), st.integers(0, 900), st.integers(1, 90), st.integers(1, 40)),
)  # fmt: skip
lines = st.lists(words, min_size=1, max_size=4).map(lambda found: Line(tuple(found)))


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, max_size=5).map(tuple), st.text(max_size=20))
def test_any_reading_makes_a_valid_file(read, file):
    assert faults(ET.fromstring(alto([replace(printed_page("x"), lines=read)], file=file))) == []
