"""Questions to the program: what is sent, and how its answers are scored, with a program of a few lines."""

import json
import stat
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from conclave import asking, folders

# Keeps an answer to every picture as the program does: a table that is wrong in one cell, and what the line FAKE says of it.
PROGRAM = '''#!/usr/bin/python3
import json, os, sqlite3, sys
home = os.environ["XDG_DATA_HOME"] + "/conclave"
os.makedirs(home, exist_ok=True)
store = sqlite3.connect(home + "/conclave.db")
store.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, role INTEGER, text TEXT, chart BLOB)")
chart = {"type": "bar", "title": "", "xLabel": "", "yLabel": "", "unit": "", "series": ["Sales"], "rows": ["a", "b"]}
table = [{"series": "Sales", "x": "a", "value": 10}, {"series": "Sales", "x": "b", "value": 99}]
for line in sys.stdin:
    if line.startswith("/picture"):
        store.execute("INSERT INTO messages (role, text) VALUES (0, ?)", (line,))
        kept = json.dumps({"chart": chart, "table": table, "summary": "said", "said": "FAKE"})
        store.execute("INSERT INTO messages (role, text, chart) VALUES (1, '', ?)", (kept,))
store.commit()
'''
TRUTH = {"chart": "bar", "ylabel": "Sales", "table": [{"series": "Sales", "x": "a", "value": 10}, {"series": "Sales", "x": "b", "value": 20}]}


class Asking(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.picture = Path(self.folder.name) / "chart.png"
        self.picture.write_bytes(b"")
        self.picture.with_suffix(".json").write_text(json.dumps(TRUTH))

    def asked(self, family: str) -> asking.questions.Question:
        asker = asking.questions.Asker(folders.truth_of(self.picture.with_suffix(".json"))[1], asking.random.Random(0))
        return next(q for q in (asker.ask() for _ in range(2000)) if q and q.family == family)

    def score(self, family: str, said: str) -> dict:
        program = Path(self.folder.name) / "program"
        program.write_text(PROGRAM.replace("FAKE", said))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        _, facts, group = folders.truth_of(self.picture.with_suffix(".json"))
        question = self.asked(family)
        with unittest.mock.patch.object(asking, "questions_of", lambda files, each: [(self.picture, facts, group, question)]):
            return asking.score(program, [self.picture], 1, None)[0]

    def test_questions_are_the_same_every_time(self):
        drawn = [[q.text for *_, q in asking.questions_of([self.picture], 5)] for _ in range(2)]
        self.assertEqual(drawn[0], drawn[1])
        self.assertTrue(drawn[0])

    def test_a_right_answer(self):
        row = self.score("min_value", "<lang:en><calc><min><s:0>")
        self.assertEqual((row["right"], row["right_by_truth"]), (1.0, 1.0))

    def test_a_wrong_cell_of_the_table(self):
        row = self.score("max_value", "<lang:en><calc><max><s:0>")
        self.assertEqual((row["right"], row["right_by_truth"]), (0.0, 1.0))

    def test_a_wrong_expression(self):
        row = self.score("max_value", "<lang:en><calc><min><s:0>")
        self.assertEqual((row["right"], row["right_by_truth"]), (0.0, 0.0))


if __name__ == "__main__":
    unittest.main()
