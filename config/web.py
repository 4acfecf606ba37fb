"""The web server of one port."""

from __future__ import annotations

import uvicorn

from config import exposure


def main() -> None:
    uvicorn.run(
        "config.asgi:application",
        host=exposure.host().strip("[]"),
        port=exposure.port(),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,  # an open stream would keep it alive for ever
    )


if __name__ == "__main__":
    main()
