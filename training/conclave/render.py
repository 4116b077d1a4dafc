"""The generator's own renderer (PIL): a spec to a picture and the place of every text and mark."""

import functools
import math
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

from .spec import Spec, number

FONT_ROOT = "/usr/share/fonts/truetype/"


@dataclass
class Text:
    """A drawn string: its box in picture pixels, and whether it stands upright."""

    text: str
    box: tuple
    role: str
    rotated: bool = False
    chars: list = field(default_factory=list)  # (character, x0, x1)


@dataclass
class Drawing:
    """A picture with its geometry, in picture pixels."""

    image: Image.Image
    texts: list
    marks: dict          # (series, row) -> (x, y)
    ticks: list          # (pixel, text) along the value axis, low to high
    plot: tuple = (0, 0, 0, 0)


@functools.lru_cache(maxsize=512)
def load_font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT_ROOT + name, size, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=100000)
def _advance(name: str, size: int, char: str) -> float:
    return load_font(name, size).getlength(char)


class Canvas:
    """Draws and remembers what was written where."""

    def __init__(self, spec: Spec):
        style = self.style = spec.style
        self.w, self.h = style.width, style.height
        self.back, self.ink, self.faint = ("#1e1e24", "#f0f0f0", "#4a4a55") if style.dark else ("#ffffff", "#202020", "#d8d8d8")
        self.image = Image.new("RGB", (self.w, self.h), self.back)
        self.draw = ImageDraw.Draw(self.image)
        self.em = max(7, round(style.size * self.h))
        self.texts = []

    def width(self, text: str, size: int | None = None) -> float:
        return sum(_advance(self.style.font, size or self.em, c) for c in text)

    def text(self, x: float, y: float, text: str, role: str, anchor: str = "mm", size: int | None = None, colour=None):
        """Write `text`; anchor letters: l m r, then t m b."""
        size = size or self.em
        font, width = load_font(self.style.font, size), self.width(text, size)
        left = x - {"l": 0, "m": width / 2, "r": width}[anchor[0]]
        top = y - {"t": 0, "m": size / 2, "b": size}[anchor[1]]
        left = min(max(left, 1), max(1, self.w - width - 1))
        self.draw.text((left, top + size * 0.87), text, fill=colour or self.ink, font=font, anchor="ls")
        chars, at = [], left
        for c in text:
            step = _advance(self.style.font, size, c)
            chars.append((c, at, at + step))
            at += step
        self.texts.append(Text(text, (left, top, at, top + size), role, False, chars))

    def vertical_text(self, x: float, y: float, text: str, role: str):
        """Centred at (x, y), read upwards."""
        width, size = math.ceil(self.width(text)) + 2, self.em
        strip = Image.new("RGB", (width, round(size * 1.3)), self.back)
        ImageDraw.Draw(strip).text((1, size * 0.95), text, fill=self.ink, font=load_font(self.style.font, size), anchor="ls")
        self.image.paste(strip.rotate(90, expand=True), (round(x - size * 0.65), round(y - width / 2)))
        self.texts.append(Text(text, (x - size / 2, y - width / 2, x + size / 2, y + width / 2), role, True))


def _shown(text: str, spec: Spec) -> str:
    """A number as written in the picture: thousands separators if the style has them."""
    whole, dot, rest = text.partition(".")
    if spec.style.thousands and len(whole.lstrip("-")) > 3:
        whole = f"{int(whole):,}"
    return whole + dot + rest


def _tick_text(value: float, spec: Spec) -> str:
    text = _shown(number(value, spec.decimals), spec)
    if spec.style.unit_on_ticks and spec.unit:
        return spec.unit + text if spec.unit in "$€" else text + spec.unit if spec.unit == "%" else f"{text} {spec.unit}"
    return text


def _with_unit(label: str, spec: Spec) -> str:
    return f"{label} ({spec.unit})" if label and spec.unit and not spec.style.unit_on_ticks else label


