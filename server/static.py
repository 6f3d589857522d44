"""The built pages: console at /, phone at /p, hashed assets; every other path is the console's."""

import re
from pathlib import Path

from aiohttp import web

DIST = Path(__file__).resolve().parent.parent / "client_web" / "dist"
PUBLIC = ("favicon.svg", "push_worker.js", "favicon.ico", "manifest.webmanifest", "robots.txt")
ASSET_NAME = re.compile(r"[A-Za-z0-9._/-]{1,200}")
FOREVER = "public, max-age=31536000, immutable"
NOT_BUILT = "The pages are not built yet: run `npm ci && npm run build` in client_web.\n"


def add_pages(app: web.Application, dist: Path = DIST) -> None:
    """Register the pages and their assets."""
    assets = (dist / "assets").resolve()

    async def console(request: web.Request) -> web.StreamResponse:
        if request.path.startswith(("/api/", "/assets/")):
            raise web.HTTPNotFound
        return _page(dist / "console.html")

    async def phone(request: web.Request) -> web.StreamResponse:
        return _page(dist / "phone.html")

    async def asset(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if not ASSET_NAME.fullmatch(name):
            raise web.HTTPNotFound
        path = (assets / name).resolve()
        if not path.is_relative_to(assets) or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": FOREVER})

    async def icon(request: web.Request) -> web.StreamResponse:
        path = dist / request.path.lstrip("/")
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path)

    app.router.add_get("/p", phone)
    app.router.add_get("/p/", phone)
    app.router.add_get("/assets/{name:.+}", asset)
    for name in PUBLIC:
        app.router.add_get(f"/{name}", icon)
    app.router.add_get("/{path:(?!ws$).*}", console)


def _page(path: Path) -> web.StreamResponse:
    if not path.is_file():
        return web.Response(text=NOT_BUILT, status=503)
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
