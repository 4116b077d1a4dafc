"""Adaptive Expert Gating: sigmoid scores, load bias outside the weights, k by confidence, a wide k for strangers."""

import torch
import torch.nn.functional as F
from torch import nn

from .config import Config
from .layers import Linear


class Experts(nn.Module):
    """The mixture of one layer with its shared expert (MODEL.md, "Adaptive Expert Gating")."""

    def __init__(self, config: Config):
        super().__init__()
        c = self.config = config
        self.gate_inp = nn.Parameter(torch.randn(c.experts, c.dim) / c.dim ** 0.5)
        self.gate = nn.Parameter(torch.randn(c.experts, c.expert_hidden, c.dim) / c.dim ** 0.5)
        self.up = nn.Parameter(torch.randn(c.experts, c.expert_hidden, c.dim) / c.dim ** 0.5)
        self.down = nn.Parameter(torch.randn(c.experts, c.dim, c.expert_hidden) * 0.5 / c.expert_hidden ** 0.5)
        self.gate_shared, self.up_shared = Linear(c.dim, c.shared_hidden), Linear(c.dim, c.shared_hidden)
        self.down_shared = Linear(c.shared_hidden, c.dim, 0.5)
        self.register_buffer("load_bias", torch.zeros(c.experts))
        self.register_buffer("calibration", torch.zeros(()))
        self.wide_share = 0.0  # share of tokens sent to k_wide at random in training
        self.seen = None       # (expert ids [n, k_wide], k [n], confidence [n]) of the last call

    def route(self, h):
        """Experts [n, k_wide] by descending selection score, their weights (0 beyond k), k and the confidence."""
        c = self.config
        scores = torch.sigmoid(F.linear(h.float(), self.gate_inp))
        order = torch.sort(scores.detach() + self.load_bias, dim=-1, descending=True, stable=True)[1][:, :c.k_wide]
        chosen = scores.gather(1, order)
        sums = chosen.detach().cumsum(1)
        cover = sums[:, :c.k_max] / sums[:, c.k_max - 1:c.k_max]
        k = c.k_min + (cover[:, c.k_min - 1:c.k_max - 1] < c.tau).sum(1)
        confidence = cover[:, 0]
        k = torch.where(confidence < self.calibration, torch.full_like(k, c.k_wide), k)
        if self.training and self.wide_share > 0:
            k = torch.where(torch.rand(len(k)) < self.wide_share, torch.full_like(k, c.k_wide), k)
        inside = torch.arange(c.k_wide)[None] < k[:, None]
        kept = chosen * inside
        return order, kept / kept.sum(1, keepdim=True), k, inside, confidence

    def forward(self, h):
        shape = h.shape
        h = h.reshape(-1, shape[-1])
        order, weights, k, inside, confidence = self.route(h)
        self.seen = (order, k, confidence)
        shared = self.down_shared(F.silu(self.gate_shared(h)) * self.up_shared(h))
        return (shared + self._mixture(h, order, weights, inside)).view(shape)

    def _mixture(self, h, order, weights, inside):
        """Tokens sorted by expert, one small SwiGLU each, added back."""
        token, slot = inside.nonzero(as_tuple=True)
        by_expert = torch.argsort(order[token, slot], stable=True)
        token, slot = token[by_expert], slot[by_expert]
        counts = torch.bincount(order[token, slot], minlength=self.config.experts).tolist()
        rows = h.index_select(0, token).split(counts)
        gate, up, down = (w.to(h.dtype) for w in (self.gate, self.up, self.down))
        outs = [F.linear(F.silu(F.linear(x, gate[e])) * F.linear(x, up[e]), down[e]) for e, x in enumerate(rows)]
        out = torch.cat(outs) * weights[token, slot][:, None].to(h.dtype)
        return torch.zeros_like(h).index_add(0, token, out)

    @torch.no_grad()
    def balance(self, load, rate: float):
        """Move the load bias towards an even load; `load` [E] counts chosen tokens."""
        self.load_bias += rate * torch.sign(load.mean() - load)