def _tick_values(spec: Spec) -> list[float]:
    low, high, step = spec.axis
    return [low + i * step for i in range(round((high - low) / step) + 1)]


def _legend(c: Canvas, names: list, colours: list, where: str, left: float, top: float, right: float, bottom: float):
    """Draw the legend inside the free box; return the box that is left."""
    em = c.em
    if where == "right":
        wide = max(c.width(n) for n in names) + em * 2
        for i, (name, colour) in enumerate(zip(names, colours)):
            y = top + em * (1 + 1.6 * i)
            c.draw.rectangle((right - wide + em * 0.4, y - em * 0.35, right - wide + em * 1.1, y + em * 0.35), fill=colour)
            c.text(right - wide + em * 1.5, y, name, "legend", "lm")
        return left, top, right - wide, bottom
    total = sum(c.width(n) + em * 2.2 for n in names)
    x, y = max(2, (left + right - total) / 2), top + em * 0.7 if where == "top" else bottom - em * 0.7
    for name, colour in zip(names, colours):
        c.draw.rectangle((x, y - em * 0.35, x + em * 0.7, y + em * 0.35), fill=colour)
        c.text(x + em, y, name, "legend", "lm")
        x += c.width(name) + em * 2.2
    return (left, top + em * 1.6, right, bottom) if where == "top" else (left, top, right, bottom - em * 1.6)


def _title_and_legend(c: Canvas, spec: Spec):
    em = c.em
    left, top, right, bottom = em * 0.5, em * 0.5, c.w - em * 0.6, c.h - em * 0.4
    if spec.title:
        size = round(em * 1.2) if c.width(spec.title, round(em * 1.2)) < c.w * 0.96 else em
        c.text(c.w / 2, top, spec.title, "title", "mt", size)
        top += size * 1.5
    if spec.has_legend:
        left, top, right, bottom = _legend(c, spec.series, spec.style.palette, spec.style.legend, left, top, right, bottom)
    return left, top, right, bottom


