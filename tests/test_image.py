"""No container engine runs where the tests do: all that Dockerfile and compose file name is held against what exists."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.settings import Settings as PrefectSettings
from prefect.settings import get_current_settings

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OUR_SERVICES = ("sohoa", "worker", "prefect")
# of images that are not ours: what their documentation names
FOREIGN_VARIABLES = {
    "postgres": {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"},
    "objects": {"ROOT_ACCESS_KEY_ID", "ROOT_SECRET_ACCESS_KEY"},
}

FOR_TESTS = {"postgresql", "radosgw", "ceph-mon", "ceph-osd", "ceph-mgr", "ceph-common", "python3-torch"}


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name}\s+(.+)$", DOCKERFILE, re.MULTILINE)


def packages() -> list[str]:
    found = re.findall(r"apt-get install -y --no-install-recommends\s+([a-z0-9.+ -]+?)\s*&&", DOCKERFILE)
    assert len(found) == 2  # one list a stage
    return sorted({name for names in found for name in names.split()})


def test_every_system_package_exists_and_setup_asks_for_the_same_ones() -> None:
    # --simulate: apt itself resolves every name, virtual ones too; nothing is installed
    said = subprocess.run(
        ["apt-get", "install", "--simulate", "--no-install-recommends", *packages()],
        check=False,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stderr
    setup = (ROOT / "scripts" / "setup").read_text(encoding="utf-8")
    asked = set(re.findall(r"missing\+=\((\S+)\)", setup)) - FOR_TESTS
    assert asked <= set(packages()), "scripts/setup installs what the image lacks"


def test_every_copied_file_exists_and_is_let_into_the_build() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    let_in = [line[1:] for line in ignored if line.startswith("!")]
    for line in instructions("COPY"):
        if line.startswith("--from"):
            continue
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert any(fnmatch(source, pattern) for pattern in let_in), f"{source} is not in the build context"


def test_every_room_is_copied() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^packages = \[(.+)\]$", text, re.MULTILINE)
    assert listed
    for room in re.findall(r'"(\w+)"', listed[1]):
        assert f"{room} {room}" in instructions("COPY")


def test_the_image_runs_as_nobody_special_from_locked_packages() -> None:
    assert instructions("USER") == ["sohoa"]
    assert "useradd" in DOCKERFILE
    assert "--require-hashes -r requirements.lock" in DOCKERFILE


def test_the_sohoa_command_of_the_image_is_the_entry_point_of_the_project() -> None:
    script = re.search(r"printf '(.+?)' >/usr/local/bin/sohoa", DOCKERFILE)
    assert script
    module = re.search(r"-m (\S+)", script[1])
    assert module
    said = subprocess.run(
        [sys.executable, "-m", module[1], "--help"], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert said.returncode == 0
    assert "digitize" in said.stdout


def environment(service: dict[str, Any]) -> dict[str, str]:
    return service.get("environment", {})


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_every_variable_that_a_service_sets_is_read_by_someone(name: str) -> None:
    service = COMPOSE["services"][name]
    ours = (ROOT / "models" / "settings.py").read_text(encoding="utf-8")
    prefects = _prefect_variables()
    for variable in environment(service):
        if name in FOREIGN_VARIABLES:
            assert variable in FOREIGN_VARIABLES[name]
        elif variable.startswith("SOHOA_"):
            assert f'"{variable}"' in ours, variable
        else:
            assert variable in prefects, variable


def test_every_variable_of_the_dockerfile_is_read_by_someone() -> None:
    (line,) = instructions("ENV")
    known = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PATH", "LANG", "DO_NOT_TRACK", "SOHOA_HOME"}
    assert {part.split("=")[0] for part in shlex.split(line)} <= known | _prefect_variables()


def test_commands_of_our_services_exist() -> None:
    worker = COMPOSE["services"]["worker"]["entrypoint"]
    assert worker[:2] == ["python", "-m"]
    assert callable(importlib.import_module(worker[2]).main)
    prefect = COMPOSE["services"]["prefect"]
    command = [sys.executable, "-m", *prefect["entrypoint"], "--help"]
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    assert said.returncode == 0
    for option in (part for part in prefect["command"] if part.startswith("--")):
        assert option in said.stdout


def test_services_depend_on_services_and_volumes_that_exist() -> None:
    services, volumes = COMPOSE["services"], COMPOSE["volumes"]
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services
            assert how["condition"] != "service_healthy" or "healthcheck" in services[needed]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith(("$", ".", "/")) or source in volumes
        for config in service.get("configs", []):
            assert config["source"] in COMPOSE["configs"]


def test_hosts_in_addresses_are_services() -> None:
    for name in OUR_SERVICES:
        for value in environment(COMPOSE["services"][name]).values():
            for host in re.findall(r"(?:https?|postgresql(?:\+\w+)?)://(?:[^@/]*@)?([\w.-]+)", value):
                assert host in COMPOSE["services"], value


def _prefect_variables() -> set[str]:
    """Every variable that Prefect's settings read, from its own model."""
    assert isinstance(get_current_settings(), PrefectSettings)
    return set(PrefectSettings().to_environment_variables(include_aliases=True)) | set(_aliases(PrefectSettings))


def _aliases(model: Any, prefix: str = "PREFECT_") -> set[str]:
    found: set[str] = set()
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        choices = getattr(alias, "choices", [alias] if alias else [])
        found |= {str(choice).upper() for choice in choices if isinstance(choice, str)}
        found.add(f"{prefix}{name.upper()}")
        nested = field.annotation
        if hasattr(nested, "model_fields"):
            found |= _aliases(nested, str(nested.model_config.get("env_prefix", f"{prefix}{name}_")).upper())
    return {name if name.startswith("PREFECT_") else f"PREFECT_{name}" for name in found}
