"""The data of the kinds that are no plain bars, lines or areas."""

import math

from . import distributions, scales
from .formats import canonical, decimals_of
from .quantities import Numbers, value_axis
from .spec import BOX_SERIES, SeriesSpec, ValueAxis


class Special:
    """Half of `kinds.Builder`: pies, histograms, boxes, heatmaps, scatters, combos, multiples."""

    def _pie(self):
        rng, spec = self.rng, self.spec
        count = rng.randint(2, min(self.options.max_rows, 5 if self.options.easy else 8))
        spec.row_name, spec.row_kind, spec.rows, spec.row_values, _ = self.w.category_rows(count)
        labelled = self.options.labels == "all" or (not self.options.labels and rng.random() < 0.7)
        total = 100
        if labelled and self.s.pie_value == "value":
            total = max(count * 10, round(self.numbers.top if self.numbers.top > 60 else rng.uniform(60, 5000)))
        values = [float(v) for v in distributions.shares(rng, count, total)]
        if labelled and total == 100 and rng.random() < 0.3:
            moved = [rng.uniform(-0.4, 0.4) for _ in values]
            values = [round(v + m - sum(moved) / count, 1) for v, m in zip(values, moved)]
            values[0] = round(values[0] + 100 - sum(values), 1)
            spec.label_decimals = 1
        spec.series = [SeriesSpec(self.measure, values, -1, "slice")]
        spec.labels = [[labelled] * count]

    def _histogram(self):
        rng, spec = self.rng, self.spec
        self.numbers.signed = False
        count = rng.randint(5, max(5, min(16, self.options.max_rows, int(self.ems[0] / 3.2))))
        raw = distributions.bins(rng, count)
        top = 10 ** rng.uniform(0.8, 3.2)
        values = [float(round(v * top)) for v in raw]
        width, start = rng.choice([1, 2, 5, 10, 10, 20, 25, 50, 100, 0.5, 0.2]), rng.choice([0, 0, 0, 1, 2, 4, -3])
        edges = [round((start + i) * width, 6) for i in range(count + 1)]
        places = max(decimals_of(e) for e in edges)
        names = [canonical(e, places) for e in edges]
        spec.rows, spec.row_kind, spec.row_values, spec.predictable = [f"{a}-{b}" for a, b in zip(names, names[1:])], "bin", edges, True
        spec.row_name = self.measure
        low, high, ticks = scales.linear(rng, edges[0], edges[-1], False, "margin" if self.s.limits == "margin" else "ticks", False)
        if rng.random() < 0.5 or self.s.limits != "margin":
            low, high, ticks = edges[0], edges[-1], edges[:: max(1, math.ceil((count + 1) / rng.choice([6, 10, 17])))]
        spec.row_axis = ValueAxis(
            self.measure,
            low=low,
            high=high,
            ticks=ticks,
            decimals=places if ticks[0] in edges else scales.step_decimals(ticks),
            fmt=self.numbers.fmt,
            name_shown=self.measure,
        )
        self.measure = self.w.lists.LABELS[rng.choice(["frequency", "count"])]
        self.numbers.unit, self.numbers.word, self.numbers.prefix, self.numbers.whole, self.numbers.multiplier = "", "", "", True, 1.0
        spec.series = [SeriesSpec(self.measure, values, 0, "bar")]
        self._finish(True, False)

    def _box(self):
        rng, spec = self.rng, self.spec
        self._rows(2, max(2, min(8, self.options.max_cells // 5)), 0.15)
        top = self.numbers.top
        for _ in spec.rows:
            middle, half = top * rng.uniform(0.35, 0.7), top * rng.uniform(0.05, 0.15)
            if self.numbers.signed:
                middle -= top * 0.4
            five = [
                middle - half * rng.uniform(1.6, 2.6),
                middle - half * rng.uniform(0.6, 1.1),
                middle + half * rng.uniform(-0.3, 0.3),
                middle + half * rng.uniform(0.6, 1.1),
                middle + half * rng.uniform(1.6, 2.6),
            ]
            for i in range(5):
                if len(spec.series) <= i:
                    spec.series.append(SeriesSpec(BOX_SERIES[i], [], 0, "box"))
                spec.series[i].values.append(five[i])
            odd = rng.random() < 0.3
            spec.outliers.append([five[4] + half * rng.uniform(0.5, 1.5) for _ in range(rng.randint(1, 3))] if odd else [])
        shown = [v for s in spec.series for v in s.values] + [v for out in spec.outliers for v in out]
        spec.axes.append(value_axis(rng, self.numbers, shown, self._name(), False, self.s, spec.language))
        spec.labels = [[False] * len(spec.rows) for _ in spec.series]
        self._round()
        spec.axes[0].high = max(spec.axes[0].high, max(shown))

    def _heatmap(self):
        rng, spec = self.rng, self.spec
        most = self.options.max_cells
        columns = rng.randint(2, max(2, min(8, int(self.ems[0] / 6), most // 2)))
        rows = rng.randint(2, max(2, min(8, int(self.ems[1] / 4), most // columns)))
        spec.row_name, spec.row_kind, spec.rows, spec.row_values, _ = self.w.category_rows(rows)
        low, top = (-1.0, 1.0) if rng.random() < 0.15 else (0.0, self.numbers.top)
        if low < 0:
            self.numbers.unit = self.numbers.word = self.numbers.prefix = ""
            self.numbers.whole = False
        names = self.w.series_names(columns)
        spec.series = [SeriesSpec(name, [low + (top - low) * rng.random() for _ in range(rows)], 0, "cell") for name in names]
        spec.axes.append(
            value_axis(rng, self.numbers, [v for s in spec.series for v in s.values] + [low, top], self._name(), False, self.s, spec.language)
        )
        axis = spec.axes[0]
        axis.quantum = scales.nice((axis.high - axis.low) / 40, down=True)  # a colour tells less than a place
        if self.numbers.whole:
            axis.quantum = max(1.0, axis.quantum)
        self._labels(0.75)
        if not self.s.colour_bar:
            spec.labels = [[True] * rows for _ in names]
        self._round()

    def _scatter(self):
        rng, spec = self.rng, self.spec
        count = 1 if rng.random() < 0.65 else rng.randint(2, 3)
        points = rng.randint(5, max(5, min(28, self.options.max_cells // count)))
        other = Numbers(rng, spec.language, self.w.measure(self.key)[0], self.s)
        xs = sorted(other.top * v for v in (rng.random() for _ in range(points)))
        x_low, x_high, ticks = scales.linear(rng, xs[0], xs[-1], rng.random() < 0.5, self.s.limits, False)
        x_step = scales.quantum(x_low, x_high)
        xs = sorted({round(round(x / x_step) * x_step, 9) for x in xs})
        spec.rows, spec.row_values, spec.row_kind = [canonical(x, decimals_of(x_step)) for x in xs], xs, "number"
        spec.row_name = self.w.measure(self.key)[1]
        spec.row_axis = ValueAxis(
            spec.row_name,
            low=min(x_low, xs[0]),
            high=max(x_high, xs[-1]),
            ticks=ticks,
            decimals=scales.step_decimals(ticks),
            fmt=other.fmt,
            name_shown=spec.row_name,
            quantum=x_step,
        )
        owners = [rng.randrange(count) for _ in xs]
        slope, noise = rng.choice([-1, 1, 1, 0]) * rng.uniform(0.4, 0.9), rng.choice([0.03, 0.1, 0.25])
        names = self.w.series_names(count) if count > 1 else [self.measure]
        low = -self.numbers.top if self.numbers.signed else 0.0
        for i, name in enumerate(names):
            values = []
            for x, owner in zip(xs, owners):
                t = (x - xs[0]) / ((xs[-1] - xs[0]) or 1)
                v = 0.5 + slope * (t - 0.5) + rng.gauss(0, noise) + 0.15 * i
                values.append(low + (self.numbers.top - low) * min(1.0, max(0.02, v)) if owner == i else None)
            if any(v is not None for v in values):
                spec.series.append(SeriesSpec(name, values, 0, "point"))
        spec.axes.append(
            value_axis(
                rng,
                self.numbers,
                [v for s in spec.series for v in s.values if v is not None],
                self.measure,
                rng.random() < 0.5,
                self.s,
                spec.language,
            )
        )
        spec.labels = [[False] * len(xs) for _ in spec.series]
        self._round()

    def _combo(self):
        """Bars on the left axis, a line on the right one (or on the same)."""
        rng, spec = self.rng, self.spec
        self._rows(3, max(3, min(12, self.options.max_cells // 3)), 0.7)
        rows = len(spec.rows)
        key, second = self.w.measure(self.key)
        self.numbers.signed = False
        bars = rng.choice([1, 1, 1, 2])
        names = [self.measure] if bars == 1 else self.w.series_names(bars)
        spec.series = [SeriesSpec(name, self._values(rows, self.numbers.top * rng.uniform(0.5, 1), True), 0, "bar") for name in names]
        spec.axes.append(
            value_axis(
                rng, self.numbers, [v for s in spec.series for v in s.values], self.measure if rng.random() < 0.8 else "", True, self.s, spec.language
            )
        )
        first, self.numbers = self.numbers, Numbers(rng, spec.language, key, self.s)
        spec.series.append(SeriesSpec(second, self._values(rows, self.numbers.top, False), 1, "line"))
        spec.axes.append(
            value_axis(rng, self.numbers, spec.series[-1].values, second if rng.random() < 0.8 else "", rng.random() < 0.6, self.s, spec.language)
        )
        self.numbers.whole = first.whole and self.numbers.whole
        spec.labels = [[False] * rows for _ in spec.series]
        if rng.random() < 0.25 or self.options.labels == "all":
            spec.labels[rng.randrange(len(spec.series))] = [True] * rows
        self._round()

    def _multiples(self):
        """The same rows in several panels; a panel is a series with its own calibration."""
        rng, spec = self.rng, self.spec
        panels = rng.choice([n for n in (2, 2, 3, 4, 4, 6) if 3 * n <= self.options.max_cells] or [2])
        spec.columns = {2: rng.choice([1, 2, 2]), 3: rng.choice([1, 3, 3]), 4: 2, 6: 3}[panels]
        wide = self.ems[0] / spec.columns / 3.6
        count = rng.randint(3, max(3, min(10, int(wide), self.options.max_cells // panels)))
        make = self.w.time_rows if rng.random() < 0.7 else self.w.category_rows
        spec.row_name, spec.row_kind, spec.rows, spec.row_values, spec.predictable = make(count)
        spec.row_values = [float(v) for v in spec.row_values]
        mark, shared = rng.choice(["bar", "line", "line", "area"]), rng.random() < 0.7
        names = self.w.series_names(panels)
        spec.series = [
            SeriesSpec(
                name, self._values(count, self.numbers.top * (rng.uniform(0.5, 1) if shared else 10 ** rng.uniform(-0.7, 0)), mark != "line"), i, mark
            )
            for i, name in enumerate(names)
        ]
        every = [v for s in spec.series for v in s.values]
        name = self._name()
        state = rng.getstate()  # equal choices for every panel
        for series in spec.series:
            rng.setstate(state)
            spec.axes.append(value_axis(rng, self.numbers, every if shared else series.values, name, mark != "line", self.s, spec.language))
        if shared:
            spec.axes = [spec.axes[0]] * panels
        spec.labels = [[False] * count for _ in names]
        self._round()
