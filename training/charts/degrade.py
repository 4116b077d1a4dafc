"""What happens to charts on their way: scaling, compression, screenshots, scans, photos. Places follow every geometric change."""

import functools
import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from . import fonts
from .truth import Sample


def degrade(sample: Sample, rng) -> None:
    """Degrade in place; at least one step is taken."""
    w, h = sample.image.size
    if max(w, h) > 1100 and rng.random() < 0.8:  # few large charts keep their size on the way
        factor = rng.uniform(640, 1100) / max(w, h)
        size = round(w * factor), round(h * factor)
        sample.image = sample.image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        _scale_places(sample, size[0] / w, size[1] / h)
    how = rng.choices([_web, _scaled, _screenshot, _scan, _photo], [5, 4, 3, 3, 3])[0]
    how(sample, rng)
    sample.wear = how.__name__[1:]


def _soft(sample: Sample, strength: float):
    """A slight blur: a 3x3 kernel, `strength` from 0 to 1."""
    edge, corner = 0.6 * strength, 0.35 * strength * strength
    sample.image = sample.image.filter(
        ImageFilter.Kernel((3, 3), (corner, edge, corner, edge, 1, edge, corner, edge, corner), 1 + 4 * edge + 4 * corner)
    )


def _web(sample: Sample, rng):
    """Compression, now and then over a slight blur."""
    if rng.random() < 0.3:
        _soft(sample, rng.uniform(0.2, 1))
    if rng.random() < 0.15:
        sample.image = sample.image.quantize(rng.choice([16, 32, 64])).convert("RGB")
    _jpeg(sample, rng, 25, 90)


def _scaled(sample: Sample, rng):
    """Made smaller or larger by one of several filters, sometimes both."""
    w, h = sample.image.size
    least = max(200 / w, 150 / h, 0.55)
    factor = rng.uniform(min(least, 1.0), 1.0) if rng.random() < 0.6 else rng.uniform(1.0, min(1.6, 2000 / max(w, h)))
    how = rng.choice([Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.BOX, Image.Resampling.LANCZOS])
    size = max(1, round(w * factor)), max(1, round(h * factor))
    sample.image = sample.image.resize(size, how)
    if factor < 1 and rng.random() < 0.3:
        sample.image = sample.image.resize((w, h), Image.Resampling.BILINEAR)
        size = (w, h)
    _scale_places(sample, size[0] / w, size[1] / h)
    if rng.random() < 0.4:
        _jpeg(sample, rng, 40, 92)


def _scale_places(sample: Sample, fx: float, fy: float):
    sample.move(lambda x, y: (x * fx, y * fy))


