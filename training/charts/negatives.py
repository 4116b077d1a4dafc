"""Pictures that are no charts: text pages, tables, forms, textures, landscapes, drawings, diagrams. Their truth is that there is no table."""

import numpy as np
from PIL import Image, ImageDraw

from . import fonts
from .lexicon import LANGUAGES
from .palettes import mix
from .spec import Spec
from .themes import sample_style
from .truth import Sample


def render(seed: int, rng, language: str, held_out: bool) -> Sample:
    style = sample_style(rng, language, held_out)
    style.width, style.height = min(style.width, 1000), min(style.height, 1000)
    image = Image.new("RGB", (style.width, style.height), style.back)
    rng.choice([_page, _table, _form, _texture, _landscape, _drawing, _diagram])(image, ImageDraw.Draw(image), rng, style, language)
    spec = Spec(seed, "none", language, style)
    return Sample(image, "none", False, "", language, "", "", "", "", "category", [], [], [], [], [], [], "fast", spec)


def _words(rng, language: str) -> list[str]:
    return [w for _, members in LANGUAGES[language].DIMENSIONS.values() for w in members.split("|")]


def _write(draw, x, y, text, size, style, colour=None):
    for path, piece in fonts.runs(style.font, text):
        font = fonts.load(path, max(7, round(size)))
        draw.text((x, y), piece, fill=colour or style.ink, font=font)
        x += font.getlength(piece)
    return x


def _page(image, draw, rng, style, language):
    """Headings and paragraphs."""
    words, y = _words(rng, language), style.em * 2
    while y < image.height - style.em * 2:
        size = style.em * rng.choice([1, 1, 1, 1, 1.8])
        x = style.em * 2
        while x < image.width * rng.uniform(0.75, 0.95):
            x = _write(draw, x, y, rng.choice(words) + ("" if language == "zh" else " "), size, style)
        y += size * rng.choice([1.4, 1.4, 1.4, 2.4])


def _table(image, draw, rng, style, language):
    """Ruled columns of words and numbers."""
    words, columns, high = _words(rng, language), rng.randint(2, 6), style.em * 1.9
    wide = (image.width - style.em * 2) / columns
    for row in range(int((image.height - style.em * 3) / high)):
        y = style.em * 1.5 + row * high
        if row == 0 or rng.random() < 0.1:
            draw.rectangle((style.em, y - 3, image.width - style.em, y + high - 4), fill=style.grid)
        for column in range(columns):
            text = rng.choice(words)[:12] if column == 0 or row == 0 else f"{rng.uniform(0, 10 ** rng.randint(1, 4)):.{rng.randint(0, 2)}f}"
            _write(draw, style.em * 1.3 + column * wide, y, text, style.em, style)
        draw.line((style.em, y + high - 3, image.width - style.em, y + high - 3), fill=style.axis)


def _form(image, draw, rng, style, language):
    """Labels, fields, buttons."""
    words, y = _words(rng, language), style.em * 2
    while y < image.height - style.em * 4:
        _write(draw, style.em * 2, y, rng.choice(words), style.em, style)
        if rng.random() < 0.7:
            draw.rounded_rectangle(
                (image.width * 0.35, y - 4, image.width * rng.uniform(0.6, 0.95), y + style.em * 1.5), 5, outline=style.axis, fill=style.back
            )
        else:
            draw.rounded_rectangle((image.width * 0.35, y - 4, image.width * 0.55, y + style.em * 1.6), 6, fill=rng.choice(style.colours))
        y += style.em * 2.8


def _texture(image, draw, rng, style, language):
    """Something like a photograph: soft shapes of all sizes in a few related colours."""
    field, total = np.zeros((image.height, image.width), np.float32), 0.0
    for octave in range(rng.randint(2, 6)):
        cells = 2 << octave
        small = Image.new("L", (cells + rng.randint(0, 3), cells))
        small.putdata([rng.randrange(256) for _ in range(small.width * small.height)])
        weight = rng.uniform(0.45, 0.75) ** octave
        field += np.asarray(small.resize(image.size, Image.Resampling.BICUBIC), np.float32) * weight
        total += 255 * weight
    level = np.clip(field / total * 1.6 - 0.3, 0, 1)[:, :, None]
    dark, middle, light = (
        [min(255, max(0, v + rng.randint(-30, 30))) for v in base] for base in ((40, 40, 50), rng.choice(style.colours), (225, 220, 205))
    )
    low, high = np.array(dark) * (1 - level) + np.array(middle) * level, np.array(middle) * (1 - level) + np.array(light) * level
    image.paste(Image.fromarray(np.where(level < 0.5, low, high).astype(np.uint8)))


def _landscape(image, draw, rng, style, language):
    """Sky, a sun and hills."""
    sky, ground = rng.choice(style.colours), rng.choice(style.colours)
    for y in range(image.height):
        draw.line((0, y, image.width, y), fill=mix(sky, (255, 255, 255), y / image.height))
    x, y, r = rng.uniform(0.1, 0.9) * image.width, rng.uniform(0.1, 0.4) * image.height, image.width * rng.uniform(0.03, 0.1)
    draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 240, 190))
    for layer in range(rng.randint(1, 4)):
        top, points, step = image.height * (0.5 + 0.13 * layer), [(0, image.height)], image.width / rng.randint(3, 9)
        at = 0.0
        while at <= image.width + step:
            points.append((at, top + rng.uniform(-0.12, 0.12) * image.height))
            at += step
        draw.polygon([*points, (image.width + step, image.height)], fill=mix(ground, (0, 0, 0), 0.2 * layer))


def _drawing(image, draw, rng, style, language):
    """Shapes strewn about, like a child's drawing, an icon or a map."""
    for _ in range(rng.randint(3, 30)):
        x, y, r = rng.uniform(0, image.width), rng.uniform(0, image.height), rng.uniform(0.03, 0.25) * image.width
        points = [(x + rng.uniform(-r, r), y + rng.uniform(-r, r)) for _ in range(rng.randint(3, 7))]
        if rng.random() < 0.5:
            draw.polygon(points, fill=rng.choice(style.colours), outline=style.ink)
        else:
            draw.ellipse((x - r, y - r * rng.uniform(0.4, 1), x + r, y + r), fill=rng.choice(style.colours))


def _diagram(image, draw, rng, style, language):
    """Boxes and arrows."""
    words, last = _words(rng, language), None
    for _ in range(rng.randint(3, 9)):
        x, y = rng.uniform(0.1, 0.85) * image.width, rng.uniform(0.08, 0.9) * image.height
        if last:
            draw.line((*last, x, y), fill=style.axis, width=2)
        last = (x, y)
        text = rng.choice(words)
        wide = fonts.width(style.font, max(7, round(style.em)), text) / 2 + style.em
        draw.rounded_rectangle((x - wide, y - style.em, x + wide, y + style.em), 6, fill=style.grid, outline=style.ink)
        _write(draw, x - wide + style.em, y - style.em * 0.6, text, style.em, style)
