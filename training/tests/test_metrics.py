"""RMS-F1 on cases whose value is known."""

import unittest

from conclave.calibration import from_place
from conclave.metrics import anls, assign, levenshtein, relaxed, rms, rms_drawn, rms_tables, rnss
from conclave.targets import Calibration, Table


def table(cells, rows=("Q1", "Q2"), series=("North", "South"), title="Sales"):
    return Table("bar", title, {}, list(series), list(rows), cells)


TRUTH = table([["10", "20"], ["30", "40"]])


class Metrics(unittest.TestCase):
    def test_levenshtein(self):
        self.assertEqual(levenshtein("kitten", "sitting"), 3)
        self.assertEqual(levenshtein("", "abc"), 3)
        self.assertEqual(anls("", ""), 1.0)
        self.assertEqual(anls("abcd", "wxyz"), 0.0)

    def test_assignment_is_optimal(self):
        self.assertEqual(sorted(assign([[4, 1, 3], [2, 0, 5], [3, 2, 2]])), [(0, 1), (1, 0), (2, 2)])

    def test_perfect_and_transposed_score_one(self):
        self.assertEqual(rms_tables(TRUTH, TRUTH)[2], 1.0)
        turned = table([["10", "30"], ["20", "40"]], ("North", "South"), ("Q1", "Q2"))
        self.assertAlmostEqual(rms_tables(TRUTH, turned)[2], 1.0)

    def test_one_cell_off(self):
        near = table([["10.5", "20"], ["30", "40"]])
        far = table([["11.5", "20"], ["30", "40"]])
        self.assertAlmostEqual(rms_tables(TRUTH, near)[2], 4.95 / 5)
        self.assertAlmostEqual(rms_tables(TRUTH, far)[2], 4 / 5)

    def test_missing_title_costs_recall_only(self):
        precision, recall, f1 = rms_tables(TRUTH, table(TRUTH.cells, title=""))
        self.assertEqual(precision, 1.0)
        self.assertAlmostEqual(recall, 0.8)
        self.assertAlmostEqual(f1, 2 * 0.8 / 1.8)

    def test_empty(self):
        self.assertEqual(rms([], []), (1.0, 1.0, 1.0))
        self.assertEqual(rms([("a", "1")], [])[2], 0.0)
        self.assertEqual(rms([], [("a", "1")])[2], 0.0)

    def test_zero_is_compared_as_text(self):
        self.assertEqual(rms([("a", "0")], [("a", "0")])[2], 1.0)
        self.assertEqual(rms([("a", "0")], [("a", "7")])[2], 0.0)

    def test_a_name_that_is_not_drawn_is_not_asked_for(self):
        truth = Table("pie", "T", {}, ["Share"], ["a", "b"], [["1"], ["2"]], undrawn=["Share"])
        guess = Table("pie", "T", {}, ["Sales volume"], ["a", "b"], [["1"], ["2"]])
        self.assertLess(rms_tables(truth, guess)[2], 0.8)
        self.assertEqual(rms_drawn(truth, guess)[2], 1)
        truth.undrawn = []
        self.assertEqual(rms_drawn(truth, guess), rms_tables(truth, guess))

    def test_rnss_looks_at_numbers_alone(self):
        self.assertEqual(rnss([1, 2, 4], [4, 1, 2]), 1.0)
        self.assertAlmostEqual(rnss([10, 20], [10, 22]), 0.95)
        self.assertAlmostEqual(rnss([10, 20], [10]), 0.5)
        self.assertAlmostEqual(rnss([10], [10, 20]), 0.5)
        self.assertEqual(rnss([], [1]), 0.0)

    def test_relaxed_accuracy(self):
        self.assertTrue(relaxed(100, 105))
        self.assertFalse(relaxed(100, 105.1))
        self.assertTrue(relaxed(-100, -96))
        self.assertFalse(relaxed(0, 0.01))
        self.assertFalse(relaxed(1, None))

    def test_values_from_places(self):
        read = Table("line", "", {}, ["a", "b"], ["r"], [["1", None]], [[[5, 60], []]], [Calibration("y", False, [(100, "0"), (50, "50")])], [0, 0])
        self.assertEqual(from_place(read).cells, [["40", None]])
        read.axes[0] = Calibration("y", True, [(100, "1"), (50, "100")])
        self.assertEqual(from_place(read).cells, [[f"{10 ** 1.6:.6g}", None]])
        read.axes[0] = Calibration("y", False, [(100, "0")])
        self.assertEqual(from_place(read).cells, read.cells)

    def test_stacked_parts_lie_on_each_other(self):
        axis = Calibration("y", False, [(100, "0"), (0, "100")])
        read = Table("stacked", "", {}, ["a", "b"], ["r"], [["9", "9"]], [[[5, 80], [5, 50]]], [axis], [0, 0])
        self.assertEqual(from_place(read).cells, [["20", "30"]])


if __name__ == "__main__":
    unittest.main()