def _screenshot(sample: Sample, rng):
    """The chart within a page or window, or cut a little at its empty edges."""
    w, h = sample.image.size
    if rng.random() < 0.35 and sample.texts:
        _crop(sample, rng)
        return
    left, right, top, bottom = (round(rng.choice([0, rng.uniform(0, 0.06), rng.uniform(0.02, 0.2)]) * side) for side in (w, w, h, h))
    dark = sum(sample.image.getpixel((1, 1))) < 300
    page = rng.choice([(24, 24, 28), (40, 42, 48)]) if dark else rng.choice([(255, 255, 255), (245, 246, 248), (238, 238, 238), (250, 248, 240)])
    ink = (150, 150, 150) if dark else (90, 90, 90)
    canvas = Image.new("RGB", (w + left + right, h + top + bottom), page)
    draw = ImageDraw.Draw(canvas)
    if top > 24 and rng.random() < 0.6:
        bar = rng.choice([(222, 225, 230), (60, 63, 70), (43, 87, 154)])
        draw.rectangle((0, 0, canvas.width, min(top - 4, 30)), fill=bar)
        for i in range(3):
            draw.ellipse((10 + i * 20, 8, 22 + i * 20, 20), fill=rng.choice([(255, 95, 86), (255, 189, 46), (39, 201, 63), (200, 200, 200)]))
    font = fonts.load(sample.spec.style.font[0], max(8, round(sample.spec.style.em * rng.uniform(0.8, 1.1))))
    at = top + h + 6
    while at + font.size < canvas.height:
        words = " ".join("".join(rng.choice("abcdefghilmnoprstuvw") for _ in range(rng.randint(2, 9))) for _ in range(max(3, w // 60)))
        draw.text((left + 4, at), words, fill=ink, font=font)
        at += round(font.size * 1.5)
    canvas.paste(sample.image, (left, top))
    sample.image = canvas
    sample.move(lambda x, y: (x + left, y + top))
    if rng.random() < 0.3:
        _jpeg(sample, rng, 50, 92)


def _crop(sample: Sample, rng):
    """Cut each side no further than two pixels before the outermost text or mark."""
    w, h = sample.image.size
    boxes = [t.box for t in sample.texts] + sample.plots
    left, top = min(b[0] for b in boxes) - 2, min(b[1] for b in boxes) - 2
    right, bottom = max(b[2] for b in boxes) + 2, max(b[3] for b in boxes) + 2
    x0, y0 = max(0, math.floor(left * rng.random())), max(0, math.floor(top * rng.random()))
    x1, y1 = min(w, math.ceil(w - (w - right) * rng.random())), min(h, math.ceil(h - (h - bottom) * rng.random()))
    sample.image = sample.image.crop((x0, y0, x1, y1))
    sample.move(lambda x, y: (x - x0, y - y0))


def _scan(sample: Sample, rng):
    """Paper: grey or tinted, a little turned, speckled."""
    _warp(sample, rng, math.radians(rng.uniform(-1.5, 1.5)), 0.0)
    if rng.random() < 0.5:
        sample.image = sample.image.convert("L").convert("RGB")
    if rng.random() < 0.5:
        _soft(sample, rng.uniform(0.2, 0.8))
    paper = [rng.uniform(0.88, 1.0), rng.uniform(0.88, 1.0), rng.uniform(0.82, 1.0)]
    _tone(sample, rng, paper, rng.uniform(0, 25), rng.uniform(1, 7), 0.0)
    _jpeg(sample, rng, 40, 90)


def _photo(sample: Sample, rng):
    """A screen or page before a phone: perspective, uneven light, noise, a hint of moire."""
    _warp(sample, rng, math.radians(rng.uniform(-1.5, 1.5)), rng.uniform(0.0, 0.02))
    _soft(sample, rng.uniform(0.3, 1))
    _tone(sample, rng, [rng.uniform(0.85, 1.05) for _ in range(3)], rng.uniform(0, 20), rng.uniform(2, 9), rng.uniform(0.0, 0.3), rng.random() < 0.25)
    _jpeg(sample, rng, 45, 92)


def _warp(sample: Sample, rng, angle: float, bend: float):
    """Rotation by `angle` and corners moved by up to `bend` of the sides; the picture shrinks so that nothing is lost."""
    w, h = sample.image.size
    shrink = 1 / (abs(math.cos(angle)) + abs(math.sin(angle)) * max(w / h, h / w)) * (1 - bend)
    c, s = math.cos(angle) * shrink, math.sin(angle) * shrink
    corners = []
    for x, y in ((0, 0), (w, 0), (w, h), (0, h)):
        dx, dy = x - w / 2, y - h / 2
        corners.append((w / 2 + c * dx - s * dy + rng.uniform(-0.5, 0.5) * bend * w, h / 2 + s * dx + c * dy + rng.uniform(-0.5, 0.5) * bend * h))
    forward = _homography([(0, 0), (w, 0), (w, h), (0, h)], corners)
    back = np.linalg.inv(forward)
    back = back / back[2, 2]
    edge = sample.image.getpixel((1, 1)) if rng.random() < 0.6 else rng.choice([(255, 255, 255), (20, 20, 20), (120, 110, 100)])
    sample.image = sample.image.transform((w, h), Image.Transform.PERSPECTIVE, tuple(back.ravel()[:8]), Image.Resampling.BILINEAR, fillcolor=edge)

    def place(x, y):
        u, v, q = forward @ (x, y, 1.0)
        return float(u / q), float(v / q)

    sample.move(place)


def _homography(source, target) -> np.ndarray:
    rows, right = [], []
    for (x, y), (u, v) in zip(source, target):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.append(np.linalg.solve(np.array(rows, float), np.array(right, float)), 1.0).reshape(3, 3)


@functools.lru_cache(maxsize=1)
def _noise() -> np.ndarray:
    """A tile of unit noise."""
    return np.random.default_rng(7).normal(size=(331, 467)).astype(np.float32)


def _tone(sample: Sample, rng, gains, lift: float, noise: float, shade: float, moire: bool = False):
    """Per-channel gain, lifted black, noise, light falling off to one side."""
    w, h = sample.image.size
    field = np.zeros((h, w), np.float32)
    tile = np.roll(_noise(), (rng.randrange(331), rng.randrange(467)), (0, 1))
    field += np.tile(tile, (h // 331 + 1, w // 467 + 1))[:h, :w] * noise
    if moire:
        a, b = rng.uniform(0.05, 0.5), rng.uniform(0.05, 0.5)
        field += 4 * np.sin(a * np.arange(w, dtype=np.float32))[None, :] * np.sin(b * np.arange(h, dtype=np.float32))[:, None]
    light = 1.0
    if shade:
        turn = rng.uniform(0, 2 * math.pi)
        light = 1 - shade * (
            0.5
            + 0.5
            * (np.linspace(-1, 1, w, dtype=np.float32)[None, :] * math.cos(turn) + np.linspace(-1, 1, h, dtype=np.float32)[:, None] * math.sin(turn))
            / 1.42
        )
    pixels = np.asarray(sample.image)
    out = np.empty_like(pixels)
    for channel in range(3):
        values = pixels[:, :, channel] * np.float32(gains[channel] * (255 - lift) / 255) * light + (field + lift)
        out[:, :, channel] = np.clip(values, 0, 255)
    sample.image = Image.fromarray(out)


def _jpeg(sample: Sample, rng, low: int, high: int):
    buffer = io.BytesIO()
    sample.image.save(buffer, "JPEG", quality=rng.randint(low, high), subsampling=rng.choice([0, 2, 2]))
    sample.image = Image.open(buffer).convert("RGB")
