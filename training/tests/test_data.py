"""Tokenizer, specs, targets and dense targets."""

import unittest

import numpy as np

from conclave import targets
from conclave.dataset import example
from conclave.preprocess import fitted_size
from conclave.render import render
from conclave.spec import VALID_SEEDS, sample, sample_mixed
from conclave.tokenizer import IMAGE_HEIGHT, IMAGE_WIDTH, Tokenizer

TOKENIZER = Tokenizer()


class Data(unittest.TestCase):
    def test_tokenizer_round_trip(self):
        for text in ("Sales by Region (USD)", "Köln 漢字 😀", "Salesmen", "2019", " leading", ""):
            self.assertEqual(TOKENIZER.decode(TOKENIZER.encode(text)), text)

    def test_whole_words_are_one_token_and_controls_never_come_from_text(self):
        self.assertEqual(len(TOKENIZER.encode("Sales")), 1)
        self.assertNotIn(TOKENIZER.id("<bos>"), TOKENIZER.encode("<bos>"))

    def test_a_seed_draws_the_same_chart(self):
        first, second = (render(sample(VALID_SEEDS + 3, "bar")) for _ in range(2))
        self.assertEqual(first.image.tobytes(), second.image.tobytes())
        self.assertEqual(sample(5, "pie"), sample(5, "pie"))

    def test_targets_read_back_as_the_truth(self):
        for seed in range(60):
            spec = sample_mixed(seed, False)
            drawing = render(spec)
            scale = fitted_size(*drawing.image.size, IMAGE_WIDTH, IMAGE_HEIGHT)[2]
            written = targets.write(spec, drawing, scale, TOKENIZER, IMAGE_WIDTH, IMAGE_HEIGHT)
            table, truth = targets.read(written.ids, TOKENIZER), targets.truth(spec)
            self.assertEqual((table.kind, table.title, table.fields, table.series, table.rows, table.cells),
                             (truth.kind, truth.title, truth.fields, truth.series, truth.rows, truth.cells))
            self.assertEqual(len(written.ids), len(written.groups))

    def test_pie_shares_sum_to_a_hundred(self):
        for seed in range(40):
            self.assertEqual(sum(int(v) for v in sample(seed, "pie").values[0]), 100)

    def test_dense_targets_fit_the_grid(self):
        one = example(sample_mixed(3, False), TOKENIZER)
        count = IMAGE_HEIGHT // 16 * (IMAGE_WIDTH // 16)
        self.assertEqual(one["chars"].shape, (count, 8))
        self.assertEqual(one["image"].shape, (IMAGE_HEIGHT, IMAGE_WIDTH, 3))
        self.assertGreater(int((one["chars"] > 0).sum()), 30)
        self.assertTrue(np.all(one["offset"] < 1))


if __name__ == "__main__":
    unittest.main()
