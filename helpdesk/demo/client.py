"""A small client of the HTTP API, as a shop would write one."""

from __future__ import annotations

import json
from typing import Any

import urllib3


class ApiRefused(Exception):
    """The API answered with a problem; `status` and `code` say which."""

    def __init__(self, status: int, problem: Any) -> None:
        told = problem if isinstance(problem, dict) else {}
        super().__init__(f"{status} {told.get('detail') or told.get('title') or problem}")
        self.status = status
        self.code = str(told.get("code", ""))


class ApiClient:
    """Speaks to `<base>/api/v1` with one key. Raises `ApiRefused`, and urllib3's `HTTPError` where nobody answers."""

    def __init__(self, base: str, key: str) -> None:
        self.base = base.rstrip("/") + "/api/v1"
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self.pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=5, read=30))

    def send(self, method: str, path: str, body: object | None = None) -> Any:
        """Send one request and return the decoded answer."""
        data = None if body is None else json.dumps(body).encode()
        answer = self.pool.request(method, self.base + path, body=data, headers=self.headers)
        decoded = json.loads(answer.data) if answer.data else None
        if answer.status >= 400:
            raise ApiRefused(answer.status, decoded)
        return decoded
