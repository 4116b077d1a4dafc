"""Magnitudes, units and formats of quantities, and the axes that carry them."""

from . import fonts, scales
from .formats import MINUS, NumberFormat, number_format
from .lexicon import LANGUAGES
from .spec import ValueAxis


class Numbers:
    """Magnitude, unit and format of one quantity."""

    UNITS = {
        "revenue": "money",
        "sales": "money",
        "profit": "money",
        "cost": "money",
        "budget": "money",
        "spending": "money",
        "savings": "money",
        "price": "money",
        "exports": "money",
        "imports": "money",
        "turnover": "money",
        "income": "money",
        "rent": "money",
        "wages": "money",
        "balance": "money",
        "loss": "money",
        "weight": "kg t",
        "height": "m",
        "length": "m km mm",
        "speed": "kmh",
        "distance": "km m",
        "duration": "min h s",
        "rainfall": "mm",
        "temperature": "C",
        "pressure": "hPa",
        "energy": "kWh GWh",
        "power": "MW",
        "share": "%",
        "rate": "%",
        "growth": "%",
        "change": "%",
        "unemployment": "%",
        "inflation": "%",
        "usage": "%",
        "accuracy": "%",
        "emissions": "t Mt",
        "production": "t",
        "consumption": "kWh l t",
        "yield": "t",
        "hours": "h",
        "area": "ha",
        "latency": "ms",
        "memory": "MB",
        "score": "pts",
        "count": "pcs",
    }
    SIGNED = {"profit", "temperature", "growth", "change", "balance", "inflation"}

    def __init__(self, rng, language: str, measure: str, style):
        lists = LANGUAGES[language]
        self.signed = rng.random() < (0.5 if measure in self.SIGNED else 0.05)
        kind = self.UNITS.get(measure, "").split()
        kind = rng.choice(kind) if kind and rng.random() < 0.8 else ""
        money = rng.choice(["euro", "dollar", "pound"])
        self.prefix = ""
        self.unit = "%" if kind == "%" else lists.UNITS[money] if kind == "money" else lists.UNITS.get(kind, "")
        if kind == "money" and rng.random() < 0.5:
            sign = {"euro": "€", "dollar": "$", "pound": "£"}[money] if language != "zh" else "¥"
            self.unit, self.prefix = sign, sign if language != "de" else ""
        # largest value as displayed; percents stay below a hundred
        self.top = (
            rng.uniform(5, 100)
            if kind == "%"
            else rng.uniform(4, 40)
            if kind == "C"
            else 10 ** rng.uniform(0.2, 4.3)
            if rng.random() < 0.9
            else 10 ** rng.uniform(-2, 6)
        )
        if rng.random() < 0.25:
            self.top = float(rng.choice([1, 2, 3, 5, 8, 10, 12, 20, 25, 30, 50, 60, 80, 100, 120, 150, 200, 250, 400, 500, 1000]))
            self.top *= rng.choice([1, rng.uniform(0.8, 1), rng.uniform(0.8, 1)])
        self.multiplier, self.word = 1.0, ""
        if kind in ("", "money", "t") and 1 <= self.top < 2000 and rng.random() < 0.3:
            self.multiplier = rng.choice(list(lists.MULTIPLIERS))
            self.word = rng.choice(lists.MULTIPLIERS[self.multiplier])
        self.whole = self.top > 30 and not kind and rng.random() < 0.6
        self.fmt = number_format(rng, language, fonts.draws(style.font[0], MINUS))
        self.joint = "" if language == "zh" else " "

    def full_unit(self) -> str:
        """Multiplier and unit as truth."""
        return self.joint.join(part for part in (self.word, self.unit) if part)


def value_axis(rng, numbers: Numbers, values, name: str, baseline: bool, s, language: str, log: bool = False) -> ValueAxis:
    """Fit an axis to values and decide where its unit shows."""
    low, high = min(values), max(values)
    if s.value_name == "none":
        name = ""
    log_style = s.log_style if fonts.draws(s.font[0], "⁴") else "plain"
    axis = ValueAxis(name, "", numbers.multiplier, fmt=numbers.fmt, log_style=log_style)
    if log:
        axis.scale = "log"
        axis.low, axis.high, axis.ticks = scales.logarithmic(low, high, s.limits == "margin")
    else:
        axis.low, axis.high, axis.ticks = scales.linear(rng, low, high, baseline, s.limits, numbers.whole)
        axis.quantum = scales.quantum(axis.low, axis.high)
        if numbers.whole:
            axis.quantum = max(1.0, axis.quantum)
        axis.decimals = scales.step_decimals(axis.ticks)
    full = numbers.full_unit()
    place = rng.choice(["name", "name", "ticks", "ticks"]) if full else ""
    if place == "name" and not name:
        place = "ticks"
    if place == "ticks" and log:
        place = "name" if name else ""
    axis.unit, axis.name_shown = (full if place else ""), name
    if not place:
        axis.multiplier = 1.0
    if place == "name":
        bracket = rng.choice(["{n} ({u})", "{n} ({u})", "{n} [{u}]", "{n} / {u}", "{n}, {u}", "{n} in {u}"])
        if language == "zh":
            bracket = rng.choice(["{n}（{u}）", "{n}({u})", "{n}/{u}"])
        axis.name_shown = bracket.format(n=name, u=full)
    if place == "ticks":
        gap = (
            ""
            if numbers.unit == "%" and not numbers.word and rng.random() < 0.7 or language == "zh" or numbers.word in ("k", "m", "M", "bn")
            else " "
        )
        suffix = numbers.joint.join(p for p in (numbers.word, "" if numbers.prefix else numbers.unit) if p)
        axis.fmt = NumberFormat(axis.fmt.point, axis.fmt.group, numbers.prefix, gap + suffix if suffix else "", axis.fmt.minus, axis.fmt.trim)
    return axis
