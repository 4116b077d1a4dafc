"""The out-of-distribution set: complete in the tree, and a missing renderer is said loudly."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from PIL import Image

from charts import CHARTS
from ood import gnuplot

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "ood" / "set"


class OutOfDistribution(unittest.TestCase):
    def test_every_picture_has_its_truth(self):
        pictures, truths = sorted(FOLDER.glob("*.png")), sorted(FOLDER.glob("*.json"))
        self.assertEqual([p.stem for p in pictures], [t.stem for t in truths])
        self.assertGreaterEqual(len(pictures), 50)
        self.assertLess(sum(p.stat().st_size for p in pictures + truths), 1_000_000)
        renderers = set()
        for picture, path in zip(pictures, truths):
            record = json.loads(path.read_text())
            renderers.add(record["renderer"])
            self.assertIn(record["chart"], CHARTS)
            self.assertGreater(len(record["table"]), 1)
            self.assertEqual(len({(c["series"], c["x"]) for c in record["table"]}), len(record["table"]), path.name)
            with Image.open(picture) as image:
                self.assertGreaterEqual(min(image.size), 300)
        self.assertEqual(renderers, {"gnuplot", "libreoffice"})

    def test_a_missing_renderer_is_said_and_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(
                [sys.executable, ROOT / "make_ood", folder, "--renderers", "gnuplot"], env={"PATH": "/nonexistent"}, capture_output=True, text=True
            )
            self.assertEqual(run.returncode, 1)
            self.assertIn("SKIPPED: gnuplot is not installed", run.stderr)
            self.assertEqual(list(Path(folder).iterdir()), [])

    def test_gnuplot_strings_are_quoted(self):
        self.assertEqual(gnuplot.quote('a"b\\c_d'), '"a\\"b\\\\c\\\\_d"')


if __name__ == "__main__":
    unittest.main()
