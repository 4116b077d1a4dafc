"""Questions to the program: a picture and a question each, as a person asks them in the console's chat, and what it answers."""

import json
import os
import random
import re
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from . import evaluation, folders
from .tasks import expressions, questions
from .tasks.facts import of_table


def questions_of(files: list[Path], each: int) -> list[tuple]:
    """(file, truth, group, question) for `each` questions a picture, in phrases that training never saw."""
    truths = [(file, *folders.truth_of(file.with_suffix(".json"))[1:]) for file in files]
    strangers = [facts.rows[0] for _, facts, _ in truths if facts.rows]
    out = []
    for n, (file, facts, group) in enumerate(truths):
        asker = questions.Asker(facts, random.Random(n), held_out=True, strangers=strangers)
        out += [(file, facts, group, q) for _ in range(each) if facts.rows and (q := asker.ask())]
    return out


def ask_program(program: Path, asked: list[tuple], model: Path | None) -> list[dict]:
    """Its answers as it keeps them, each with its chart if it has one. Each question begins a conversation."""
    lines = [line for file, _, _, q in asked for line in ("/new", f'/picture "{file}" {q.text}')]
    with tempfile.TemporaryDirectory() as home:  # the user's own conversations are left alone
        places = {f"XDG_{name}_HOME": home for name in ("DATA", "CONFIG", "CACHE", "STATE")}
        command = [str(program), "chat", "--json", *(["--model", str(model)] if model else [])]
        done = subprocess.run(command, input="\n".join([*lines, "/quit", ""]), capture_output=True, text=True, check=False, env=os.environ | places)
        kept = sqlite3.connect(Path(home) / "conclave" / "conclave.db").execute("SELECT text, chart FROM messages WHERE role = 1 ORDER BY id").fetchall()
    if len(kept) != len(asked):
        raise RuntimeError(f"{len(kept)} answers to {len(asked)} questions; the program says: {done.stderr[-400:]}")
    return [{"text": text, "chart": json.loads(chart) if chart else None} for text, chart in kept]


def score(program: Path, files: list[Path], each: int, model: Path | None) -> list[dict]:
    """A row a question: whether the answer is right; whether the same expression over the true table would be (otherwise the wrong thing was
    cited); and whether the numbers of the answer are those of the table that the program shows."""
    asked, rows = questions_of(files, each), []
    for (file, truth, group, q), answer in zip(asked, ask_program(program, asked, model)):
        gold = expressions.evaluate(truth, q.answer)
        row = {"group": group, "family": q.family, "file": str(file), "question": q.text, "gold": gold.text}
        row |= {"answer": answer["text"], "said": "", "right": 0.0, "right_by_truth": 0.0}
        if chart := answer["chart"]:
            own, pieces = of_table(folders.program_table(chart), truth.language), re.findall(r"<[^>]+>|[^<]", chart.get("said", ""))
            mine, ideal = (expressions.evaluate(facts, pieces) for facts in (own, evaluation.aligned(truth, own)))
            row |= {"answer": chart["summary"], "said": chart.get("said", ""), "own": mine.text, "right": float(evaluation.right(q.family, gold, mine)),
                    "right_by_truth": float(evaluation.right(q.family, gold, ideal))}
        rows.append(row)
    return rows
