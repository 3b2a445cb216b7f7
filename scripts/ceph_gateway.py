"""A real, production S3 server for tests: a Ceph cluster of one in memory with its RADOS Gateway, from Debian."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from models.errors import UsageError
from scripts.server_process import (
    ACCESS_KEY,
    SECRET_KEY,
    Environment,
    answers,
    free_port,
    own_folder,
    running,
    s3_environment,
)

_PACKAGES = "radosgw ceph-mon ceph-osd ceph-mgr ceph-common"
_PROGRAMS = ("ceph", "ceph-mon", "ceph-osd", "ceph-mgr", "monmaptool", "radosgw", "radosgw-admin")
_COMMAND_SECONDS = 60
_TRIES = 8

# One daemon of each kind, one copy of each object, in memory: the cluster goes with its folder. Without cephx, as it
# listens on this machine only; msgr2 off, for a monitor on one plain address. Without tcp_nodelay every GET waits
# 40 ms for a delayed acknowledgement.
_CONFIGURATION = """
[global]
fsid = {fsid}
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
mon_host = v1:127.0.0.1:{mon_port}
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr2 = false
run_dir = {folder}
mon_data = {folder}/mon
osd_data = {folder}/osd
mgr_data = {folder}/mgr
rgw_data = {folder}/rgw
log_file = {folder}/$name.log
mon_cluster_log_file = {folder}/cluster.log
admin_socket = {folder}/$name.asok
crash_dir = {folder}/crash
osd_objectstore = memstore
memstore_device_bytes = 2147483648
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
mon_data_avail_warn = 1
mon_data_avail_crit = 1
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:{rgw_port} tcp_nodelay=1
rgw_enable_usage_log = false
"""


@contextmanager
def ceph_s3() -> Iterator[Environment]:
    """Ceph RADOS Gateway: versions, object locks, conditional writes with one winner. Yields SOHOA_ settings."""
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if missing:
        raise UsageError(f"Ceph is missing ({missing[0]}): apt-get install --no-install-recommends {_PACKAGES}")
    with own_folder("ceph") as folder, ExitStack() as daemons:
        fsid, mon_port, rgw_port = str(uuid.uuid4()), free_port(), free_port()
        configuration = folder / "ceph.conf"
        text = _CONFIGURATION.format(fsid=fsid, folder=folder, mon_port=mon_port, rgw_port=rgw_port)
        configuration.write_text(text, encoding="utf-8")
        for name in ("mon", "osd", "mgr", "rgw", "crash"):
            (folder / name).mkdir()

        def tool(*command: str, check: bool = True) -> bool:
            return _ran(command, configuration, folder / "tools.log", check=check)

        def daemon(ready: Sequence[str] | int, *command: str) -> None:
            """Starts a daemon; ready when the command succeeds, or the port answers."""
            started = running(
                [command[0], "-f", "-c", str(configuration), *command[1:]],
                folder / f"{command[0]}.out",
                ready=lambda: answers(ready) if isinstance(ready, int) else tool(*ready, check=False),
            )
            daemons.enter_context(started)

        monmap = str(folder / "monmap")
        tool("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"v1:127.0.0.1:{mon_port}", monmap)
        tool("ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap)
        daemon(("ceph", "--connect-timeout", "5", "mon", "stat"), "ceph-mon", "-i", "a")
        daemon(("ceph", "mgr", "stat"), "ceph-mgr", "-i", "a")
        osd = str(uuid.uuid4())
        tool("ceph", "osd", "new", osd)
        tool("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd)
        for tries_left in reversed(range(_TRIES)):
            try:
                daemon(("ceph", "tell", "osd.0", "version"), "ceph-osd", "-i", "0")
                break
            except UsageError:  # it sometimes asks before it has the monitors' map: "wrong fsid", and ends
                if not tries_left:
                    raise
        keys = ("--access-key", ACCESS_KEY, "--secret", SECRET_KEY)
        tool("radosgw-admin", "user", "create", "--uid", "sohoa", "--display-name", "sohoa", *keys)
        daemon(rgw_port, "radosgw", "-n", "client.rgw")
        yield s3_environment(rgw_port)


def _ran(command: Sequence[str], configuration: Path, log: Path, *, check: bool) -> bool:
    program, *arguments = command
    # `ceph` too is refused where it asks before it has the monitors' map; each of its commands here may be given again
    for _ in range(_TRIES if check and program == "ceph" else 1):
        with log.open("ab") as sink:
            done = subprocess.run(
                [program, "-c", str(configuration), *arguments],
                check=False,
                stdout=sink,
                stderr=sink,
                timeout=_COMMAND_SECONDS,
            )
        if not done.returncode:
            break
    if check and done.returncode:
        said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise UsageError(f"{program} failed:\n{said}")
    return done.returncode == 0
