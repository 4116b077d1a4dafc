"""Questions, summaries and expressions on a table whose answers are known."""

import dataclasses
import random
import re
import unittest

from conclave import evaluation, folders, trust
from conclave.targets import Table
from conclave.tasks import expressions, phrases, questions, summary
from conclave.tasks.facts import Facts

FACTS = Facts("line", "Rain", "Year", "Rain", "mm", "en", ["North", "South"], ["2001", "2002", "2003"],
              [[10.0, 20.5, 15.0], [30.0, None, 6.0]], [["10", "20.5", "15"], ["30", None, "6"]])


def said(*pieces: str, language: str = "en") -> str:
    return expressions.evaluate(FACTS, [f"<lang:{language}>", *pieces]).text


class Expressions(unittest.TestCase):
    def test_citations(self):
        self.assertEqual(said("In ", "<rowname>", "<r:1>", ": ", "<pt>", "<s:0>", "<r:1>"), "In 2002: 20.5 mm")
        self.assertEqual(said("<max>", "<s:0>"), "2002 (20.5 mm)")
        self.assertEqual(said("<maxof>", "<r:0>"), "South (30 mm)")
        self.assertEqual(said("<title>"), "Rain")

    def test_arithmetic_in_prefix_order(self):
        cell = lambda s, r: ["<pt>", f"<s:{s}>", f"<r:{r}>"]
        self.assertEqual(said("<calc>", "<diff>", *cell(0, 0), *cell(0, 1)), "10.5 mm")
        self.assertEqual(said("<calc>", "<sub>", *cell(0, 0), *cell(1, 0)), "-20 mm")
        self.assertEqual(said("<calc>", "<div>", "<add>", *cell(0, 0), *cell(1, 0), *cell(0, 0)), "4")
        self.assertEqual(said("<calc>", "<pct>", *cell(0, 1), *cell(0, 0)), "105%")
        self.assertEqual(said("<calc>", "<share>", *cell(1, 0), "<total>", "<s:1>"), "83.3%")
        self.assertEqual(said("<calc>", "<count>", "<s:0>", "<gt>", "<num>", "1", "2", "<end>"), "2")

    def test_comparisons_and_trends_in_three_languages(self):
        ask = ["<yesno>", "<gt>", "<last>", "<s:0>", "<first>", "<s:0>"]
        self.assertEqual([said(*ask, language=l) for l in ("en", "de", "zh")], ["yes", "ja", "是"])
        self.assertEqual([said("<trend>", "<s:1>", language=l) for l in ("en", "de", "zh")], ["falls", "fällt", "下降"])
        self.assertEqual(said("<larger>", "<pt>", "<s:0>", "<r:0>", "<pt>", "<s:1>", "<r:0>"), "South")

    def test_what_is_not_there_is_not_supported(self):
        for pieces in (["<pt>", "<s:1>", "<r:1>"], ["<pt>", "<s:7>", "<r:0>"], ["<calc>", "<div>", "<pt>"], ["<name>", "<s:9>"], ["<maxof>", "<r:9>"],
                       ["<calc>", "<div>", "<rows>", "<num>", "0", "<end>"], ["<calc>", "<num>", "-", "<end>"], ["<larger>", "<title>"]):
            self.assertEqual(expressions.evaluate(FACTS, pieces).claims[0], None, pieces)


class Points(unittest.TestCase):
    def test_a_units_point_ends_the_sentence(self):
        facts = Facts(**(FACTS.__dict__ | {"unit": "Mrd."}))
        text = expressions.evaluate(facts, ["<lang:de>", "Es sind ", "<pt>", "<s:0>", "<r:0>", ".", " Ende."]).text
        self.assertEqual(text, "Es sind 10 Mrd. Ende.")


class Questions(unittest.TestCase):
    def test_every_answer_is_supported_by_the_table(self):
        for language in ("en", "de", "zh"):
            FACTS.language = language
            rng = random.Random(1)
            families = set()
            for _ in range(400):
                asked = questions.Asker(FACTS, rng, strangers=["Pluto"]).ask()
                if asked:
                    families.add(asked.family)
                    self.assertNotIn("{", asked.text)
                    self.assertNotIn(None, expressions.evaluate(FACTS, asked.answer).claims, asked)
            self.assertGreater(len(families), 24)
        FACTS.language = "en"

    def test_test_phrases_are_not_trained(self):
        for family in phrases.QUESTIONS.values():
            for options in family.values():
                trained, kept = options[:], options[4::5]
                trained = [o for i, o in enumerate(options) if i % 5 != 4]
                self.assertFalse(set(trained) & set(kept))

    def test_thresholds_lie_between_values(self):
        asker = questions.Asker(FACTS, random.Random(2))
        for _ in range(50):
            limit = float(asker._limit(FACTS.column(0)))
            self.assertNotIn(limit, FACTS.cells[0])
            self.assertTrue(10 < limit < 20.5)

    def test_summaries_cite_and_hold_no_numbers_of_their_own(self):
        for seed in range(30):
            for language in ("en", "de", "zh"):
                FACTS.language = language
                pieces = summary.write(FACTS, random.Random(seed))
                self.assertNotIn(None, expressions.evaluate(FACTS, pieces).claims)
                self.assertIsNone(re.search(r"\d", "".join(p for p in pieces if not p.startswith("<"))))
        FACTS.language = "en"

    def test_talk_is_answered_with_a_saying(self):
        kinds = {questions.talk(random.Random(i), "de").answer[1] for i in range(80)}
        self.assertTrue({"<say:refuse>", "<say:can>", "<say:greet>"} <= kinds)


