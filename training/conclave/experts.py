"""Adaptive Expert Gating: sigmoid scores, load bias outside the weights, k by confidence, a wide k for strangers."""

import torch
import torch.nn.functional as F
from torch import nn

from . import fused
from .config import Config
from .layers import Linear

PLACES = 32  # tokens of an expert are padded to a multiple: few shapes, for which a product's code is made once


class Experts(nn.Module):
    """The mixture of one layer with its shared expert (MODEL.md, "Adaptive Expert Gating")."""

    def __init__(self, config: Config):
        super().__init__()
        c = self.config = config
        self.gate_inp = nn.Parameter(torch.randn(c.experts, c.dim) / c.dim ** 0.5)
        self.gate = nn.Parameter(torch.randn(c.experts, c.expert_hidden, c.dim) / c.dim ** 0.5)
        self.up = nn.Parameter(torch.randn(c.experts, c.expert_hidden, c.dim) / c.dim ** 0.5)
        self.down = nn.Parameter(torch.randn(c.experts, c.dim, c.expert_hidden) * 0.5 / c.expert_hidden ** 0.5)
        if c.shared_hidden:
            self.gate_shared, self.up_shared = Linear(c.dim, c.shared_hidden), Linear(c.dim, c.shared_hidden)
            self.down_shared = Linear(c.shared_hidden, c.dim, 0.5)
        self.register_buffer("load_bias", torch.zeros(c.experts))
        self.register_buffer("calibration", torch.zeros(()))
        self.wide_share = 0.0      # share of tokens sent to k_wide at random in training
        self.padding = None        # [n]: tokens whose output nobody reads
        self.seen = None           # (expert ids [n, k_wide], k [n], confidence [n]) of the last call
        self.probabilities = None  # [n, E] of the last call: a Mixtral-style router's auxiliary loss needs them

    def route(self, h, wide=None):
        """Experts [n, k_wide] by descending selection score, their weights (0 beyond k), k, which count, and the confidence. `wide` [n]: tokens
        that take the wide k whatever their confidence."""
        c = self.config
        raw = fused.Router.apply(h, self.gate_inp) if fused.routes(h, self.gate_inp) else F.linear(h.float(), self.gate_inp)
        if c.router == "mixtral":
            scores = self.probabilities = torch.softmax(raw, -1)
        else:
            scores = torch.sigmoid(raw)
        order, chosen, k, inside, confidence = self.choose(scores, self.load_bias, wide)
        kept = chosen * inside
        return order, kept / kept.sum(1, keepdim=True), k, inside, confidence

    def choose(self, scores, bias, wide=None):
        """As route, from scores [n, E]: experts, their scores, k, which count, confidence."""
        c = self.config
        order = torch.sort(scores.detach() + bias, dim=-1, descending=True, stable=True)[1][:, :c.k_wide]
        chosen = scores.gather(1, order)
        sums = chosen.detach().cumsum(1)
        cover = sums[:, :c.k_max] / sums[:, c.k_max - 1:c.k_max]
        k = c.k_min + (cover[:, c.k_min - 1:c.k_max - 1] < c.tau).sum(1)
        confidence = cover[:, 0]
        strange = confidence < self.calibration
        k = torch.where(strange if wide is None else strange | wide, torch.full_like(k, c.k_wide), k)
        inside = torch.arange(c.k_wide, device=k.device)[None] < k[:, None]
        return order, chosen, k, inside, confidence

    def forward(self, h):
        shape = h.shape
        h = h.reshape(-1, shape[-1])
        wide = torch.rand(len(h), device=h.device) < self.wide_share if self.training and self.wide_share > 0 else None
        order, weights, k, inside, confidence = self.route(h, wide)
        self.seen = (order, k, confidence)
        out = self.everywhere(h, order, weights) if h.is_cuda else self.apart(h, order, weights, inside)
        if self.config.shared_hidden:
            out = out + self.shared(h)
        return out.view(shape)

    def shared(self, h):
        return self.down_shared(F.silu(self.gate_shared(h)) * self.up_shared(h))

    def everywhere(self, h, order, weights):
        """Every expert for every token, weighted 0 where it was not chosen: more arithmetic, but three large products of fixed shapes, which
        suit a card and can be recorded, where sorting tokens by expert cannot."""
        c = self.config
        share = torch.zeros(len(h), c.experts, device=h.device).scatter(1, order, weights).to(h.dtype)
        gate, up = (w.to(h.dtype).flatten(0, 1) for w in (self.gate, self.up))
        down = self.down.to(h.dtype).transpose(0, 1).flatten(1)
        inner = (F.silu(F.linear(h, gate)) * F.linear(h, up)).view(len(h), c.experts, c.expert_hidden)
        return F.linear((inner * share[..., None]).flatten(1), down)

    def apart(self, h, order, weights, inside):
        """Tokens sorted by expert, as many places an expert as the most loaded one needs, so that three products do for all; added back."""
        c = self.config
        if self.padding is not None and len(self.padding) == len(inside):
            inside = inside & ~self.padding[:, None]  # all alike, so that one expert would have them all
        token, slot = inside.nonzero(as_tuple=True)
        by_expert = torch.argsort(order[token, slot], stable=True)
        token, slot = token[by_expert], slot[by_expert]
        expert = order[token, slot]
        counts = torch.bincount(expert, minlength=c.experts)
        places = -(-int(counts.max()) // PLACES) * PLACES
        place = expert * places + torch.arange(len(expert)) - (counts.cumsum(0) - counts)[expert]
        rows = torch.zeros(c.experts * places, h.shape[1], dtype=h.dtype).index_copy(0, place, h.index_select(0, token)).view(c.experts, places, -1)
        gate, up, down = (w.to(h.dtype).transpose(1, 2) for w in (self.gate, self.up, self.down))
        out = torch.bmm(F.silu(torch.bmm(rows, gate)) * torch.bmm(rows, up), down).flatten(0, 1).index_select(0, place)
        return torch.zeros_like(h).index_add(0, token, out * weights[token, slot][:, None].to(h.dtype))

    @torch.no_grad()
    def load(self, real):
        """Chosen tokens an expert [E] in the last call, among those that `real` [n] marks."""
        order, k, _ = self.seen
        return self._count(order, (torch.arange(order.shape[1], device=k.device)[None] < k[:, None]) & real[:, None])

    @torch.no_grad()
    def load_of(self, scores, bias):
        """Chosen tokens an expert [E] with that bias."""
        order, _, _, inside, _ = self.choose(scores, bias)
        return self._count(order, inside)

    def _count(self, order, inside):
        return torch.zeros(self.config.experts, device=order.device).index_add(0, order.flatten(), inside.flatten().float())  # waits for nothing

    @torch.no_grad()
    def balance(self, load, rate):
        """Move the load bias towards an even load; `rate` may be a tensor."""
        if self.config.router == "aeg":
            self.load_bias += rate * torch.sign(load.mean() - load)

    def auxiliary(self, real):
        """The Switch and Mixtral load loss: E * sum over experts of load share x mean probability; 1 when even."""
        load = self.load(real)
        mean = (self.probabilities * real[:, None]).sum(0) / real.sum()
        return self.config.experts * (load / load.sum() * mean).sum()
