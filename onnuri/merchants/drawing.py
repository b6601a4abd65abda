"""Draw a shop's sticker, an upright A6 sheet, as SVG or PNG; for PNG a Korean font of the machine is read."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M

from onnuri.merchants.romanise import romanise
from onnuri.merchants.stall_number import format_stall_number

# A6 in tenths of a millimetre.
_WIDTH: Final = 1050
_HEIGHT: Final = 1480
_CODE_TOP: Final = 210
_CODE_SIDE: Final = 850
_QUIET_MODULES: Final = 4
_FONTS_SVG: Final = "Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif"
_FONT_FILES: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf",
    "/System/Library/Fonts/AppleSDGothicNeo.ttc",
    "C:/Windows/Fonts/malgunbd.ttf",
)


@dataclass(frozen=True, slots=True)
class Sticker:
    """What is drawn: the payload as a QR code, and for people the shop, its market and its stall number."""

    payload: str
    shop_name: str
    market_name: str
    stall_number: str


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    baseline: int
    size: int
    colour: str


def sticker_svg(sticker: Sticker) -> str:
    """Draw the sticker as an SVG document of 105 × 148 mm; the reader's own fonts write the Korean."""
    rows = code_modules(sticker.payload)
    scale = _CODE_SIDE // len(rows)
    left, top = _code_corner(len(rows), scale)
    path = "".join(
        f"M{left + start * scale},{top + row * scale}h{length * scale}v{scale}h-{length * scale}z"
        for row, modules in enumerate(rows)
        for start, length in _runs(modules)
    )
    texts = "\n".join(
        f'  <text x="{_WIDTH // 2}" y="{line.baseline}" font-size="{line.size}" fill="{line.colour}"'
        f' textLength="{_fitted(line)}" lengthAdjust="spacingAndGlyphs">{escape(line.text)}</text>'
        if _fitted(line)
        else f'  <text x="{_WIDTH // 2}" y="{line.baseline}" font-size="{line.size}" fill="{line.colour}">'
        f"{escape(line.text)}</text>"
        for line in _lines(sticker)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="105mm" height="148mm" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        f' role="img" aria-label="{escape(sticker.shop_name, {chr(34): "&quot;"})}">\n'
        f'  <rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n'
        f'  <path d="{path}" fill="#000" shape-rendering="crispEdges"/>\n'
        f'  <g text-anchor="middle" font-weight="700" font-family="{_FONTS_SVG}">\n{texts}\n  </g>\n'
        f"</svg>\n"
    )


def sticker_png(sticker: Sticker, *, font_file: Path | None = None) -> bytes:
    """Draw the sticker as a PNG of 254 dots an inch (a dot is a tenth of a millimetre).

    Without a Korean font on the machine names are written in Latin letters; the stall number reads the same.
    """
    font_path = font_file or korean_font()
    image = Image.new("L", (_WIDTH, _HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    rows = code_modules(sticker.payload)
    scale = _CODE_SIDE // len(rows)
    left, top = _code_corner(len(rows), scale)
    for row, modules in enumerate(rows):
        for start, length in _runs(modules):
            corner = (left + start * scale, top + row * scale)
            draw.rectangle((*corner, corner[0] + length * scale - 1, corner[1] + scale - 1), fill=0)
    for line in _lines(sticker):
        text = line.text if font_path else romanise(line.text, 40)
        font = _font(font_path, line.size)
        width = draw.textlength(text, font=font)
        if width > _WIDTH - 80:
            font = _font(font_path, int(line.size * (_WIDTH - 80) // width))
        draw.text((_WIDTH // 2, line.baseline), text, fill=0, font=font, anchor="ms")
    written = io.BytesIO()
    image.save(written, format="PNG", dpi=(254, 254), optimize=True)
    return written.getvalue()


def code_modules(payload: str) -> list[list[bool]]:
    """Give the QR code's modules row by row, dark is True, with its quiet zone; medium error correction."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET_MODULES)
    code.add_data(payload.encode(), optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


@cache
def korean_font() -> Path | None:
    """Find a font with Korean letters where systems keep them."""
    return next((path for path in map(Path, _FONT_FILES) if path.is_file()), None)


def _lines(sticker: Sticker) -> tuple[_Line, ...]:
    return (
        _Line("온누리상품권 결제", 90, 64, "#0b5d3b"),
        _Line(sticker.market_name, 180, 60, "#333"),
        _Line(sticker.shop_name, _CODE_TOP + _CODE_SIDE + 90, 92, "#000"),
        _Line("점포 번호", _CODE_TOP + _CODE_SIDE + 190, 48, "#333"),
        _Line(format_stall_number(sticker.stall_number), _CODE_TOP + _CODE_SIDE + 350, 170, "#000"),
    )


def _fitted(line: _Line) -> int | None:
    """Give the width a long line is pressed into; Korean letters are about as wide as high, others half."""
    width = sum(line.size if ord(letter) > 0x1100 else line.size * 6 // 10 for letter in line.text)
    return _WIDTH - 80 if width > _WIDTH - 80 else None


def _code_corner(modules: int, scale: int) -> tuple[int, int]:
    spare = _CODE_SIDE - modules * scale
    return (_WIDTH - modules * scale) // 2, _CODE_TOP + spare // 2


def _runs(modules: Iterable[bool]) -> list[tuple[int, int]]:
    """Give the runs of dark modules of a row as start and length."""
    runs: list[tuple[int, int]] = []
    for position, dark in enumerate(modules):
        if not dark:
            continue
        if runs and sum(runs[-1]) == position:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((position, 1))
    return runs


def _font(path: Path | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if path is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(path), size, index=_korean_face(path))


def _korean_face(path: Path) -> int:
    """Choose the Korean face of a collection: Noto's CJK files hold the Japanese one first."""
    return 1 if path.name.startswith("NotoSansCJK") and path.suffix == ".ttc" else 0
