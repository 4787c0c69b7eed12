"""`sourceline chat`: the page, served on this machine until Ctrl-C."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from index.errors import SettingsWrong, SourcelineError
from rag.settings import Settings

PORT = 7860
# Longer than any client or proxy waits before it uses a connection again, which would break just then.
_IDLE = 75  # seconds


def serve(settings: Settings, host: str = "127.0.0.1", port: int = PORT) -> None:
    """Run the page until it is interrupted.

    Raises SettingsWrong for an address that others can reach without a password, SourcelineError for one in use.
    """
    shared = not _is_loopback(host)
    if shared and len(settings.password) < 8:
        raise SettingsWrong(
            f"{host} can be reached by others and there is no password of 8 characters or more",
            "set SOURCELINE_PASSWORD, or leave --host out",
        )
    taken = _socket(host, port)
    import uvicorn

    from ui.web.app import application
    from ui.web.conversations import Conversations
    from ui.web.guard import Door, Throttle
    from ui.web.kept_settings import restored
    from ui.web.library import Library
    from ui.web.page import Page

    library = Library(restored(settings))
    library.start()
    page = Page(
        library=library,
        conversations=Conversations(settings.home),
        door=Door(password=settings.password),
        shared=shared,
    )
    guarded = application(
        page,
        hosts=frozenset() if shared else own_names(port),
        asking=Throttle(most=240, seconds=60) if shared else None,
    )
    config = uvicorn.Config(
        guarded,
        log_level="warning",
        server_header=False,
        lifespan="on",
        ws="none",
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=2,
    )
    print(f"Sourceline is at http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port} (Ctrl-C ends it)", flush=True)  # noqa: S104
    try:
        uvicorn.Server(config).run(sockets=[taken])
    finally:
        library.close()


def own_names(port: int) -> frozenset[str]:
    """What a browser on this machine calls the page; any other name in a request is somebody's trick (DNS rebinding)."""
    return frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _socket(host: str, port: int) -> socket.socket:
    """Taken before anything slow is done. Raises SourcelineError."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        remedy = "choose another with --port, or end what runs there"
        raise SourcelineError(f"{host}:{port} cannot be used ({error.strerror or error})", remedy) from error
