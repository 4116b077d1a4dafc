"""Names, titles and remarks from the word lists."""

from . import formats
from .lexicon import LANGUAGES

NUMBERED = {"en": "Group Type Item Set Run", "de": "Gr. Typ Nr. Set", "zh": "第 型号 组"}


class Wording:
    """Texts of one chart in one language."""

    def __init__(self, rng, language: str):
        self.rng, self.language, self.lists = rng, language, LANGUAGES[language]
        self.year = rng.randint(1985, 2030)

    def measure(self, avoid: str = "") -> tuple[str, str]:
        """Key and name of a quantity."""
        key = self.rng.choice([k for k in self.lists.MEASURES if k != avoid])
        return key, self.lists.MEASURES[key]

    def code(self) -> str:
        """A name that no list holds: it has to be read letter by letter."""
        rng = self.rng
        draw, letters = rng.random(), "ABCDEFGHKLMNPRSTUVXZ"
        if draw < 0.3:
            return f"{rng.choice(letters)}{rng.randint(1, 99)}"
        if draw < 0.5:
            return f"{rng.choice(letters)}{rng.choice(letters)}-{rng.randint(1, 9)}"
        if draw < 0.6:
            return f"{rng.choice(NUMBERED[self.language].split())} {rng.randint(1, 30)}"
        if draw < 0.7:
            return rng.choice(["FY", "H1 ", "v", "S"]) + str(rng.randint(10, 29))
        syllable = lambda: rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") + rng.choice(["", "", "n", "r", "l", "s"])
        return "".join(syllable() for _ in range(rng.randint(2, 3))).capitalize()

    def _unique(self, make, count: int) -> list[str]:
        names = []
        while len(names) < count:
            name = make()
            if name not in names:
                names.append(name)
        return names

    def members(self, count: int, avoid: str = "") -> tuple[str, str, list[str]]:
        """Key, name and `count` members of a dimension."""
        keys = [k for k, (_, text) in self.lists.DIMENSIONS.items() if k != avoid and text.count("|") + 1 >= count]
        key = self.rng.choice(keys)
        name, text = self.lists.DIMENSIONS[key]
        members = text.split("|")
        if key == "age":
            start = self.rng.randint(0, len(members) - count)
            return key, name, members[start : start + count]
        return key, name, self.rng.sample(members, count)

    def time_rows(self, count: int) -> tuple[str, str, list[str], list[float], bool]:
        """Row name, row kind, names, positions, whether some names may be left out."""
        rng, lists = self.rng, self.lists
        draw = rng.random()
        if draw < 0.2 and count <= 12:
            names = rng.choice([lists.MONTHS_SHORT, lists.MONTHS_SHORT, lists.MONTHS])
            start = rng.randint(0, 12 - count)
            return lists.TIME["month"], "category", names[start : start + count], list(range(count)), count > 6
        if draw < 0.27 and count <= 7:
            return lists.TIME["day"], "category", rng.choice([lists.DAYS, lists.DAYS_SHORT])[:count], list(range(count)), False
        if draw < 0.32 and count <= 4:
            return lists.TIME["quarter"], "category", [f"Q{i + 1}" for i in range(count)], list(range(count)), False
        if draw < 0.37 and 4 <= count <= 24:
            gap, start = rng.choice([1, 1, 2]) if count <= 12 else 1, rng.randint(0, 23 - count) if count < 23 else 0
            hours = [(start + i * gap) % 24 for i in range(count)]
            return lists.TIME["hour"], "category", [f"{h:02d}:00" for h in hours], list(range(count)), True
        step = rng.choice(["year"] * 5 + ["month", "month", "quarter", "day", "week"])
        when = formats.dates(rng, step, count)
        write = rng.choice(formats.date_formats(self.language, step))
        names = [write(d) for d in when]
        if len(set(names)) < count:
            names = [d.isoformat() for d in when]
        name = lists.TIME[step if step in ("year", "month", "quarter") and rng.random() < 0.7 else "date" if step != "year" else "year"]
        return name, "date", names, [float(formats.days(d)) for d in when], True

    def category_rows(self, count: int) -> tuple[str, str, list[str], list[float], bool]:
        draw = self.rng.random()
        if draw < 0.12:
            name, names = self.rng.choice(["ID", *(name for name, _ in self.lists.DIMENSIONS.values())]), self._unique(self.code, count)
        elif draw < 0.16 and count <= 12:
            return self.time_rows(count)
        else:
            _, name, names = self.members(count)
        return name, "category", names, list(range(count)), False

    def series_names(self, count: int, avoid: str = "") -> list[str]:
        rng, draw = self.rng, self.rng.random()
        pairs = [p.split("|") for p in self.lists.SERIES_PAIRS if p.count("|") + 1 == count]
        if pairs and draw < 0.35:
            return rng.choice(pairs)
        if draw < 0.5 and count <= 6:
            first = rng.randint(1995, 2031 - count)
            return [str(first + i) for i in range(count)]
        if draw < 0.62:
            return self._unique(self.code, count)
        return self.members(count, avoid)[2]

    def fill(self, template: str, measure: str, dimension: str, unit: str) -> str:
        rng, lists = self.rng, self.lists
        if self.language == "en" and rng.random() < 0.5 and not template.startswith(("{q}", "{d}")):
            measure, dimension = measure.lower(), dimension.lower()
        return template.format(
            q=measure,
            d=dimension,
            a=rng.choice(lists.ADJECTIVES.split("|")),
            p=rng.choice(self.places()),
            y=self.year,
            u=unit,
            n=rng.randint(1, 30),
            r=self.measure()[1],
        )

    def places(self) -> list[str]:
        dims = self.lists.DIMENSIONS
        return self.lists.PLACES.split("|") + dims["country"][1].split("|") + dims["city"][1].split("|")

    def title(self, measure: str, dimension: str, unit: str) -> tuple[str, str]:
        """A title and the quantity that it speaks of; both empty for none."""
        rng = self.rng
        if rng.random() < 0.1:
            return "", ""
        shown = measure if rng.random() < 0.85 else self.measure()[1]  # some titles speak of another quantity
        text = self.fill(rng.choice(self.lists.TITLES), shown, dimension or rng.choice(list(self.lists.TIME.values())), unit)
        return text.upper() if self.language == "en" and rng.random() < 0.05 else text, shown

    def subtitle(self, unit: str) -> str:
        templates = [t for t in self.lists.SUBTITLES if unit or "{u}" not in t]
        return self.fill(self.rng.choice(templates), "", "", unit)

    def source(self) -> str:
        return self.fill(self.rng.choice(self.lists.SOURCES), "", "", "")
