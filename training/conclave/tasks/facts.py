"""The table that questions and answers are about: the truth of a chart, or what a model wrote."""

from dataclasses import dataclass, field

from ..metrics import to_number


@dataclass
class Facts:
    """Texts as drawn and `cells[series][row]` as numbers, None where a mark is missing."""

    kind: str = ""
    title: str = ""
    xlabel: str = ""
    ylabel: str = ""
    unit: str = ""
    language: str = "en"
    series: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    cells: list = field(default_factory=list)
    texts: list = field(default_factory=list)  # cells[series][row] as written
    ordered: bool = True                       # the rows run: a trend over them means something
    units: list = field(default_factory=list)  # of each series; empty: `unit` for all

    def value(self, series: int, row: int):
        inside = 0 <= series < len(self.cells) and 0 <= row < len(self.cells[series])
        return self.cells[series][row] if inside else None

    def column(self, series: int) -> list[tuple[int, float]]:
        """(row, value) of the cells that hold a number."""
        return [(r, v) for r, v in enumerate(self.cells[series] if 0 <= series < len(self.cells) else []) if v is not None]

    def unit_of(self, series: int) -> str:
        return self.units[series] if series < len(self.units) else self.unit

    def common_unit(self) -> str:
        """What may stand behind values of several series."""
        units = {self.unit_of(i) for i in range(len(self.series))}
        return units.pop() if len(units) == 1 else ""

    def decimals(self, series: int) -> int:
        written = [t for t in (self.texts[series] if series < len(self.texts) else []) if t]
        return max((len(t.partition(".")[2]) for t in written), default=0)

    @property
    def measure(self) -> str:
        """What the values are: the name of the value axis, or nothing."""
        return self.xlabel if self.kind.startswith("h") and self.kind not in ("histogram", "heatmap") else self.ylabel


def of_table(table, language: str = "en") -> Facts:
    """Facts of a `targets.Table`."""
    columns = range(len(table.series))
    texts = [[row[s] if s < len(row) else None for row in table.cells] for s in columns]
    cells = [[to_number(t) if t else None for t in column] for column in texts]
    f = table.fields
    return Facts(table.kind, table.title, f.get("xlabel", ""), f.get("ylabel", ""), f.get("unit", ""), language, table.series, table.rows,
                 cells, texts, units=table.units)