class Scores(unittest.TestCase):
    def test_right_answers_are_right_whatever_their_words(self):
        gold = expressions.evaluate(FACTS, ["It is ", "<calc>", "<max>", "<s:0>"])
        near = Facts(**(FACTS.__dict__ | {"cells": [[10.0, 21.0, 15.0], FACTS.cells[1]]}))
        far = Facts(**(FACTS.__dict__ | {"cells": [[10.0, 25.0, 15.0], FACTS.cells[1]]}))
        self.assertTrue(evaluation.right("max_value", gold, expressions.evaluate(near, ["<calc>", "<max>", "<s:0>"])))
        self.assertFalse(evaluation.right("max_value", gold, expressions.evaluate(far, ["<calc>", "<max>", "<s:0>"])))
        self.assertFalse(evaluation.right("max_value", gold, expressions.evaluate(FACTS, ["<say:absent>"])))
        self.assertTrue(evaluation.right("absent", *[expressions.evaluate(FACTS, ["<say:absent>"])] * 2))

    def test_a_picture_that_is_no_chart_counts_by_whether_that_was_seen(self):
        nothing, table = Table("nochart"), Table("bar")
        self.assertEqual(evaluation.table_scores(nothing, Table("nochart"))["f1"], 1.0)
        self.assertEqual(evaluation.table_scores(nothing, table)["f1"], 0.0)
        rows = [{"group": "nochart", "labelled": False, "f1": 1.0, "cited": 0.0}, {"group": "bar", "labelled": True, "f1": 0.5, "cited": 0.0}]
        self.assertEqual(evaluation.report(rows, [])["all"], {"charts": 1, "f1": 0.5})

    def test_citations_are_held_against_the_truth_by_name(self):
        own = Facts(**(FACTS.__dict__ | {"rows": ["2002", "2001", "2003"], "cells": [[20.5, 12.0, 15.0], [None, 30.0, 6.0]]}))
        pieces = ["<pt>", "<s:0>", "<r:0>", "<pt>", "<s:0>", "<r:1>", "<pt>", "<s:1>", "<r:0>"]
        self.assertEqual(evaluation.summary_scores(FACTS, own, pieces), {"cited": 3.0, "cited_own": 2.0, "cited_true": 1.0})

    def test_names_that_are_numbers_are_compared_as_numbers(self):
        own = Facts(**(FACTS.__dict__ | {"rows": ["2001.0", "2002", "2004"]}))
        pieces = ["<max>", "<s:0>", "<pt>", "<s:0>", "<r:0>", "<pt>", "<s:0>", "<r:2>"]
        self.assertEqual(evaluation.summary_scores(FACTS, own, pieces)["cited_true"], 2.0)  # of a year that is not there nothing is true

    def test_a_name_that_the_picture_does_not_show_is_not_asked_for(self):
        truth = Table("bar", "", {}, ["Hidden"], ["a"], [["1"]], undrawn=["Hidden"])
        guess = Table("bar", "", {}, ["Value"], ["a"], [["1"]])
        self.assertEqual(folders.as_named(guess, truth).series, ["Hidden"])
        self.assertEqual(folders.as_named(guess, dataclasses.replace(truth, undrawn=[])).series, ["Value"])

    def test_trust_is_held_against_what_is_right(self):
        own = Facts(**(FACTS.__dict__ | {"rows": ["2001", "1999", "2003"]}))
        cells = [{"value": v, "trust": t} for v, t in ((own.value(0, 0), 0.95), (None, 0.9), (own.value(0, 1), 0.35), (12.0, 0.3),
                                                       (own.value(0, 2), 0.9), (own.value(1, 2), 1.0))]
        found = trust.numbers({"table": cells}, FACTS, own)
        self.assertEqual(found, [(0.95, True), (0.35, False), (0.3, False), (0.9, True), (1.0, True)])  # there is no 1999
        told = trust.by_trust(found)
        self.assertEqual(told["0.3"], {"numbers": 2, "trust": 0.325, "right": 0.0})
        self.assertEqual(told["0.9"], {"numbers": 3, "trust": 0.95, "right": 1.0})
        self.assertAlmostEqual(told["error"], (2 * 0.325 + 3 * 0.05) / 5, 3)


if __name__ == "__main__":
    unittest.main()
