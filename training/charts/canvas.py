"""The fast rasteriser: PIL on a canvas of twice the size (or the size itself, hard-edged), remembering every text."""

import math

from PIL import Image, ImageChops, ImageDraw

from . import fonts
from .palettes import mix
from .style import Style
from .truth import Text

ASCENT, DESCENT = 0.80, 0.22  # of a text's box, in sizes above and below the baseline


class Canvas:
    """Coordinates are pixels of the finished picture, y downwards."""

    def __init__(self, style: Style):
        self.s, self.k = style, 2 if style.smooth else 1
        self.w, self.h = style.width, style.height
        self.image = Image.new("RGB", (self.w * self.k, self.h * self.k), style.back)
        self.draw = ImageDraw.Draw(self.image)
        self.blend = ImageDraw.Draw(self.image, "RGBA")
        self.texts: list[Text] = []

    def finish(self) -> Image.Image:
        if self.s.fringes and self.k > 1:
            red, green, blue = self.image.split()
            self.image = Image.merge("RGB", (ImageChops.offset(red, -1, 0), green, ImageChops.offset(blue, 1, 0)))
        return self.image.reduce(self.k) if self.k > 1 else self.image

    def _px(self, value: float, least: float = 1.0) -> int:
        return max(1, round(max(value, least / self.k) * self.k))

    def _at(self, points) -> list:
        k = self.k
        return [(x * k - 0.5, y * k - 0.5) for x, y in points]

    def rect(self, x0, y0, x1, y1, fill=None, outline=None, width=1.0, alpha=1.0, radius=0.0):
        k = self.k
        x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        box = (round(x0 * k), round(y0 * k), max(round(x0 * k), round(x1 * k) - 1), max(round(y0 * k), round(y1 * k) - 1))
        draw = self.blend if alpha < 1 else self.draw
        if fill and alpha < 1:
            fill = (*fill, round(255 * alpha))
        radius = min(radius * k, (box[2] - box[0]) / 2, (box[3] - box[1]) / 2)
        if radius >= 1:
            draw.rounded_rectangle(box, radius, fill=fill, outline=outline, width=self._px(width))
        else:
            draw.rectangle(box, fill=fill, outline=outline, width=self._px(width))

    def line(self, points, colour, width=1.0, dash=()):
        if len(points) < 2:
            return
        if dash:
            for piece in dashed(points, [d * max(1.0, width * 0.7) for d in dash]):
                self.draw.line(self._at(piece), fill=colour, width=self._px(width))
            return
        self.draw.line(self._at(points), fill=colour, width=self._px(width), joint="curve" if width * self.k > 2 and len(points) > 2 else None)

    def polygon(self, points, fill, outline=None, width=1.0, alpha=1.0):
        if alpha < 1:
            self.blend.polygon(self._at(points), fill=(*fill, round(255 * alpha)))
        else:
            self.draw.polygon(self._at(points), fill=fill)
        if outline:
            self.line([*points, points[0]], outline, width)

    def hatch(self, x0, y0, x1, y1, colour, step, falling):
        """Slanted lines inside a rectangle."""
        offset = 0.0
        while offset < (x1 - x0) + (y1 - y0):
            a, b = (x0 + offset, y0), (x0 + offset - (y1 - y0), y1)
            if a[0] > x1:
                a = (x1, y0 + (a[0] - x1))
            if b[0] < x0:
                b = (x0, y1 - (x0 - b[0]))
            if falling:
                a, b = (x0 + x1 - a[0], a[1]), (x0 + x1 - b[0], b[1])
            self.draw.line(self._at([a, b]), fill=colour, width=self.k)
            offset += step

    def marker(self, x, y, shape, size, colour, hollow=False, edge=None):
        r = size / 2
        if shape in ("cross", "plus", "star"):
            width = max(1.0, size / 5)
            if shape != "plus":
                self.line([(x - r, y - r), (x + r, y + r)], colour, width)
                self.line([(x - r, y + r), (x + r, y - r)], colour, width)
            if shape != "cross":
                self.line([(x - r, y), (x + r, y)], colour, width)
                self.line([(x, y - r), (x, y + r)], colour, width)
            return
        fill, line = (self.s.plot_back, colour) if hollow else (colour, edge)
        if shape == "circle":
            k = self.k
            self.draw.ellipse(
                ((x - r) * k - 0.5, (y - r) * k - 0.5, (x + r) * k - 0.5, (y + r) * k - 0.5),
                fill=fill,
                outline=line,
                width=self._px(max(1.0, size / 6)),
            )
            return
        corners = {
            "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
            "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
            "triangle": [(0, -1.1), (1.1, 0.9), (-1.1, 0.9)],
            "down": [(0, 1.1), (1.1, -0.9), (-1.1, -0.9)],
        }[shape]
        self.polygon([(x + r * a, y + r * b) for a, b in corners], fill, line, max(1.0, size / 6))

    def width(self, text: str, size: float, bold: bool = False) -> float:
        return fonts.width(self.s.bold if bold else self.s.font, self._size(size), text) / self.k

    def _size(self, size: float) -> int:
        return max(6, round(size * self.k))

    def box(self, x, y, text, anchor, size, bold=False) -> tuple:
        """Where an upright text would stand; anchor letters: l m r, then t m b."""
        width = self.width(text, size, bold)
        left = x - {"l": 0.0, "m": width / 2, "r": width}[anchor[0]]
        base = y + {"t": ASCENT, "m": 0.36, "b": -DESCENT}[anchor[1]] * size
        left = min(max(left, 1.0), max(1.0, self.w - width - 1))
        base = min(max(base, ASCENT * size), self.h - DESCENT * size)
        return left, base - ASCENT * size, left + width, base + DESCENT * size

    def free(self, box, pad: float = 0.0) -> bool:
        """Whether no text stands there yet."""
        return all(box[0] - pad >= t.box[2] or box[2] + pad <= t.box[0] or box[1] >= t.box[3] or box[3] <= t.box[1] for t in self.texts)

    def text(self, x, y, text, role, anchor="mm", size=None, colour=None, bold=False):
        """Write an upright text and remember it."""
        size = size or self.s.em
        face, pixels, k = (self.s.bold if bold else self.s.font), self._size(size), self.k
        box = self.box(x, y, text, anchor, size, bold)
        base, at, chars = round((box[1] + ASCENT * size) * k), box[0], []
        for path, piece in fonts.runs(face, text):
            self.draw.text((round(at * k), base), piece, fill=colour or self.s.ink, font=fonts.load(path, pixels), anchor="ls")
            for char in piece:
                step = fonts.advance(path, pixels, char) / k
                chars.append((char, at, at + step))
                at += step
        self.texts.append(Text(text, box, role, False, chars))

    def turned_text(self, x, y, text, role, angle, size=None, colour=None, anchor="mm", bold=False):
        """Write a text turned anticlockwise by `angle` degrees; `anchor` mm (centre), or for slanted row labels end or start: which lies at x, y."""
        size, k = size or self.s.em, self.k
        face, pixels = (self.s.bold if bold else self.s.font), self._size(size)
        wide, high = math.ceil(self.width(text, size, bold) * k) + 2, math.ceil((ASCENT + DESCENT) * size * k) + 2
        mask = Image.new("L", (wide, high))
        at, draw, middles = 1.0, ImageDraw.Draw(mask), []
        for path, piece in fonts.runs(face, text):
            draw.text((round(at), ASCENT * size * k), piece, fill=255, font=fonts.load(path, pixels), anchor="ls")
            for char in piece:
                step = fonts.advance(path, pixels, char)
                middles.append((char, at + step / 2))
                at += step
        mask = (
            mask.transpose({90: Image.Transpose.ROTATE_90, 270: Image.Transpose.ROTATE_270}[angle])
            if angle in (90, 270)
            else mask.rotate(angle, Image.Resampling.BICUBIC, expand=True)
        )
        left, top = x * k - mask.width / 2, y * k - mask.height / 2
        if anchor in ("end", "start"):
            half = high / 2 * math.sin(math.radians(abs(angle)))
            left, top = x * k - mask.width + half if anchor == "end" else x * k - half, y * k
        left, top = round(min(max(left, 0), max(0, self.w * k - mask.width))), round(min(max(top, 0), max(0, self.h * k - mask.height)))
        self.image.paste(colour or self.s.ink, (left, top), mask)
        along, across = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        below, spots = (ASCENT - 0.36) * size * k - high / 2, []  # the middle of the letters against that of the line
        for char, x in middles:
            x -= wide / 2
            spots.append((char, (left + mask.width / 2 + x * along + below * across) / k, (top + mask.height / 2 - x * across + below * along) / k))
        self.texts.append(Text(text, (left / k, top / k, (left + mask.width) / k, (top + mask.height) / k), role, True, [], spots))

    def fit(self, text: str, size: float, room: float, least: float, bold: bool = False) -> float:
        """The largest size up to `size` at which the text fits; at least `least`."""
        wide = self.width(text, size, bold)
        return size if wide <= room else max(least, size * room / wide * 0.99)

    def wrap(self, text: str, size: float, room: float, bold: bool = False) -> list[str]:
        """Lines no wider than `room` if the words allow it; Chinese breaks anywhere."""
        spaced = " " in text
        words = text.split(" ") if spaced else list(text) if any(ord(c) > 0x2E00 for c in text) else [text]
        glue, lines = " " if spaced else "", []
        for word in words:
            joined = lines[-1] + glue + word if lines else word
            if lines and self.width(joined, size, bold) <= room:
                lines[-1] = joined
            else:
                lines.append(word)
        return lines

    def soft(self, colour, share=0.5):
        return mix(self.s.plot_back, colour, share)


def dashed(points, pattern) -> list:
    """The drawn pieces of a polyline under a dash pattern."""
    pieces, index, left, on = [], 0, pattern[0], True
    current = [points[0]]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        length, done = math.hypot(x1 - x0, y1 - y0), 0.0
        while length - done > left:
            done += left
            at = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length)
            if on:
                pieces.append(current + [at])
            current, on, index = [at], not on, (index + 1) % len(pattern)
            left = pattern[index]
        left -= length - done
        if on:
            current.append((x1, y1))
    if on and len(current) > 1:
        pieces.append(current)
    return pieces


def curve(points, parts: int = 8) -> list:
    """A smooth line through the points (Catmull-Rom)."""
    if len(points) < 3:
        return points
    out = [points[0]]
    ends = [points[0], *points, points[-1]]
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(ends, ends[1:], ends[2:], ends[3:]):
        for i in range(1, parts + 1):
            t = i / parts
            f = lambda a, b, c, d: 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
            out.append((f(ax, bx, cx, dx), f(ay, by, cy, dy)))
    return out
