"""Charts by gnuplot: a spec's data in gnuplot's own layout, fonts, colours and axes."""

import shutil
import subprocess

from PIL import Image

from charts.formats import canonical

KINDS = ("bar", "hbar", "stacked", "stacked100", "line", "step", "area", "stackedarea", "scatter", "pie", "histogram", "box", "heatmap", "combo")
FONTS = {
    "en": ["Liberation Sans", "DejaVu Sans", "Liberation Serif"],
    "de": ["Liberation Sans", "DejaVu Sans", "Liberation Serif"],
    "zh": ["WenQuanYi Micro Hei"],
}
BORDERS = ["set border 31", "set border 3; set tics nomirror", "set border 31; set grid ytics", "set border 3; set tics nomirror; set grid"]
KEYS = ["set key outside right", "set key top left", "set key outside bottom center horizontal", "set key outside top center horizontal"]


def available() -> bool:
    return shutil.which("gnuplot") is not None


def draw(spec, rng, path) -> bool:
    """Write a PNG; whether the numbers stand at the marks."""
    width, height = rng.choice([(640, 480), (800, 600), (600, 400), (720, 540)])
    terminal, font = rng.choice(["pngcairo", "pngcairo", "png truecolor"]), f"{rng.choice(FONTS[spec.language])},{rng.choice([11, 12, 13, 14])}"
    lines = [
        f"set terminal {terminal} size {width},{height} font {quote(font)}",
        f"set output {quote(str(path))}",
        "set encoding utf8",
        rng.choice(BORDERS),
        rng.choice(KEYS) if len(spec.series) > 1 or spec.kind == "combo" else "unset key",
    ]
    if spec.title:
        lines.append(f"set title {quote(spec.title)}")
    plot = _Plot(spec, rng)
    lines += plot.lines()
    run = subprocess.run(["gnuplot"], input="\n".join(lines) + "\n", text=True, capture_output=True, timeout=60)
    if run.returncode:
        raise RuntimeError(f"gnuplot failed on seed {spec.seed}: {run.stderr.strip()[-400:]}")
    compact(path)
    return plot.labelled()


def compact(path) -> None:
    """The picture in at most 256 colours: small enough to keep."""
    with Image.open(path) as image:
        small = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("_", "\\\\_").replace("@", "\\\\@") + '"'


