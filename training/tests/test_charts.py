"""The chart generator: the same seed draws the same chart, and pixels tell what the truth says."""

import concurrent.futures
import dataclasses
import functools
import itertools
import json
import math
import re
import unittest

from charts import CHARTS, EVALUATED, MIX, VALID_SEEDS, Options, fonts, generate, render, sample_spec
from charts.lexicon import LANGUAGES, characters
from charts.palettes import distance

FIRST = VALID_SEEDS + 9000
WORDS = [word for word in CHARTS if word != "nochart"]


def plain(word: str, seed: int, renderer: str = "fast", language: str = "en"):
    """An undegraded chart."""
    return generate(seed, Options(charts=(word,), languages=(language,), renderer=renderer, degrade=0.0))


def digest(seed: int) -> tuple:
    sample = generate(seed, Options(negatives=0.1))
    return sample.image.tobytes(), json.dumps(sample.record())


def every_sample():
    """(name, sample): each chart word by both renderers."""
    for i, word in enumerate(WORDS):
        for k in range(4):
            yield f"{word} {k}", plain(word, FIRST + k, "fast", ("en", "de", "zh")[(i + k) % 3])
    for i, word in enumerate(WORDS):
        yield f"{word} by Matplotlib", plain(word, FIRST + i, "matplotlib", ("en", "de", "zh")[i % 3])


@functools.lru_cache(maxsize=1)
def samples():
    return list(every_sample())


