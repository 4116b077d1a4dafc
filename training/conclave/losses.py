"""Training losses: the token string, and dense targets that teach the encoder to see (dropped on export)."""

import functools

import torch
import torch.nn.functional as F
from torch import nn

from .config import Config
from .dataset import CHARS, DIGITS, IGNORE, NUMBER_LENGTH
from .targets import ANSWER, FIRST, LOCATION, NUMBER, PROMPT, STRUCTURE, SUMMARY, TEXT

GROUP_WEIGHT = {STRUCTURE: 0.5, TEXT: 1.0, NUMBER: 1.5, LOCATION: 0.7, SUMMARY: 0.3, ANSWER: 1.0, PROMPT: 0.0, FIRST: 4.0}
GROUP_NAME = {STRUCTURE: "structure", TEXT: "text", NUMBER: "number", LOCATION: "location", SUMMARY: "summary", ANSWER: "answer", FIRST: "first"}


class DenseHeads(nn.Module):
    """Linear probes on the taps that training shapes the encoder with."""

    def __init__(self, c: Config):
        super().__init__()
        self.chars = nn.Linear(c.vision_dim, 8 * (len(CHARS) + 1))
        self.word = nn.Linear(c.vision_dim, c.vocab)
        self.number = nn.Linear(c.vision_dim, NUMBER_LENGTH * (len(DIGITS) + 1))
        self.value = nn.Linear(c.vision_dim, NUMBER_LENGTH * (len(DIGITS) + 1))
        self.mark = nn.Linear(c.vision_dim, 4)  # presence, dx, dy, axis coordinate


def _score(head: nn.Linear, features):
    return F.linear(features, head.weight.to(features.dtype), head.bias.to(features.dtype)).float()


def _at(features, places):
    """Rows of `features` [B, N, D] at `places` [B, P]."""
    return features.gather(1, places.long()[..., None].expand(-1, -1, features.shape[-1]))


def _mean_where(values, where):
    """The mean of `values` where `where` is set, 0 if it is nowhere. Without a choice of rows, so that shapes are fixed."""
    return torch.where(where, values, torch.zeros_like(values)).sum() / where.sum().clamp(min=1)


def _digits_loss(head, features, codes):
    """Of the cells whose number begins (`codes` [B, N, L], IGNORE elsewhere)."""
    scores = _score(head, features).view(-1, len(DIGITS) + 1)
    each = F.cross_entropy(scores, codes.long().view(-1), ignore_index=IGNORE, reduction="sum")
    return each / (codes != IGNORE).sum().clamp(min=1)


def _chars_loss(head, tap, places, chars):
    """Cells that the example chose: those with text, and some without."""
    goal = chars.long().view(-1)
    each = F.cross_entropy(_score(head, _at(tap, places)).view(-1, len(CHARS) + 1), goal, reduction="none")
    weight = 0.3 + 0.7 * (goal > 0)
    return (each * weight).sum() / weight.sum()


def _words_loss(head, tap, places, words):
    each = F.cross_entropy(_score(head, _at(tap, places)).flatten(0, 1), words.long().flatten(), ignore_index=-1, reduction="sum")
    return each / (words >= 0).sum().clamp(min=1)


def dense_losses(heads: DenseHeads, taps, batch) -> dict[str, torch.Tensor]:
    """Each as a mean, for the log and the sum."""
    low, high = taps
    seen = _score(heads.mark, high)
    marks, inside = batch["mark"] > 0, ~torch.isnan(batch["coordinate"])
    presence = F.binary_cross_entropy_with_logits(seen[..., 0], marks.float(), pos_weight=torch.full((), 4.0, device=seen.device))
    offset = _mean_where((seen[..., 1:3] - batch["offset"]).abs().mean(-1), marks)
    coordinate = _mean_where((seen[..., 3] - batch["coordinate"].nan_to_num()).abs(), inside)
    return {
        "chars": _chars_loss(heads.chars, low, batch["chars_at"], batch["chars"]),
        "words": _words_loss(heads.word, high, batch["words_at"], batch["words"]),
        "numbers": _digits_loss(heads.number, high, batch["number"]),
        "values": _digits_loss(heads.value, high, batch["value"]),
        "marks": presence + 2 * offset + coordinate,
    }


def token_losses(logits, ids, groups, loc_ranges) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Weighted cross-entropy; a location's neighbours share its weight. logits [n, V], ids [n], groups [n] (-1: padding)."""
    low, high = ids, ids
    for first, last in loc_ranges:
        here = (ids >= first) & (ids <= last)
        low, high = low.masked_fill(here, first), high.masked_fill(here, last)
    around = torch.stack([ids, torch.maximum(ids - 1, low), torch.minimum(ids + 1, high)], 1)
    near = F.log_softmax(logits, -1).gather(1, around)
    each = -near[:, 0]
    soft = 0.6 * each - 0.2 * near[:, 1] - 0.2 * near[:, 2]
    kinds = len(GROUP_WEIGHT)
    group = groups.remainder(kinds + 1)  # padding comes last
    weight = _group_weights(each.device)[group]
    total = (weight * torch.where(groups == LOCATION, soft, each)).sum()
    counts = each.new_zeros(kinds + 1).index_add(0, group, torch.ones_like(each))
    sums = each.detach().new_zeros(kinds + 1).index_add(0, group, each.detach())
    report = {name: torch.stack([sums[g], counts[g]]) for g, name in GROUP_NAME.items()}  # sum and count: a batch may lack a group
    return total / weight.sum(), report


@functools.lru_cache(maxsize=4)
def _group_weights(device):
    """Of every group, and 0 for padding. Made once: a step that is recorded must not copy from the host."""
    return torch.tensor([*(GROUP_WEIGHT[g] for g in range(len(GROUP_WEIGHT))), 0.0], device=device)
