"""A second renderer for the same specs, Matplotlib: to test on pictures that the generator's own renderer did not draw."""

import io

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from PIL import Image  # noqa: E402

from .spec import Spec  # noqa: E402


def render_matplotlib(spec: Spec) -> Image.Image:
    """The picture only: evaluation needs no geometry. Matplotlib's defaults, 640x480, larger text."""
    with matplotlib.rc_context({"font.size": 14, "axes.titlesize": 17}):
        figure, axes = pyplot.subplots(figsize=(6.4, 4.8), dpi=100)
        {"bar": _bars, "hbar": _horizontal, "line": _lines, "pie": _pie}[spec.kind](axes, spec)
        axes.set_title(spec.title)
        if spec.kind != "pie":
            _labels(axes, spec)
        figure.tight_layout()
        buffer = io.BytesIO()
        figure.savefig(buffer)
        pyplot.close(figure)
    return Image.open(buffer).convert("RGB")


def _numbers(spec: Spec, series: int) -> list[float]:
    return [float(v) for v in spec.values[series]]


def _labels(axes, spec: Spec):
    unit = f" ({spec.unit})" if spec.unit else ""
    axes.set_xlabel(spec.xlabel + unit if spec.kind == "hbar" and spec.xlabel else spec.xlabel)
    axes.set_ylabel(spec.ylabel + unit if spec.kind != "hbar" and spec.ylabel else spec.ylabel)
    low, high, step = spec.axis
    ticks = [low + step * i for i in range(round((high - low) / step) + 1)]
    (axes.set_xticks if spec.kind == "hbar" else axes.set_yticks)(ticks)
    if len(spec.series) > 1:
        axes.legend(spec.series)


def _bars(axes, spec: Spec):
    count, width = len(spec.series), 0.8 / len(spec.series)
    for i in range(count):
        bars = axes.bar([r - 0.4 + width * (i + 0.5) for r in range(len(spec.categories))], _numbers(spec, i), width, color=spec.style.palette[i])
        if spec.style.value_labels:
            axes.bar_label(bars, spec.values[i], padding=2)
    axes.set_xticks(range(len(spec.categories)), spec.categories)
    axes.set_ylim(*spec.axis[:2])


def _horizontal(axes, spec: Spec):
    bars = axes.barh(range(len(spec.categories)), _numbers(spec, 0), 0.7, color=spec.style.palette[0])
    if spec.style.value_labels:
        axes.bar_label(bars, spec.values[0], padding=2)
    axes.set_yticks(range(len(spec.categories)), spec.categories)
    axes.set_xlim(*spec.axis[:2])
    axes.invert_yaxis()


def _lines(axes, spec: Spec):
    for i in range(len(spec.series)):
        numbers = _numbers(spec, i)
        axes.plot(spec.categories, numbers, marker="o", color=spec.style.palette[i])
        for row, text in enumerate(spec.values[i]) if spec.style.value_labels else []:
            axes.annotate(text, (row, numbers[row]), xytext=(0, 6), textcoords="offset points", ha="center")
    axes.set_ylim(*spec.axis[:2])


def _pie(axes, spec: Spec):
    shown = (lambda share: f"{share:.0f}%") if spec.style.value_labels else None
    axes.pie(_numbers(spec, 0), labels=spec.categories, autopct=shown, colors=spec.style.palette, startangle=90, counterclock=False)
