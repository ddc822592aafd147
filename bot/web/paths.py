"""Serving under a path of another site, behind a proxy that strips it or not."""

from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """Gives every request the root path, and the full path that ASGI asks for with it."""

    def __init__(self, app: ASGIApp, *, root_path: str) -> None:
        self._app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            if path != self._root_path and not path.startswith(f"{self._root_path}/"):
                path = self._root_path + path
            scope = {**scope, "root_path": self._root_path, "path": path}
        await self._app(scope, receive, send)


def route_path(scope: Scope) -> str:
    """The path below the root path, as routes are written."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
