"""Tokenizer, targets, dense targets and batches."""

import random
import unittest

import charts
import numpy as np
import torch

from conclave import targets
from conclave.calibration import from_place
from conclave.config import small_config
from conclave.dataset import LENGTH_STEP, Charts, Maker, Mix, collate, perturb
from conclave.metrics import rms_tables
from conclave.tasks import phrases
from conclave.tokenizer import Tokenizer

CONFIG = small_config(0)
TOKENIZER = Tokenizer.of(CONFIG)


def drawn(count: int, **options):
    """Pictures of the training seeds, with what was drawn."""
    maker = Maker(CONFIG, TOKENIZER, Mix({"matplotlib_share": 0.0, "degrade": 0.0} | options))
    return maker, [d for d in map(maker.picture, range(count)) if d]


class Data(unittest.TestCase):
    def test_tokenizer_round_trip(self):
        for text in ("Sales by Region (USD)", "Köln 漢字 😀", "Salesmen", "2019", " leading", "", "北京的销量：3.5"):
            self.assertEqual(TOKENIZER.decode(TOKENIZER.encode(text)), text)

    def test_whole_words_are_one_token_and_controls_never_come_from_text(self):
        for language, space in (("en", True), ("de", True), ("zh", False)):
            word = max(charts.words(language), key=len)
            ids = TOKENIZER.encode(word) if space else TOKENIZER.encode_raw(word)
            self.assertEqual(len(ids), 1, word)
        self.assertNotIn(TOKENIZER.id("<bos>"), TOKENIZER.encode("<bos>"))

    def test_vocabulary_holds_no_token_twice(self):
        self.assertEqual(len(set(TOKENIZER.tokens)), len(TOKENIZER))

    def test_targets_read_back_as_the_truth(self):
        maker, pictures = drawn(40)
        rng = random.Random(0)
        for d in pictures:
            written = targets.write(d["sample"], d["fit"], TOKENIZER, rng)
            table, truth = targets.read(written.ids, TOKENIZER), targets.truth(d["sample"])
            self.assertEqual((table.kind, table.title, table.fields, table.series, table.rows, table.cells),
                             (truth.kind, truth.title, truth.fields, truth.series, truth.rows, truth.cells))
            self.assertEqual(len(written.ids), len(written.groups))

    def test_the_first_name_of_rows_that_run_stands_in_a_group_of_its_own(self):
        _, pictures = drawn(40)
        running = 0
        for d in pictures:
            facts = targets.facts_of(d["sample"])
            written = targets.write(d["sample"], d["fit"], TOKENIZER, random.Random(0))
            first = [i for i, group in zip(written.ids, written.groups) if group == targets.FIRST]
            self.assertEqual(TOKENIZER.decode(first), facts.rows[0] if facts.ordered and facts.rows else "")
            running += bool(first)
        self.assertTrue(0 < running < len(pictures))

    def test_some_charts_are_spoken_of_in_another_language_and_described_on_request(self):
        _, pictures = drawn(12)
        rng, spoken, described = random.Random(3), 0, 0
        asked = {phrase for options in phrases.DESCRIBE.values() for phrase in options}
        for d in pictures * 6:
            ids = targets.write(d["sample"], d["fit"], TOKENIZER, rng).ids
            names = [TOKENIZER.tokens[i] for i in ids]
            spoken += any(n.startswith("<lang:") and n != f"<lang:{d['sample'].language}>" for n in names)
            described += any(name == "<ask>" and text in asked for name, text in targets.segments(ids, TOKENIZER))
        self.assertTrue(4 < spoken < 36 and described > 2, (spoken, described))

    def test_places_and_ticks_hold_the_values(self):
        """What the format says of a large picture is enough to compute the table."""
        wide = small_config(0)
        wide.image_height, wide.image_width = 448, 640
        tokenizer = Tokenizer.of(wide)
        for chart in ("bar", "hbar", "line", "stacked"):
            maker = Maker(wide, tokenizer, Mix({"charts": (chart,), "degrade": 0.0, "matplotlib_share": 0.0}))
            scores = []
            for d in map(maker.picture, range(4)):
                w = targets.Writer(tokenizer, d["fit"])
                targets.write_table(w, d["sample"], targets.facts_of(d["sample"]))
                scores.append(rms_tables(targets.truth(d["sample"]), from_place(targets.read(w.ids, tokenizer)))[2])
            self.assertGreater(sum(scores) / len(scores), 0.8, chart)  # small values near zero lose most

    def test_dense_targets_fit_the_grid(self):
        maker, pictures = drawn(3)
        rows, columns = CONFIG.grid
        examples = [maker.example(d, random.Random(1)) for d in pictures]
        one = examples[0]
        self.assertEqual(one["chars"].shape, (len(one["chars_at"]), 8))
        self.assertEqual(len(set(one["chars_at"])), len(one["chars_at"]))
        self.assertLess(int(one["chars_at"].max()), rows * columns)
        self.assertEqual(one["image"].shape, (CONFIG.image_height, CONFIG.image_width, 3))
        self.assertGreater(sum(int((e["chars"] > 0).sum()) for e in examples), 40)
        self.assertGreater(sum(int((e["words"] >= 0).sum()) for e in examples), 3)
        self.assertTrue(np.all(one["offset"] < 1))

    def test_batches_are_padded_and_repeatable(self):
        def first():
            data = Charts(7, 4, CONFIG, TOKENIZER, Mix({"matplotlib_share": 0.0, "easy": True, "charts": ("bar",)}, talk=0.3))
            return next(iter(data))
        one, again = first(), first()
        self.assertEqual(one["ids"].shape, one["groups"].shape)
        self.assertEqual(one["ids"].shape[1] % LENGTH_STEP, 1)
        self.assertTrue(bool(((one["groups"] >= 0) | (one["ids"] == 0)).all()))
        for key in one:
            self.assertTrue(np.array_equal(one[key].numpy(), again[key].numpy(), equal_nan=True), key)

    def test_half_of_the_pictures_are_perturbed_and_the_others_left_as_they_are(self):
        torch.manual_seed(4)
        images = torch.randint(0, 256, (40, 8, 9, 3), dtype=torch.uint8)
        changed = (perturb(images) != images).flatten(1).any(1).sum()
        self.assertTrue(8 < int(changed) < 32, changed)

    def test_other_pictures_become_no_table(self):
        maker, pictures = drawn(2, negatives=1.0)
        example = collate([maker.example(pictures[0], random.Random(3))])
        names = [TOKENIZER.tokens[i] for i in example["ids"][0].tolist()]
        self.assertEqual(names[:3], ["<bos>", "<chart:nochart>", "<end>"])
        self.assertIn("<say:nochart>", names)


if __name__ == "__main__":
    unittest.main()