class Charts(unittest.TestCase):
    def test_a_seed_draws_the_same_chart_in_any_worker(self):
        seeds = list(range(FIRST, FIRST + 12))
        here = [digest(s) for s in seeds]
        with concurrent.futures.ProcessPoolExecutor(2) as pool:
            there = list(pool.map(digest, reversed(seeds)))
        self.assertEqual(here, there[::-1])
        self.assertEqual(len({image for image, _ in here}), len(seeds))

    def test_a_single_series_is_named_by_what_can_be_read(self):
        unseen = by_title = 0
        for name, sample in samples():
            if len(sample.series) != 1:
                continue
            series, title = sample.series[0].name, sample.spec.title_measure
            drawn = [text.text.lower() for text in sample.texts]
            if not sample.undrawn:
                by_title += bool(title) and series == title and sum(title.lower() in text for text in drawn) == 1
                continue
            unseen += 1
            with self.subTest(name):
                self.assertEqual(series, LANGUAGES[sample.language].LABELS["value"])
                self.assertEqual(sample.flat()["undrawn"], [series])
                if title and sample.kind != "histogram":
                    self.assertFalse(any(title.lower() in text for text in drawn))
        self.assertGreater(unseen, 0)
        self.assertGreater(by_title, 0)

    def test_every_chart_in_every_language_is_drawn_whole(self):
        for name, sample in samples():
            with self.subTest(name):
                self.assertEqual(sample.chart, name.split()[0])
                width, height = sample.image.size
                self.assertTrue(150 <= width <= 2000 and 150 <= height <= 2000, sample.image.size)
                for text in sample.texts:
                    self.assertTrue(-2 <= text.box[0] and text.box[2] <= width + 2 and -2 <= text.box[1] and text.box[3] <= height + 2, text)
                for cell in (c for cells in sample.cells for c in cells if c):
                    self.assertTrue(0 <= cell.x <= width and 0 <= cell.y <= height, cell)

    def test_tables_are_well_formed(self):
        for name, sample in samples():
            with self.subTest(name):
                self.assertEqual(len(set(sample.rows)), len(sample.rows))
                self.assertEqual(len({s.name for s in sample.series}), len(sample.series))
                self.assertLessEqual(len(sample.rows) * len(sample.series), 64)
                self.assertEqual([len(cells) for cells in sample.cells], [len(sample.rows)] * len(sample.series))
                for cell in (c for cells in sample.cells for c in cells if c):
                    self.assertRegex(cell.text, r"^-?\d+(\.\d+)?$")
                    self.assertEqual(float(cell.text), cell.value)
                for axis in sample.axes:
                    self.assertGreaterEqual(len(axis.ticks), 1 if axis.scale in ("category", "date") else 2)

    def test_names_and_labels_stand_in_the_picture(self):
        for name, sample in samples():
            with self.subTest(name):
                drawn = "".join(t.text for t in sample.texts).replace(" ", "")
                words = [sample.title] + ([s.name for s in sample.series] if len(sample.series) > 1 and sample.kind != "box" else [])
                if not sample.spec.predictable and sample.row_kind == "category":
                    words += sample.rows
                for word in words:
                    self.assertIn(word.replace(" ", ""), drawn)
                labels = {re.sub(r"[^\d]", "", t.text) for t in sample.texts if t.role in ("value", "category")}
                for cell in (c for cells in sample.cells for c in cells if c and c.labelled):
                    self.assertTrue(any(cell.text.lstrip("-").replace(".", "") in label for label in labels), cell)

    def test_the_calibration_maps_marks_to_values(self):
        for name, sample in samples():
            if sample.kind in ("pie", "donut", "heatmap"):
                continue
            with self.subTest(name):
                self._calibrated(sample, 0.7)

    def test_places_follow_rotation_scaling_and_cropping(self):
        for word in ("bar", "line", "hbar", "combo", "scatter"):
            for seed in range(FIRST, FIRST + 8):
                sample = generate(seed, Options(charts=(word,), renderer="fast", degrade=1.0))
                with self.subTest(f"{word} {seed}"):
                    self._calibrated(sample, 6.0)  # perspective bends the scale a little

    def _calibrated(self, sample, pixels: float):
        """Values recomputed from places agree with the table within `pixels`, and what rounding allows."""
        for series, cells in zip(sample.series, sample.cells):
            axis = sample.axes[series.axis]
            a, b = axis.ticks[0], axis.ticks[-1]
            length = ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5
            for cell in filter(None, cells):
                value = axis.value_at(cell.x, cell.y)
                if sample.stacking:
                    value -= axis.value_at(cell.base_x, cell.base_y)
                if axis.scale == "log":
                    self.assertLess(abs(value / cell.value - 1), 0.06 + 0.05 * pixels, cell)
                    continue
                limit = abs(b.value - a.value) / length * pixels * (2 if sample.stacking else 1) + sample.spec.axes[series.axis].quantum * 0.51
                self.assertLess(abs(value - cell.value), limit, (cell, value))

    def test_the_letters_of_turned_names_stand_in_their_box_in_reading_order(self):
        seen = set()
        for seed in range(120):
            sample = generate(seed, Options(matplotlib_share=0.0, degrade=0.0, charts=("bar", "line")))
            for text in (t for t in sample.texts if t.spots):
                left, top, right, bottom = text.box
                self.assertEqual("".join(c for c, _, _ in text.spots), text.text)
                self.assertTrue(all(left <= x <= right and top <= y <= bottom for _, x, y in text.spots), text)
                if text.role == "category" and len(text.text) > 2:
                    seen.add("falls" if text.spots[-1][2] > text.spots[0][2] else "rises")
        self.assertEqual(seen, {"rises", "falls"})

    def test_turned_names_may_be_laid_upright_below_their_columns(self):
        met, lines = 0, set()
        for seed in range(160):
            options = Options(renderer="fast", degrade=0.0, charts=("bar", "line"))
            turned, laid = generate(seed, options), generate(seed, dataclasses.replace(options, laid=1.0))
            names = [t for t in laid.texts if t.role == "category"]
            if not any(t.rotated for t in turned.texts if t.role == "category"):
                self.assertEqual([t.box for t in turned.texts], [t.box for t in laid.texts])
                continue
            met += 1
            self.assertEqual((turned.rows, turned.cells), (laid.rows, laid.cells))
            self.assertFalse(any(t.rotated for t in names))
            self.assertTrue(all(a.box[2] < b.box[0] or round(a.box[3]) != round(b.box[3]) for a, b in itertools.combinations(names, 2)), names)
            lines.add(len({round(t.box[3]) for t in names}))
        self.assertGreater(met, 10)
        self.assertGreater(len(lines), 1)

    def test_slices_without_a_legend_are_listed_clockwise_from_the_top(self):
        turned = 0
        for word, seed in (("pie", FIRST + i) for i in range(24)):
            sample = plain(word, seed, ("fast", "matplotlib")[seed % 2])
            if any(text.role == "legend" for text in sample.texts):
                self.assertEqual(sample.rows, sample.spec.rows)
                continue
            left, top, right, bottom = sample.plots[0]
            turns = [math.atan2(c.x - (left + right) / 2, (top + bottom) / 2 - c.y) % math.tau for c in sample.cells[0]]
            self.assertEqual(turns, sorted(turns))
            values = dict(zip(sample.spec.rows, sample.spec.series[0].values))
            self.assertEqual([round(c.value, 3) for c in sample.cells[0]], [round(values[row], 3) for row in sample.rows])
            turned += sample.rows != sample.spec.rows
        self.assertGreater(turned, 4)

    def test_slices_lie_on_the_circle_in_order(self):
        for word in ("pie", "donut"):
            sample = plain(word, FIRST + 1)
            box = sample.plots[0]
            for cell in filter(None, sample.cells[0]):
                self.assertTrue(box[0] < cell.x < box[2] and box[1] < cell.y < box[3])

    def test_marks_have_their_series_colour(self):
        for renderer, count in (("fast", 6), ("matplotlib", 1)):
            for word in ("bar", "hbar", "stacked", "hstacked100", "line", "step", "scatter", "pie", "donut", "histogram", "combo"):
                hits, most = [], 1 if word in ("line", "step") else 6
                for seed in range(FIRST, FIRST + count):
                    spec = sample_spec(seed, Options(charts=(word,), labels="none", max_series=most))
                    spec.notes, style = [], spec.style
                    style.bar_outline = 0.0  # darkens thin bars
                    style.hatch = style.marker_hollow = style.smooth_lines = style.vary_colours = False
                    for series in spec.series:
                        series.errors, series.marker = [], "circle" if series.mark in ("line", "step", "point") else ""
                    style.marker_size, style.explode, style.pie_text, style.legend = max(6, style.marker_size), -1, "legend", "right"
                    if renderer == "matplotlib":  # its style sheets may change the colours: Sample.series has them
                        style.area_alpha = 1.0
                    sample = render(spec, renderer)
                    hits += [self._coloured(sample, i, row, cell) for i, cells in enumerate(sample.cells) for row, cell in enumerate(cells) if cell]
                with self.subTest(f"{word} by {renderer}"):
                    self.assertGreater(len(hits), 1)
                    self.assertGreater(sum(hits) / len(hits), 0.9 if word in ("combo", "scatter") else 0.97)

    def _coloured(self, sample, i: int, row: int, cell) -> bool:
        """Whether the picture has the mark's colour at its place; inside it for bars. Bars of under two pixels have no inside."""
        colour = sample.spec.style.colours[row % len(sample.spec.style.colours)] if sample.kind in ("pie", "donut") else sample.series[i].rgb
        x, y = cell.x, cell.y
        if sample.series[i].mark == "bar":
            if abs(cell.x - cell.base_x) + abs(cell.y - cell.base_y) < 5:
                return True
            x, y = (cell.x + cell.base_x) / 2, (cell.y + cell.base_y) / 2
        left, top, right, bottom = sample.plots[0]
        if sample.series[i].mark in ("line", "step", "point") and min(x - left, y - top, right - x, bottom - y) < 2:
            return True  # under the frame
        at = min(sample.image.width - 1, int(x)), min(sample.image.height - 1, int(y))
        return distance(sample.image.getpixel(at), colour) < 40

    def test_fonts_have_every_character(self):
        families = [(k, v, False) for k, v in (fonts.LATIN | fonts.HELD_OUT_LATIN).items()] + [(k, v, True) for k, v in fonts.CHINESE.items()]
        absent, seen = fonts.missing(), 0
        for name, files, chinese in families:
            if any(file in absent for file in files):
                continue
            seen += 1
            for char in characters() + list("0123456789.,-+%()€$£¥'"):
                if (ord(char) >= fonts.CJK) == chinese:
                    self.assertTrue(fonts.draws(fonts.path(files[0]), char), f"{name} lacks {char!r}")
        self.assertGreaterEqual(seen, 4)

    def test_lists_agree_in_all_languages(self):
        for language, lists in LANGUAGES.items():
            for group in ("DIMENSIONS", "MEASURES", "UNITS", "ANNOTATIONS", "LABELS", "TIME"):
                self.assertEqual(getattr(lists, group).keys(), getattr(LANGUAGES["en"], group).keys(), (language, group))
            for name, members in lists.DIMENSIONS.values():
                self.assertEqual(len(set(members.split("|"))), members.count("|") + 1, name)

    def test_pictures_that_are_no_charts(self):
        sample = generate(FIRST, Options(negatives=1.0, degrade=0.0))
        self.assertEqual((sample.chart, sample.rows, sample.series, sample.title), ("nochart", [], [], ""))
        self.assertGreater(len(sample.image.getcolors(1 << 24)), 3)

    def test_options_bound_what_is_drawn(self):
        small = Options(max_rows=6, max_series=2, max_cells=15, degrade=0.0, renderer="fast")
        for seed in range(FIRST, FIRST + 40):
            sample = generate(seed, small)
            self.assertLessEqual(len(sample.rows) * len(sample.series), 15, sample.chart)
        labelled = generate(FIRST, Options(charts=("bar",), labels="all", easy=True, degrade=0.0))
        self.assertTrue(all(cell.labelled for cell in labelled.cells[0]))
        self.assertEqual(len(labelled.series), 1)

    def test_an_evaluation_set_has_every_kind(self):
        self.assertEqual(set(EVALUATED), set(MIX))
        self.assertEqual(sum(EVALUATED.values()), 297)

    def test_the_mix_is_a_mix(self):
        drawn = {sample_spec(seed).kind for seed in range(300)}
        self.assertEqual(len(drawn), 12)
        self.assertEqual(set(MIX) | {"nochart"}, set(CHARTS))


if __name__ == "__main__":
    unittest.main()
