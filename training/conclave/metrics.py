"""RMS-F1 (relative mapping similarity, Liu et al. 2022, "DePlot") in plain Python, with the proper F1.

A table is a list of entries (key, value): key = "row column", value as text; the title is one more entry ("title", title).
"""

import dataclasses

THETA, TAU = 0.1, 0.5


def levenshtein(a: str, b: str) -> int:
    """Edits between two strings."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def anls(a: str, b: str) -> float:
    """1 - normalised edit distance, 0 from half the string on."""
    if not a and not b:
        return 1.0
    distance = levenshtein(a, b) / max(len(a), len(b))
    return 1 - distance if distance < TAU else 0.0


def to_number(text: str):
    """The number a cell shows, or None."""
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return None


def relative_distance(truth: float, guess: float, theta: float) -> float:
    distance = min(1.0, abs(truth - guess) / abs(truth))
    return distance if distance < theta else 1.0


def pair_score(truth: tuple, guess: tuple, theta: float) -> float:
    """Agreement of two matched entries, 0 to 1."""
    key = anls(truth[0], guess[0])
    t, p = to_number(truth[1]), to_number(guess[1])
    if t is not None and p is not None and t != 0:
        return key * (1 - relative_distance(t, p, theta))
    return key if truth[1] == guess[1] else key * anls(truth[1], guess[1])


def assign(cost: list[list[float]]) -> list[tuple[int, int]]:
    """Minimum-cost assignment (Hungarian method with potentials), rows <= columns."""
    rows, columns = len(cost), len(cost[0])
    u, v, match = [0.0] * (rows + 1), [0.0] * (columns + 1), [0] * (columns + 1)
    for i in range(1, rows + 1):
        match[0], j0 = i, 0
        low, way, used = [float("inf")] * (columns + 1), [0] * (columns + 1), [False] * (columns + 1)
        while match[j0]:
            used[j0], i0, delta, j1 = True, match[j0], float("inf"), 0
            for j in range(1, columns + 1):
                if used[j]:
                    continue
                reduced = cost[i0 - 1][j - 1] - u[i0] - v[j]
                if reduced < low[j]:
                    low[j], way[j] = reduced, j0
                if low[j] < delta:
                    delta, j1 = low[j], j
            for j in range(columns + 1):
                if used[j]:
                    u[match[j]] += delta
                    v[j] -= delta
                else:
                    low[j] -= delta
            j0 = j1
        while j0:
            match[j0], j0 = match[way[j0]], way[j0]
    return [(match[j] - 1, j - 1) for j in range(1, columns + 1) if match[j]]


def rms(truth: list[tuple], guess: list[tuple], theta: float = THETA) -> tuple[float, float, float]:
    """Precision, recall and F1 of entries against the truth."""
    if not truth and not guess:
        return 1.0, 1.0, 1.0
    if not truth or not guess:
        return (0.0, 1.0, 0.0) if not truth else (1.0, 0.0, 0.0)
    cost = [[1 - anls(t[0], p[0]) + 1e-3 * (1 - pair_score(t, p, theta)) for p in guess] for t in truth]
    if len(truth) <= len(guess):
        pairs = assign(cost)
    else:
        pairs = [(t, p) for p, t in assign([list(column) for column in zip(*cost)])]
    total = sum(pair_score(truth[t], guess[p], theta) for t, p in pairs)
    if total == 0:
        return 0.0, 0.0, 0.0
    precision, recall = total / len(guess), total / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def entries(table, transposed: bool = False) -> list[tuple]:
    """Entries of a `targets.Table`, lower case; a duplicate key overwrites."""
    out = {}
    for row, cells in zip(table.rows, table.cells):
        for series, cell in zip(table.series, cells):
            if cell is not None:
                key = f"{series} {row}" if transposed else f"{row} {series}"
                out[key.lower().strip()] = cell.lower()
    if table.title:
        out["title"] = table.title.lower()
    return list(out.items())


def rms_tables(truth, guess, theta: float = THETA) -> tuple[float, float, float]:
    """The better of the guess as it is and transposed."""
    goal = entries(truth)
    return max((rms(goal, entries(guess, turned), theta) for turned in (False, True)), key=lambda score: score[2])


def rms_drawn(truth, guess, theta: float = THETA) -> tuple[float, float, float]:
    """The same, but the name of a single series is not asked for, on either side, where the picture does not show it."""
    if len(truth.series) == 1 and truth.undrawn:
        truth = dataclasses.replace(truth, series=[""])
        guess = dataclasses.replace(guess, series=[""]) if len(guess.series) == 1 else guess
    return rms_tables(truth, guess, theta)


def rnss(truth: list[float], guess: list[float]) -> float:
    """Relative number set similarity (Masry et al. 2022; Liu et al. 2022): the numbers alone, wherever they stand."""
    if not truth or not guess:
        return float(not truth and not guess)
    distance = lambda t, p: min(1.0, abs(t - p) / abs(t)) if t else float(p != 0)
    cost = [[distance(t, p) for p in guess] for t in truth]
    if len(truth) > len(guess):
        cost = [list(column) for column in zip(*cost)]
    most = max(len(truth), len(guess))  # each number without a partner counts as wholly wrong
    return 1 - (sum(cost[i][j] for i, j in assign(cost)) + most - len(cost)) / most


def numbers(table) -> list[float]:
    """The numeric cells of a `targets.Table`."""
    return [n for row in table.cells for cell in row if cell is not None and (n := to_number(cell)) is not None]


def relaxed(truth, guess, tolerance: float = 0.05) -> bool:
    """ChartQA's relaxed accuracy: numbers within 5 % of the truth (zero exactly)."""
    if truth is None or guess is None:
        return truth is guess
    return abs(guess - truth) <= tolerance * abs(truth)
