"""Whether a server may listen where it is told to, asked before it warms up and says that it is ready."""

from __future__ import annotations

import socket

from models.errors import UsageError


def check_place(host: str, port: int) -> None:
    """Raises UsageError where another program listens already, or where this machine has no such address."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as place:
                place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
                place.bind(address)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}:{port} ({error.strerror}): choose another --host or --port",
            f"không mở được {host}:{port} ({error.strerror}): chọn --host hoặc --port khác",
        ) from error
