"""Training losses: the token string, and dense targets that teach the encoder to see (dropped on export)."""

import torch
import torch.nn.functional as F
from torch import nn

from .config import Config
from .dataset import CHARS, DIGITS, IGNORE, NUMBER_LENGTH
from .targets import ANSWER, LOCATION, NUMBER, PROMPT, STRUCTURE, SUMMARY, TEXT

GROUP_WEIGHT = {STRUCTURE: 0.5, TEXT: 1.0, NUMBER: 1.5, LOCATION: 0.7, SUMMARY: 0.3, ANSWER: 1.0, PROMPT: 0.0}
GROUP_NAME = {STRUCTURE: "structure", TEXT: "text", NUMBER: "number", LOCATION: "location", SUMMARY: "summary", ANSWER: "answer"}


class DenseHeads(nn.Module):
    """Linear probes on the taps that training shapes the encoder with."""

    def __init__(self, c: Config):
        super().__init__()
        self.chars = nn.Linear(c.vision_dim, 8 * (len(CHARS) + 1))
        self.word = nn.Linear(c.vision_dim, c.vocab)
        self.number = nn.Linear(c.vision_dim, NUMBER_LENGTH * (len(DIGITS) + 1))
        self.value = nn.Linear(c.vision_dim, NUMBER_LENGTH * (len(DIGITS) + 1))
        self.mark = nn.Linear(c.vision_dim, 4)  # presence, dx, dy, axis coordinate


def _at(head: nn.Linear, features, where):
    """`head` on the rows of `features` picked by `where`, in float32."""
    picked = features.reshape(-1, features.shape[-1])[where.reshape(-1)]
    return F.linear(picked, head.weight.to(picked.dtype), head.bias.to(picked.dtype)).float()


def _digits_loss(head, features, codes):
    where = codes[..., 0] != IGNORE
    if not where.any():
        return features.sum().float() * 0
    scores = _at(head, features, where).view(-1, len(DIGITS) + 1)
    return F.cross_entropy(scores, codes[where].long().view(-1))


def _chars_loss(head, tap, chars):
    """All cells with text, and as many without."""
    some = (chars > 0).any(-1)
    where = some | (torch.rand(some.shape, device=some.device) < 0.15)
    scores = _at(head, tap, where).view(-1, len(CHARS) + 1)
    goal = chars[where].long().view(-1)
    each = F.cross_entropy(scores, goal, reduction="none")
    inked = (goal > 0).float()
    return (each * (inked + 0.3 * (1 - inked))).sum() / (inked + 0.3 * (1 - inked)).sum().clamp(min=1)


def dense_losses(heads: DenseHeads, taps, batch) -> dict[str, torch.Tensor]:
    """Each as a mean, for the log and the sum."""
    low, high = taps
    words = batch["word"] >= 0
    seen = F.linear(high, heads.mark.weight.to(high.dtype), heads.mark.bias.to(high.dtype)).float()
    marks, inside = batch["mark"] > 0, ~torch.isnan(batch["coordinate"])
    presence = F.binary_cross_entropy_with_logits(seen[..., 0], marks.float(), pos_weight=seen.new_tensor(4.0))
    offset = (seen[..., 1:3] - batch["offset"])[marks].abs().mean() if marks.any() else presence * 0
    coordinate = (seen[..., 3][inside] - batch["coordinate"][inside]).abs().mean() if inside.any() else presence * 0
    return {
        "chars": _chars_loss(heads.chars, low, batch["chars"]),
        "words": F.cross_entropy(_at(heads.word, high, words), batch["word"][words].long()) if words.any() else presence * 0,
        "numbers": _digits_loss(heads.number, high, batch["number"]),
        "values": _digits_loss(heads.value, high, batch["value"]),
        "marks": presence + 2 * offset + coordinate,
    }


def token_losses(logits, ids, groups, loc_ranges) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Weighted cross-entropy; a location's neighbours share its weight. logits [n, V], ids and groups [n]."""
    log_p = F.log_softmax(logits, -1)
    each = -log_p.gather(1, ids[:, None])[:, 0]
    places = groups == LOCATION
    low, high = torch.zeros_like(ids), torch.zeros_like(ids)
    for first, last in loc_ranges:
        here = (ids >= first) & (ids <= last)
        low, high = low.masked_fill(here, first), high.masked_fill(here, last)
    left, right = torch.maximum(ids - 1, low)[places], torch.minimum(ids + 1, high)[places]
    near = log_p[places]
    soft = 0.6 * each[places] - 0.2 * near.gather(1, left[:, None])[:, 0] - 0.2 * near.gather(1, right[:, None])[:, 0]
    weight = each.new_tensor([GROUP_WEIGHT[g] for g in range(len(GROUP_WEIGHT))])[groups]
    total = (weight[~places] * each[~places]).sum() + GROUP_WEIGHT[LOCATION] * soft.sum()
    counts = each.new_zeros(len(GROUP_WEIGHT)).index_add(0, groups, torch.ones_like(each))
    sums = each.detach().new_zeros(len(GROUP_WEIGHT)).index_add(0, groups, each.detach())
    report = {name: torch.stack([sums[g], counts[g]]) for g, name in GROUP_NAME.items()}  # sum and count: a batch may lack a group
    return total / weight.sum(), report
