"""Ends and ticks of numeric axes."""

import math

from .formats import decimals_of


def nice(value: float, down: bool = False) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten, up or down."""
    power = 10.0 ** math.floor(math.log10(value))
    steps = [1, 2, 2.5, 5, 10]
    share = value / power
    if down:
        return max(s for s in steps if s <= share + 1e-9) * power
    return min(s for s in steps if s >= share - 1e-9) * power


def linear(rng, low: float, high: float, baseline: bool, limits: str, whole: bool) -> tuple[float, float, list[float]]:
    """Low end, high end, tick values. `baseline`: zero belongs to it; `whole`: no fractions."""
    if baseline:
        low, high = min(0.0, low), max(0.0, high)
    if high <= low:
        high = low + (abs(low) or 1.0)
    step = nice((high - low) / rng.uniform(3.5, 8))
    if whole:
        step = max(1.0, round(step)) if step != 2.5 else 2.0
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if limits == "margin":
        room = (high - low) * rng.choice([0.05, 0.05, 0.02, 0.1])
        low_end, high_end = (low if baseline and low == 0 else low - room), (high if baseline and high == 0 else high + room)
    else:
        if high > (last - 0.04) * step and rng.random() < 0.5:
            last += 1
        low_end, high_end = first * step, last * step
    ticks = [round(i * step, 10) for i in range(math.floor(low_end / step) - 1, math.ceil(high_end / step) + 2)]
    ticks = [t for t in ticks if low_end - 1e-9 * step <= t <= high_end + 1e-9 * step]
    if len(ticks) < 2:
        return linear(rng, first * step, (last + 1) * step, baseline, "ticks", whole)
    return low_end, high_end, ticks


def logarithmic(low: float, high: float, margin: bool) -> tuple[float, float, list[float]]:
    """Ends and powers of ten; 2 and 5 as well when there are few."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    last = max(last, first + 1)
    ends = (10 ** (math.log10(low) - 0.05), 10 ** (math.log10(high) + 0.05)) if margin else (10.0**first, 10.0**last)
    steps = (1,) if last - first > 2 else (1, 2, 5)
    ticks = [float(f"{s * 10.0 ** e:.6g}") for e in range(first, last + 1) for s in steps]
    ticks = [t for t in ticks if ends[0] * 0.999 <= t <= ends[1] * 1.001]
    if len(ticks) < 2:
        return logarithmic(low, high, False)
    return ends[0], ends[1], ticks


def quantum(low: float, high: float) -> float:
    """The finest difference that can be read off an axis: about a two-hundredth of its length."""
    return nice((high - low) / 130, down=True)


def step_decimals(ticks: list[float]) -> int:
    return max(decimals_of(abs(t)) for t in ticks)
