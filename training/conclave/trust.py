"""How well the program's trust in its numbers (app/chart/claim_trust.h) holds: the share that is right, by trust."""

from . import evaluation
from .tasks import expressions
from .tasks.facts import Facts

BINS = 10


def numbers(data: dict, truth: Facts, own: Facts) -> list[tuple[float, bool]]:
    """(trust, right) of every number of a table that `conclave read --json` printed: right within 5 %, under the right names."""
    theirs, out, count = evaluation.aligned(truth, own), [], max(len(own.series), 1)
    for at, cell in enumerate(data["table"]):
        if cell["value"] is None:
            continue
        point = ["<pt>", f"<s:{at % count}>", f"<r:{at // count}>"]
        claims = [expressions.evaluate(facts, point).claims[0] for facts in (theirs, own)]
        out.append((cell["trust"], evaluation.same(*claims)))
    return out


def by_trust(found: list[tuple[float, bool]]) -> dict:
    """A tenth of trust each; `error`: how far trust and the share that is right are apart, in the mean over all numbers."""
    bins = evaluation.by(found, lambda n: min(int(n[0] * BINS), BINS - 1))
    out = {}
    for at, part in sorted(bins.items()):
        out[f"{at / BINS:.1f}"] = {"numbers": len(part), "trust": round(sum(t for t, _ in part) / len(part), 3), "right": round(sum(r for _, r in part) / len(part), 3)}
    error = sum(row["numbers"] * abs(row["trust"] - row["right"]) for row in out.values()) / max(1, len(found))
    return out | {"error": round(error, 3)}
