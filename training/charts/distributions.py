"""Shapes of data between 0 and 1: what real charts show. Values never depend on names."""

import math


def sequence(rng, count: int) -> list[float]:
    """Values in an order that means something: time or a quantity."""
    kind = rng.choice(["trend", "trend", "walk", "walk", "season", "growth", "logistic", "jump", "spike", "hump", "flat", "decay", "free"])
    noise = rng.choice([0.01, 0.03, 0.06, 0.12])
    t = [i / max(1, count - 1) for i in range(count)]
    if kind == "walk":
        at, values, drift = rng.random(), [], rng.gauss(0, 0.02)
        for _ in t:
            values.append(at)
            at += drift + rng.gauss(0, 0.1)
        return unit(values)
    a, b = rng.uniform(0.1, 0.9), rng.uniform(2, 5)
    shape = {
        "trend": lambda x: x,
        "season": lambda x: 0.5 + 0.4 * math.sin(2 * math.pi * (x * rng_cycles + a)) + 0.3 * x,
        "growth": lambda x: math.exp(b * x) / math.exp(b),
        "logistic": lambda x: 1 / (1 + math.exp(-12 * (x - a))),
        "jump": lambda x: 0.25 + 0.5 * (x > a),
        "spike": lambda x: 0.3 + 0.7 * math.exp(-(((x - a) * 14) ** 2)),
        "hump": lambda x: math.exp(-(((x - a) * 3.5) ** 2)),
        "flat": lambda x: 0.5,
        "decay": lambda x: math.exp(-b * x),
        "free": lambda x: rng.random(),
    }[kind]
    rng_cycles = rng.choice([1, 2, 3, 4])
    values = [shape(x) + rng.gauss(0, noise) for x in t]
    if kind in ("trend", "jump", "logistic") and rng.random() < 0.4:
        values = [-v for v in values]
    return unit(values)


def categories(rng, count: int) -> list[float]:
    """Values of unordered rows."""
    kind = rng.choice(["uniform", "uniform", "zipf", "lognormal", "ties", "dominant", "normal", "ordered"])
    if kind == "zipf":
        power = rng.uniform(0.5, 1.4)
        values = [1 / (i + 1) ** power * rng.uniform(0.9, 1.1) for i in range(count)]
    elif kind == "lognormal":
        values = [math.exp(rng.gauss(0, 0.7)) for _ in range(count)]
    elif kind == "ties":
        values = [0.6 + rng.choice([0.0, 0.01, 0.02, 0.03, 0.1, 0.2]) for _ in range(count)]
    elif kind == "dominant":
        values = [rng.uniform(0.05, 0.3) for _ in range(count)]
        values[rng.randrange(count)] = 1.0
    elif kind == "normal":
        values = [max(0.05, rng.gauss(0.6, 0.2)) for _ in range(count)]
    else:
        values = [rng.uniform(0.05, 1) for _ in range(count)]
    order = rng.random()
    if order < 0.3 or kind == "ordered":
        values.sort(reverse=rng.random() < 0.7)
    elif order < 0.7:
        rng.shuffle(values)
    top = max(values)
    return [v / top for v in values]


def shares(rng, count: int, total: int) -> list[int]:
    """Positive whole parts of `total`."""
    weights = [w + 0.02 for w in categories(rng, count)]
    low = max(1, total // 50)
    parts = [max(low, round(total * w / sum(weights))) for w in weights]
    at = parts.index(max(parts))
    parts[at] += total - sum(parts)
    return parts if parts[at] >= low else shares(rng, count, total)


def bins(rng, count: int) -> list[float]:
    """Heights of a histogram: normal, skewed, two humps, uniform."""
    t = [(i + 0.5) / count for i in range(count)]
    kind, m, s = rng.choice(["normal", "normal", "skew", "two", "flat", "exp"]), rng.uniform(0.35, 0.65), rng.uniform(0.1, 0.22)
    bell = lambda x, mu, sd: math.exp(-(((x - mu) / sd) ** 2) / 2)
    shape = {
        "normal": lambda x: bell(x, m, s),
        "skew": lambda x: x**1.5 * math.exp(-6 * x),
        "flat": lambda x: 0.7,
        "exp": lambda x: math.exp(-3 * x),
        "two": lambda x: bell(x, 0.28, 0.1) + 0.7 * bell(x, 0.72, 0.12),
    }[kind]
    values = [max(0.0, shape(x) * rng.uniform(0.85, 1.15)) for x in t]
    if kind in ("skew", "exp") and rng.random() < 0.3:
        values.reverse()
    top = max(values)
    return [v / top for v in values]


def unit(values: list[float]) -> list[float]:
    """Stretched to 0..1; a constant becomes 0.5."""
    low, high = min(values), max(values)
    return [(v - low) / (high - low) if high > low else 0.5 for v in values]
