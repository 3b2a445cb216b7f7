"""The house holds: which room may import what, one home per library, names that collide with nothing."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("models", "pipeline", "registry", "storage", "flows", "api", "scripts")

# room: (rooms of ours it may import, third parties it may import)
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "models": (set(), {"numpy"}),
    "pipeline": (
        {"models"},
        {
            "cv2",
            "numpy",
            "PIL",
            "pytesseract",
            "pdf2image",
            "pikepdf",
            "zxingcpp",
            "rapidfuzz",
            "onnxruntime",
            "pyhanko",
            "pyhanko_certvalidator",
            "asn1crypto",
        },
    ),
    "registry": ({"models", "pipeline"}, {"sqlalchemy", "httpx", "fastapi", "uvicorn"}),
    "storage": ({"models"}, {"minio", "urllib3", "sqlalchemy", "psycopg", "cryptography"}),
    "flows": ({"models", "pipeline", "registry", "storage"}, {"prefect"}),
    "api": (
        {"models", "storage", "registry", "flows"},
        {"fastapi", "starlette", "pydantic", "uvicorn", "httpx", "prometheus_client"},
    ),
    "scripts": (
        set(ROOMS),
        {
            "typer",
            "xlsxwriter",
            "rich",
            "reportlab",
            "numpy",
            "cv2",
            "PIL",
            "pikepdf",
            "fontTools",
            "uvicorn",
            "splink",
            "duckdb",
            "torch",
            "onnx",
            "onnxruntime",
        },
    ),
}

# library: the only modules that may import it (a module of ours, or a folder of them)
HOMES: dict[str, tuple[str, ...]] = {
    "pytesseract": ("pipeline/tesseract.py",),
    "pdf2image": ("pipeline/rasterize.py",),
    "rapidfuzz": ("pipeline/similarity.py", "pipeline/labels.py"),
    "onnxruntime": ("pipeline/line_recognizer.py", "scripts/train_recognizer/"),
    "torch": ("scripts/train_recognizer/",),
    "onnx": ("scripts/train_recognizer/",),
    "pyhanko": ("pipeline/signature.py",),
    "cryptography": ("storage/sealed.py", "storage/report_seal.py"),
    "pyhanko_certvalidator": ("pipeline/signature.py",),
    "asn1crypto": ("pipeline/signature.py",),
    "xlsxwriter": ("scripts/spreadsheet.py", "scripts/report_workbook.py"),
    "zxingcpp": ("pipeline/codes.py", "pipeline/qr_writing.py"),
    "reportlab": ("scripts/report_sheet.py",),
    "minio": ("storage/bucket.py",),
    "urllib3": ("storage/bucket.py",),
    "prefect": ("flows/",),
    "httpx": ("registry/", "api/"),
    "sqlalchemy": ("storage/", "registry/"),
    "prometheus_client": ("api/metrics.py",),
    "typer": ("scripts/",),
    "rich": ("scripts/",),
    "splink": ("scripts/peer_splink.py",),  # in a Python of its own
    "duckdb": ("scripts/peer_splink.py",),
}

# the clock, the network and the environment belong to the shell: the core gets values
IMPURE = {"os", "time", "socket", "sqlite3", "http", "urllib", "logging", "random"}
IMPURE_ALLOWED = {
    "pipeline/tesseract.py", "pipeline/limits.py", "pipeline/poppler.py", "pipeline/confine.py",
    "pipeline/confined_child.py", "pipeline/standing_back.py",  # programs run as children: environment, limits, priority
}  # fmt: skip


def modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> list[tuple[str, bool]]:
    """Top-level names of all that a module imports, and whether absolutely."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name.split(".")[0], True) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(((node.module or "").split(".")[0], node.level == 0))
    return found


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    room = name_of(path).split("/")[0]
    ours, theirs = TABLE[room]
    for name, absolute in imported(path):
        assert absolute, f"relative import in {name_of(path)}"
        allowed = name in sys.stdlib_module_names or name == room or name in ours | theirs
        assert allowed, f"{name_of(path)} imports {name}"
        homes = HOMES.get(name)
        if homes:
            assert name_of(path).startswith(homes), f"{name} has its home in {homes}, not in {name_of(path)}"


@pytest.mark.parametrize("path", [p for p in modules() if name_of(p).startswith(("pipeline/", "models/"))], ids=name_of)
def test_the_core_asks_no_clock_no_network_no_environment(path: Path) -> None:
    if name_of(path) == "models/settings.py":
        return  # the one reader of the environment, called by the shell
    found = {name for name, _ in imported(path)} & IMPURE
    assert not found or name_of(path) in IMPURE_ALLOWED, f"{name_of(path)} imports {found}"


def test_every_module_says_in_its_first_line_what_lives_there() -> None:
    silent = [name_of(p) for p in modules() if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))]
    assert silent == []


def test_no_file_is_named_like_a_room_a_library_or_a_standard_module() -> None:
    libraries = set().union(*(theirs for _, theirs in TABLE.values()))
    taken = set(ROOMS) | libraries | set(sys.stdlib_module_names)
    clashing = [name_of(p) for p in modules() if p.stem in taken and p.stem != "__init__"]
    assert clashing == []


def test_every_room_is_a_package_that_pyproject_lists() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for room in ROOMS:
        assert (ROOT / room / "__init__.py").is_file()
        assert f'"{room}"' in text


def test_no_installed_distribution_but_ours_claims_our_package_names() -> None:
    claimed = packages_distributions()
    for room in ROOMS:
        assert set(claimed.get(room, ["sohoa"])) == {"sohoa"}, f"{room} is also claimed by {claimed[room]}"
