"""Pictures with their truth on disk (NAME.png, NAME.json as `generate` writes them), and the program's reading of them."""

import dataclasses
import json
import re
import subprocess
from pathlib import Path

from PIL import Image

from . import evaluation, trust
from .targets import Table
from .tasks import expressions
from .tasks.facts import Facts, of_table


def _number(value) -> str | None:
    """A cell's text: JSON numbers in their shortest form."""
    if value is None:
        return None
    return value if isinstance(value, str) else f"{value:.12g}"


def table_of(entries: list[dict]) -> tuple[list, list, list]:
    """Series, rows and cells[row][series] of [{"series", "x", "value"}] in any order; a series that names a row twice has two of them."""
    series = list(dict.fromkeys(e["series"] for e in entries))
    rows, met = {}, {}
    for e in entries:
        turn = met[e["series"], e["x"]] = met.get((e["series"], e["x"]), 0) + 1
        rows.setdefault((e["x"], turn), [None] * len(series))[series.index(e["series"])] = _number(e["value"])
    return series, [name for name, _ in rows], list(rows.values())


def truth_of(path: Path) -> tuple[Table, Facts, str]:
    """Table, facts and the group of a truth file."""
    data = json.loads(path.read_text())
    series, rows, cells = table_of(data["table"])
    fields = {key: data.get(key, "") for key in ("xlabel", "ylabel", "unit")}
    table = Table(data["chart"], data.get("title", ""), fields, series, rows, cells, undrawn=data.get("undrawn", []))
    return table, of_table(table, data.get("language") or data.get("detail", {}).get("language", "en")), data.get("renderer", "") + " " * bool(data.get("renderer")) + data["chart"]


def pictures(folder: Path) -> list[Path]:
    """Pictures of a folder that have a truth beside them."""
    return sorted(p for p in folder.rglob("*.png") if p.with_suffix(".json").exists())


def score_model(evaluator: evaluation.Evaluator, files: list[Path]) -> list[dict]:
    """Scores of a PyTorch model, a row a picture."""
    read = evaluator.read([Image.open(f).convert("RGB") for f in files])
    rows = []
    for file, (_, guess, pieces) in zip(files, read):
        table, facts, group = truth_of(file.with_suffix(".json"))
        rows.append({"group": group} | evaluation.table_scores(table, guess)
                    | evaluation.summary_scores(facts, of_table(as_named(guess, table), facts.language), pieces))
    return rows


def run_program(program: Path, files: list[Path], model: Path | None, at_once: int = 40) -> dict[str, dict]:
    """What `conclave read --json` says of every file; files that it could not read are absent."""
    out = {}
    for at in range(0, len(files), at_once):
        part = [str(f) for f in files[at:at + at_once]]
        command = [str(program), "read", "--json", *(["--model", str(model)] if model else []), *part, *([part[0]] if len(part) == 1 else [])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                data = json.loads(line)
                out[data["file"]] = data
    return out


def program_table(data: dict) -> Table:
    """The program's table."""
    chart = data["chart"]
    count = max(len(chart["series"]), 1)
    values = [_number(e["value"]) for e in data["table"]]
    cells = [values[i:i + count] for i in range(0, len(values), count)]
    return Table(chart["type"], chart["title"], {"xlabel": chart["xLabel"], "ylabel": chart["yLabel"], "unit": chart["unit"]}, chart["series"],
                 chart["rows"], cells)


def _pieces(citation: dict) -> list[str]:
    """A citation as the model wrote it."""
    if "expression" in citation:
        return re.findall(r"<[^>]+>|.", citation["expression"])
    cell = ["<pt>", f"<s:{citation['series']}>", f"<r:{citation['row']}>"]
    return cell if citation["operation"] == "cell" else [f"<{citation['operation']}>", cell[1]]


def as_named(guess: Table, truth: Table) -> Table:
    """Its single series called what the truth calls it, where the picture does not show that name."""
    return dataclasses.replace(guess, series=truth.series) if truth.undrawn and len(guess.series) == len(truth.series) == 1 else guess


def _citations(data: dict, truth: Facts, own: Facts) -> dict[str, float]:
    """The program's citations against the truth: what each stands for, computed anew there. Answers yes or no are no numbers."""
    theirs, counts = evaluation.aligned(truth, own), {"cited": 0.0, "cited_own": 0.0, "cited_true": 0.0}
    for c in data["citations"]:
        if c["operation"] in ("text", "trend", "name", "rowname", "yesno"):
            continue
        counts["cited"] += 1
        counts["cited_own"] += c["supported"]
        claim, mine = (expressions.evaluate(facts, _pieces(c)).claims[0] for facts in (theirs, own))
        counts["cited_true"] += c["supported"] and evaluation.same(claim, mine and expressions.Claim(float(c["value"]), mine.name))
    return counts


def score_program(program: Path, files: list[Path], model: Path | None) -> list[dict]:
    """Scores of what a person gets from the program, a row a picture; one that it could not read scores nothing. `left_out`: statements
    that its summary does not make; `numbers`: trust.numbers."""
    read, rows = run_program(program, files, model), []
    for file in files:
        table, facts, group = truth_of(file.with_suffix(".json"))
        data = read.get(str(file))
        guess = program_table(data) if data else Table()
        scores = evaluation.table_scores(table, guess)
        scores.pop("f1_place")  # the program has done that already
        own = of_table(as_named(guess, table), facts.language)
        data = data or {"citations": [], "table": []}
        said = _citations(data, facts, own) | {"left_out": float(len(data.get("leftOut", []))), "numbers": trust.numbers(data, facts, own)}
        rows.append({"group": group} | scores | said)
    return rows