def _frame(c: Canvas, plot, spec: Spec, value_pixels, horizontal: bool):
    left, top, right, bottom = plot
    for pixel in value_pixels if spec.style.grid else []:
        c.draw.line((pixel, top, pixel, bottom) if horizontal else (left, pixel, right, pixel), fill=c.faint, width=max(1, c.w // 400))
    thick = max(1, c.w // 320)
    if spec.style.frame == "box":
        c.draw.rectangle(plot, outline=c.ink, width=thick)
    elif spec.style.frame == "axes":
        c.draw.line((left, top, left, bottom, right, bottom), fill=c.ink, width=thick)


def _vertical(c: Canvas, spec: Spec) -> Drawing:
    """Bars and lines with the value axis on the left."""
    em, s = c.em, spec.style
    left, top, right, bottom = _title_and_legend(c, spec)
    ticks = [(v, _tick_text(v, spec)) for v in _tick_values(spec)]
    if spec.ylabel:
        left += em * 1.3
    plot_left = left + max(c.width(t) for _, t in ticks) + em * 0.6
    plot_bottom = bottom - em * (1.6 + (1.4 if spec.xlabel else 0))
    plot = (plot_left, top + em * 0.8, right, plot_bottom)
    low, high, _ = spec.axis
    pixel = lambda v: plot_bottom - (v - low) / (high - low) * (plot_bottom - plot[1])
    if spec.ylabel:
        c.vertical_text(left - em * 0.6, (plot[1] + plot_bottom) / 2, _with_unit(spec.ylabel, spec), "ylabel")
    _frame(c, plot, spec, [pixel(v) for v, _ in ticks], False)
    for v, t in ticks:
        c.text(plot_left - em * 0.4, pixel(v), t, "tick", "rm")
    slot = (right - plot_left) / len(spec.categories)
    centres = [plot_left + slot * (i + 0.5) for i in range(len(spec.categories))]
    _category_row(c, spec, centres, slot, plot_bottom + em * 0.4)
    if spec.xlabel:
        c.text((plot_left + right) / 2, bottom, spec.xlabel, "xlabel", "mb")
    marks = _bars(c, spec, centres, slot, pixel) if spec.kind == "bar" else _lines(c, spec, centres, pixel)
    return Drawing(c.image, c.texts, marks, [(pixel(v), number(v, spec.decimals)) for v, _ in ticks], plot)


def _category_row(c: Canvas, spec: Spec, centres, slot, y):
    """Names below the axis; the text shrinks when they would touch."""
    size = c.em
    while size > 6 and max(c.width(n, size) for n in spec.categories) > slot * 0.97:
        size -= 1
    for x, name in zip(centres, spec.categories):
        c.text(x, y, name, "category", "mt", size)


def _bars(c: Canvas, spec: Spec, centres, slot, pixel) -> dict:
    s, marks, count = spec.style, {}, len(spec.series)
    wide = slot * s.bar_fill / count
    base = pixel(spec.axis[0])
    for row, centre in enumerate(centres):
        for i in range(count):
            x0 = centre - slot * s.bar_fill / 2 + wide * i
            y = pixel(float(spec.values[i][row]))
            colour = s.palette[row % 6] if s.varied else s.palette[i]
            c.draw.rectangle((x0, y, x0 + wide - (1 if count > 1 else 0), base), fill=colour, outline=c.ink if s.outline else None)
            marks[i, row] = (x0 + wide / 2, y)
            if s.value_labels:
                text = _shown(spec.values[i][row], spec)
                size = c.em if count == 1 else c.em - 1
                while size > 6 and c.width(text, size) > max(wide * 1.02, slot / count * 0.98):
                    size -= 1
                c.text(x0 + wide / 2, y - c.em * 0.1, text, "value", "mb", size)
    return marks


def _lines(c: Canvas, spec: Spec, centres, pixel) -> dict:
    s, marks = spec.style, {}
    thick = max(1, round(s.line_width * c.h))
    for i in range(len(spec.series)):
        points = [(x, pixel(float(v))) for x, v in zip(centres, spec.values[i])]
        c.draw.line(points, fill=s.palette[i], width=thick, joint="curve")
        for row, (x, y) in enumerate(points):
            marks[i, row] = (x, y)
            if s.markers:
                r = thick * 1.2 + 1
                c.draw.ellipse((x - r, y - r, x + r, y + r), fill=s.palette[i])
            if s.value_labels:
                c.text(x, y - c.em * 0.35, _shown(spec.values[i][row], spec), "value", "mb")
    return marks


def _horizontal(c: Canvas, spec: Spec) -> Drawing:
    """Bars with the value axis below."""
    em, s = c.em, spec.style
    left, top, right, bottom = _title_and_legend(c, spec)
    if spec.ylabel:
        left += em * 1.3
    ticks = [(v, _tick_text(v, spec)) for v in _tick_values(spec)]
    plot_left = left + max(c.width(n) for n in spec.categories) + em * 0.6
    plot_right = right - max(c.width(ticks[-1][1]) / 2, em * (1.6 if s.value_labels else 0.3))
    plot_bottom = bottom - em * (1.6 + (1.4 if spec.xlabel else 0))
    plot = (plot_left, top + em * 0.2, plot_right, plot_bottom)
    low, high, _ = spec.axis
    pixel = lambda v: plot_left + (v - low) / (high - low) * (plot_right - plot_left)
    _frame(c, plot, spec, [pixel(v) for v, _ in ticks], True)
    room, every = (plot_right - plot_left) / (len(ticks) - 1), 1
    if max(c.width(t) for _, t in ticks) > room * 0.9:
        every = 2
    shown = [tick for i, tick in enumerate(ticks) if i % every == 0]
    for v, t in shown:
        c.text(pixel(v), plot_bottom + em * 0.4, t, "tick", "mt")
    if spec.ylabel:
        c.vertical_text(left - em * 0.6, (plot[1] + plot_bottom) / 2, spec.ylabel, "ylabel")
    if spec.xlabel:
        c.text((plot_left + plot_right) / 2, bottom, _with_unit(spec.xlabel, spec), "xlabel", "mb")
    slot, marks = (plot_bottom - plot[1]) / len(spec.categories), {}
    for row, name in enumerate(spec.categories):
        y = plot[1] + slot * (row + 0.5)
        half, x = slot * s.bar_fill / 2, pixel(float(spec.values[0][row]))
        c.draw.rectangle((plot_left, y - half, x, y + half), fill=s.palette[row % 6] if s.varied else s.palette[0],
                         outline=c.ink if s.outline else None)
        c.text(plot_left - em * 0.4, y, name, "category", "rm")
        marks[0, row] = (x, y)
        if s.value_labels:
            c.text(x + em * 0.25, y, _shown(spec.values[0][row], spec), "value", "lm")
    return Drawing(c.image, c.texts, marks, [(pixel(v), number(v, spec.decimals)) for v, _ in shown], plot)


def _pie(c: Canvas, spec: Spec) -> Drawing:
    s, em = spec.style, c.em
    left, top, right, bottom = _title_and_legend(c, spec)
    if s.pie_text == "legend":
        left, top, right, bottom = _legend(c, spec.categories, s.palette, "right", left, top + em * 0.5, right, bottom)
        margin = em * 0.5
    else:
        margin = em * 1.6
    cx, cy = (left + right) / 2, (top + bottom) / 2
    radius = min((bottom - top) / 2 - margin, (right - left) / 2 - (em * 4 if s.pie_text == "outside" else margin))
    _slices(c, spec, cx, cy, radius)
    marks, angle = {}, s.start_angle
    for row, value in enumerate(spec.values[0]):
        sweep = float(value) * 3.6
        middle = math.radians(angle + sweep / 2)
        dx, dy = math.cos(middle), math.sin(middle)
        marks[0, row] = (cx + 0.6 * radius * dx, cy + 0.6 * radius * dy)
        if s.value_labels:
            at = 0.75 if s.donut else 0.66
            c.text(cx + at * radius * dx, cy + at * radius * dy, value + "%", "value", "mm", max(7, em - 1), _contrast(s.palette[row]))
        if s.pie_text == "outside":
            anchor = "l" if dx > 0.25 else "r" if dx < -0.25 else "m"
            c.text(cx + (radius + em * 0.7) * dx, cy + (radius + em * 0.75) * dy, spec.categories[row], "category", anchor + "m")
        angle += sweep
    return Drawing(c.image, c.texts, marks, [], (cx - radius, cy - radius, cx + radius, cy + radius))


def _contrast(colour: str) -> str:
    r, g, b = (int(colour[i:i + 2], 16) for i in (1, 3, 5))
    return "#101010" if 0.3 * r + 0.59 * g + 0.11 * b > 140 else "#ffffff"


def _slices(c: Canvas, spec: Spec, cx, cy, radius):
    """Slices at twice the size, reduced: smooth edges."""
    side = max(2, int(radius * 2))
    disc = Image.new("RGB", (side * 2, side * 2), c.back)
    draw, angle = ImageDraw.Draw(disc), spec.style.start_angle
    for row, value in enumerate(spec.values[0]):
        sweep = float(value) * 3.6
        draw.pieslice((1, 1, side * 2 - 2, side * 2 - 2), angle, angle + sweep, fill=spec.style.palette[row % 6],
                      outline=c.back if spec.style.outline else None, width=3)
        angle += sweep
    if spec.style.donut:
        hole = side * 0.42
        draw.ellipse((side - hole, side - hole, side + hole, side + hole), fill=c.back)
    c.image.paste(disc.reduce(2), (round(cx - side / 2), round(cy - side / 2)))


def render(spec: Spec) -> Drawing:
    """Draw a spec."""
    canvas = Canvas(spec)
    return {"bar": _vertical, "line": _vertical, "hbar": _horizontal, "pie": _pie}[spec.kind](canvas, spec)
