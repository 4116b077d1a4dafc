"""Numbers and dates as people write them, and their canonical form."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

from .lexicon import LANGUAGES

EPOCH = date(1970, 1, 1)
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def decimals_of(step: float) -> int:
    """Decimals needed to write multiples of `step`."""
    for places in range(6):
        if abs(step * 10**places - round(step * 10**places)) < 1e-6 * max(1, step * 10**places):
            return places
    return 6


def canonical(value: float, decimals: int) -> str:
    """Digits, a point, a minus sign."""
    text = f"{value:.{decimals}f}"
    return text[1:] if text.startswith("-") and not float(text) else text


@dataclass(frozen=True)
class NumberFormat:
    """How numbers look in a picture."""

    point: str = "."
    group: str = ""
    prefix: str = ""
    suffix: str = ""
    minus: str = "-"
    trim: bool = False  # no trailing zeros

    def shown(self, value: float, decimals: int, affix: bool = True) -> str:
        text = canonical(value, decimals)
        sign, text = (self.minus, text[1:]) if text.startswith("-") else ("", text)
        whole, _, rest = text.partition(".")
        if self.group and len(whole) > (3 if self.group != " " else 4):
            whole = f"{int(whole):,}".replace(",", self.group)
        if self.trim:
            rest = rest.rstrip("0")
        body = whole + (self.point + rest if rest else "")
        return sign + (self.prefix + body + self.suffix if affix else body)

    def log_shown(self, value: float, style: str) -> str:
        """A power of ten or a plain number."""
        exponent = math.log10(value)
        if style == "power" and abs(exponent - round(exponent)) < 1e-9:
            return "10" + str(round(exponent)).translate(SUPERSCRIPTS)
        if style == "e" and abs(exponent - round(exponent)) < 1e-9:
            return f"1e{round(exponent):+03d}"
        return self.shown(value, max(0, math.ceil(-exponent)))


MINUS = "\u2212"


def number_format(rng, language: str, true_minus: bool) -> NumberFormat:
    """A common way to write numbers; `true_minus`: the font has a minus sign besides the hyphen."""
    if language == "de":
        point, group = rng.choice([(",", "."), (",", "."), (",", ""), (",", " "), (".", "'")])
    elif language == "zh":
        point, group = rng.choice([(".", ","), (".", "")])
    else:
        point, group = rng.choice([(".", ","), (".", ","), (".", ""), (".", " ")])
    return NumberFormat(point, group, minus=rng.choice(["-", "-", MINUS if true_minus else "-"]), trim=rng.random() < 0.3)


def _quarter(d: date) -> int:
    return (d.month - 1) // 3 + 1


def date_formats(language: str, step: str) -> list:
    """Functions date -> text, fine enough to tell rows apart. step: day week month quarter year."""
    lists = LANGUAGES[language]
    long, short = (lambda d: lists.MONTHS[d.month - 1]), (lambda d: lists.MONTHS_SHORT[d.month - 1])
    if step == "year":
        return [lambda d: str(d.year), lambda d: str(d.year)] + ([lambda d: f"{d.year}年"] if language == "zh" else [])
    if step == "quarter":
        common = [
            lambda d: f"Q{_quarter(d)} {d.year}",
            lambda d: f"{d.year} Q{_quarter(d)}",
            lambda d: f"Q{_quarter(d)}/{d.year % 100:02d}",
            lambda d: f"{d.year}Q{_quarter(d)}",
        ]
        return {"zh": [lambda d: f"{d.year}年第{_quarter(d)}季度", common[1]], "de": common + [lambda d: f"{_quarter(d)}. Quartal {d.year}"]}.get(
            language, common
        )
    if step == "month":
        common = [lambda d: f"{d.year}-{d.month:02d}", lambda d: f"{d.month:02d}/{d.year}"]
        if language == "zh":
            return common[:1] + [lambda d: f"{d.year}年{d.month}月", lambda d: f"{d.year}/{d.month}"]
        return common + [
            lambda d: f"{short(d)} {d.year}",
            lambda d: f"{short(d)} {d.year % 100:02d}",
            lambda d: f"{long(d)} {d.year}",
            lambda d: f"{short(d)}-{d.year % 100:02d}",
        ]
    iso = lambda d: d.isoformat()
    if language == "zh":
        return [iso, lambda d: f"{d.month}月{d.day}日", lambda d: f"{d.month}/{d.day}"]
    if language == "de":
        return [
            iso,
            lambda d: f"{d.day:02d}.{d.month:02d}.{d.year}",
            lambda d: f"{d.day}.{d.month}.",
            lambda d: f"{d.day}. {short(d)}",
            lambda d: f"{d.day:02d}.{d.month:02d}.{d.year % 100:02d}",
        ]
    return [
        iso,
        lambda d: f"{d.day} {short(d)}",
        lambda d: f"{short(d)} {d.day}",
        lambda d: f"{d.month:02d}/{d.day:02d}",
        lambda d: f"{d.month}/{d.day}/{d.year}",
    ]


def dates(rng, step: str, count: int) -> list[date]:
    """Regular dates from a random start."""
    year, month = rng.randint(1960, 2026), rng.randint(1, 12)
    if step == "year":
        gap = rng.choice([1, 1, 1, 1, 2, 5])
        return [date(year - (count - 1) * gap + i * gap, 1, 1) for i in range(count)]
    if step in ("month", "quarter"):
        gap, at = (1, month - 1) if step == "month" else (3, (month - 1) // 3 * 3)
        return [date(year + (at + i * gap) // 12, (at + i * gap) % 12 + 1, 1) for i in range(count)]
    start = date(year, month, rng.randint(1, 28))
    return [start + timedelta(days=i * (7 if step == "week" else 1)) for i in range(count)]


def days(d: date) -> int:
    return (d - EPOCH).days
