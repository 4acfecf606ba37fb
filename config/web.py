"""The web server of one port, in as many processes as are wanted."""

from __future__ import annotations

import os

import uvicorn

from config import exposure
from config.front.bounded_http import BoundedHttp


def main() -> None:
    exposure.public_url()  # one that cannot be used ends each process that is started, again and again
    uvicorn.run(
        "config.front.web_process:application",
        host=exposure.host().strip("[]"),
        port=exposure.port(),
        workers=int(os.environ.get("ATTEND_WEB_PROCESSES") or 2),
        http=BoundedHttp,
        ws="none",
        lifespan="off",
        proxy_headers=bool(exposure.proxies()),
        forwarded_allow_ips=exposure.proxies(),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,  # an open stream would keep it alive for ever
    )


if __name__ == "__main__":
    main()
