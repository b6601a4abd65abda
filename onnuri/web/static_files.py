"""Style and scripts: files of this package and nothing else, kept by browsers under their content's hash."""

from __future__ import annotations

from typing import Final

from fastapi import Response

from onnuri.kit.refusals import NotFound
from onnuri.web.paint import HERE, asset
from onnuri.web.route import pages_router

router = pages_router()
_KINDS: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILES: Final = {path.name: path for path in sorted((HERE / "static").iterdir()) if path.suffix in _KINDS}


class AssetUnknown(NotFound):
    """The package has no such file."""

    code = "asset_unknown"
    ko = "없는 파일입니다."
    en = "There is no such file."


@router.get("/assets/{digest}/{name}")
def one(digest: str, name: str) -> Response:
    """Give a file; under its own hash it never changes."""
    path = _FILES.get(name)
    if path is None:
        raise AssetUnknown
    current = asset(name) == f"/assets/{digest}/{name}"
    return Response(
        path.read_bytes(),
        media_type=_KINDS[path.suffix],
        headers={"Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache"},
    )