class _Plot:
    """The commands of one chart."""

    def __init__(self, spec, rng):
        self.spec, self.rng, self.s = spec, rng, spec.series
        self.rows = range(len(spec.rows))

    def labelled(self) -> bool:
        spec, single = self.spec, len(self.s) == 1 and not self.spec.stacking and not self.spec.horizontal and self.spec.row_kind != "number"
        return any(spec.labels[0]) and (spec.kind in ("pie", "heatmap") or (single and spec.kind in ("bar", "line", "step")))

    def lines(self) -> list[str]:
        make = {
            "bar": self._bars,
            "line": self._lines,
            "step": self._lines,
            "area": self._areas,
            "scatter": self._points,
            "pie": self._pie,
            "histogram": self._bins,
            "box": self._boxes,
            "heatmap": self._cells,
            "combo": self._combo,
        }
        return [*self._names(), *make[self.spec.kind]()]

    def _names(self) -> list[str]:
        spec, out = self.spec, []
        row = spec.row_axis.name_shown if spec.row_axis else spec.row_name
        value = spec.axes[0].name_shown if spec.axes else ""
        across, up = (value, row) if spec.horizontal else (row, value)
        if across and spec.kind not in ("pie", "heatmap"):
            out.append(f"set xlabel {quote(across)}")
        if up and spec.kind not in ("pie", "heatmap"):
            out.append(f"set ylabel {quote(up)}")
        if spec.axes and spec.kind != "heatmap":
            axis = spec.axes[0]
            letter = "x" if spec.horizontal else "y"
            # The unit stands at the numbers when the spec has it there.
            shown = axis.fmt.prefix + "%g" + axis.fmt.suffix.replace("%", "%%") if not spec.horizontal else "%g"
            out.append(f"set format {letter} {quote(shown)}")
            if axis.scale == "log":
                out.append(f"set logscale {letter}")
        return out

    def _data(self, name: str, table) -> list[str]:
        return [f"${name} << EOD", *(" ".join("NaN" if v is None else str(v) for v in row) for row in table), "EOD"]

    def _tics(self, letter: str = "x") -> str:
        spec = self.spec
        every = max(1, round(len(spec.rows) / 12 + 0.49)) if spec.predictable else 1
        turn = " rotate by -45" if letter == "x" and max(len(spec.rows[r]) for r in self.rows) * len(spec.rows) / every > 70 else ""
        return f"set {letter}tics{turn} ({', '.join(f'{quote(spec.rows[r])} {r}' for r in self.rows[::every])})"

    def _labels(self, i: int, x: str, y: str, where: str = "offset 0,0.7") -> str:
        """Numbers at marks: gnuplot prints them itself from a text column."""
        return f"$data using {x}:{y}:{len(self.s) + 2 + i} with labels {where} notitle"

    def _table(self, *more) -> list[str]:
        """row index, values, printed values."""
        spec = self.spec
        texts = [[quote(canonical(s.values[r], spec.label_decimals)) if s.values[r] is not None else '""' for r in self.rows] for s in self.s]
        return self._data("data", [[r, *(s.values[r] for s in self.s), *(t[r] for t in texts)] for r in self.rows])

    def _bars(self):
        spec = self.spec
        if spec.horizontal:
            return self._sideways()
        style = "rowstacked" if spec.stacking else f"clustered gap {self.rng.choice([1, 1, 2])}"
        positive = min(v for s in self.s for v in s.values if v is not None) >= 0
        low = "set yrange [0:*]" if positive else "set yrange [*:*]"
        if spec.stacking == "percent":
            low = "set yrange [0:100]"
        if spec.axes[0].scale == "log":
            low = f"set yrange [{spec.axes[0].low}:{spec.axes[0].high}]"
        plots = [f"$data using {i + 2} title {quote(s.name)}" for i, s in enumerate(self.s)]
        if self.labelled():
            plots.append(self._labels(0, "1", "2"))
        fill = self.rng.choice(["solid", "solid 0.6 border -1", "pattern 1 border -1", "solid border -1"])
        return [
            *self._table(),
            f"set style data histogram; set style histogram {style}; set style fill {fill}; set boxwidth {self.rng.choice([0.7, 0.8, 0.9])}",
            low,
            self._tics(),
            "set offsets 0,0,0,0",
            "plot " + ", ".join(plots),
        ]

    def _sideways(self):
        """Boxes along x: rows upwards from the first."""
        spec, count = self.spec, len(self.s)
        high = 0.8 / (1 if spec.stacking else count)
        out, plots = [*self._table(), "set style fill solid border -1", self._tics("y"), f"set yrange [-0.6:{len(spec.rows) - 0.4}]"], []
        if spec.stacking == "percent":
            out.append("set xrange [0:100]")
        for i, s in enumerate(self.s):
            y = "1" if spec.stacking else f"($1-0.4+{high * (i + 0.5)})"
            low = "+".join(f"${k + 2}" for k in range(i)) or "0"
            start, end = (low, f"{low}+${i + 2}") if spec.stacking else (str(spec.axes[0].low) if spec.axes[0].scale == "log" else "0", f"${i + 2}")
            centre = "($1)" if y == "1" else y
            edges = f"({centre[1:-1]}-{high / 2}):({centre[1:-1]}+{high / 2})"
            plots.append(f"$data using ({start}):{centre}:({start}):({end}):{edges} with boxxyerror title {quote(s.name)}")
        return [*out, "plot " + ", ".join(plots)]

    def _lines(self):
        spec = self.spec
        numeric = spec.row_kind == "number"
        how = "steps" if spec.kind == "step" else self.rng.choice(["lines", "linespoints", "linespoints", "lines lw 2", "linespoints lw 2 pt 7"])
        how = "fsteps" if spec.kind == "step" else how
        data = self._table() if not numeric else self._data("data", [[x, *(s.values[r] for s in self.s)] for r, x in enumerate(spec.row_values)])
        plots = [f"$data using 1:{i + 2} with {how} title {quote(s.name)}" for i, s in enumerate(self.s)]
        if self.labelled():
            plots.append(self._labels(0, "1", "2"))
        room = [] if numeric else [self._tics(), f"set xrange [-0.3:{len(spec.rows) - 0.7}]"]
        return [*data, *room, "plot " + ", ".join(plots)]

    def _areas(self):
        spec = self.spec
        plots, order = [], range(len(self.s))
        for i in reversed(order):  # tallest first
            top = "+".join(f"${k + 2}" for k in range(i + 1)) if spec.stacking else f"${i + 2}"
            plots.append(f"$data using 1:({top}) with filledcurves y1=0 title {quote(self.s[i].name)}")
        solid = "solid 1.0" if spec.stacking else "transparent solid 0.5"
        xs = [] if spec.row_kind == "number" else [self._tics()]
        data = (
            self._table()
            if spec.row_kind != "number"
            else self._data("data", [[x, *(s.values[r] for s in self.s)] for r, x in enumerate(spec.row_values)])
        )
        return [*data, f"set style fill {solid}", "set yrange [0:*]", *xs, "plot " + ", ".join(plots)]

    def _points(self):
        out, plots = [], []
        for i, s in enumerate(self.s):
            out += self._data(f"p{i}", [(x, v) for x, v in zip(self.spec.row_values, s.values) if v is not None])
            plots.append(f"$p{i} with points pt {self.rng.choice([1, 2, 5, 7, 9])} ps {self.rng.choice([1, 1.3])} title {quote(s.name)}")
        return [*out, "plot " + ", ".join(plots)]

    def _pie(self):
        """Slices as circle objects, names outside, numbers inside."""
        spec = self.spec
        values, at = self.s[0].values, 90.0
        out = [
            "unset border; unset tics; unset xlabel; unset ylabel; unset grid; unset key",
            "set size ratio -1",
            "set xrange [-1.6:1.6]; set yrange [-1.25:1.25]",
            "set style fill solid 1.0 border -1",
        ]
        for row, value in enumerate(values):
            sweep = 360 * value / sum(values)
            out.append(f"set object {row + 1} circle at 0,0 size 1 arc [{at}:{at + sweep}] fillcolor linetype {row + 1}")
            middle = f"({at + sweep / 2}*pi/180)"
            side = "left" if not 90 <= (at + sweep / 2) % 360 < 270 else "right"
            out.append(f"set label {quote(spec.rows[row])} at 1.08*cos{middle},1.08*sin{middle} {side}")
            if spec.labels[0][row]:
                number = canonical(value, spec.label_decimals) + ("%" if abs(sum(values) - 100) < 1e-6 else "")
                out.append(f"set label {quote(number)} at 0.7*cos{middle},0.7*sin{middle} center front")
            at += sweep
        return [*out, "plot NaN notitle"]

    def _bins(self):
        edges = self.spec.row_values
        width = edges[1] - edges[0]
        return [
            *self._data("data", [((a + b) / 2, v) for a, b, v in zip(edges, edges[1:], self.s[0].values)]),
            f"set boxwidth {width}; set style fill solid 0.7 border -1; set yrange [0:*]",
            f"set xrange [{edges[0] - width * 0.5}:{edges[-1] + width * 0.5}]; set xtics {edges[0]},{width * max(1, round(len(edges) / 8))}",
            "plot $data with boxes notitle",
        ]

    def _boxes(self):
        rows = [(r, *(self.s[k].values[r] for k in (0, 1, 2, 3, 4))) for r in self.rows]
        return [
            *self._data("data", rows),
            "unset key; set boxwidth 0.4; set style fill empty",
            self._tics(),
            f"set xrange [-0.7:{len(rows) - 0.3}]",
            "plot $data using 1:3:2:6:5 with candlesticks notitle whiskerbars, $data using 1:4:4:4:4 with candlesticks lt -1 lw 2 notitle",
        ]

    def _cells(self):
        spec = self.spec
        cells = [
            (i, len(spec.rows) - 1 - r, s.values[r], quote(canonical(s.values[r], spec.label_decimals)))
            for i, s in enumerate(self.s)
            for r in self.rows
        ]
        names = ", ".join(f"{quote(n)} {len(spec.rows) - 1 - r}" for r, n in enumerate(spec.rows))
        columns = ", ".join(f"{quote(s.name)} {i}" for i, s in enumerate(self.s))
        turn = "rotate by -45" if sum(len(s.name) for s in self.s) > 36 else ""
        plots = ["$data using 1:2:3 with image notitle"] + (
            ["$data using 1:2:4 with labels textcolor rgb 'white' notitle"] if any(spec.labels[0]) else []
        )
        return [
            *self._data("data", cells),
            "unset grid; unset key; set palette "
            + self.rng.choice(
                ["rgbformulae 7,5,15", "defined (0 '#08306b', 1 '#2171b5', 2 '#4292c6')", "defined (0 'dark-blue', 1 'dark-green', 2 'dark-red')"]
            ),
            f"set ytics ({names}); set xtics {turn} ({columns})",
            f"set xrange [-0.5:{len(self.s) - 0.5}]; set yrange [-0.5:{len(spec.rows) - 0.5}]",
            "plot " + ", ".join(plots),
        ]

    def _combo(self):
        spec, bars = self.spec, len(self.s) - 1
        axis = spec.axes[1]
        plots = [f"$data using {i + 2} with histogram title {quote(s.name)}" for i, s in enumerate(self.s[:-1])]
        plots.append(f"$data using 1:{bars + 2} axes x1y2 with linespoints lw 2 pt 7 title {quote(self.s[-1].name)}")
        shown = axis.fmt.prefix + "%g" + axis.fmt.suffix.replace("%", "%%")
        name = [f"set y2label {quote(axis.name_shown)}"] if axis.name_shown else []
        return [
            *self._table(),
            "set style histogram clustered gap 1; set style fill solid 0.8 border -1; set yrange [0:*]",
            f"set ytics nomirror; set y2tics; set format y2 {quote(shown)}",
            *name,
            self._tics(),
            "plot " + ", ".join(plots),
        ]
