"""Adaptive Expert Gating: sigmoid scores, load bias outside the weights, k by confidence, a wide k for strangers."""

import torch
import torch.nn.functional as F
from torch import nn

from .config import Config
from .layers import Linear

GROUPED = getattr(F, "grouped_mm", None) or getattr(torch, "_grouped_mm", None)  # a matmul a group of rows; CUDA, bfloat16


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
        self.grouped = GROUPED is not None
        self.seen = None           # (expert ids [n, k_wide], k [n], confidence [n]) of the last call
        self.probabilities = None  # [n, E] of the last call: a Mixtral-style router's auxiliary loss needs them

    def route(self, h):
        """Experts [n, k_wide] by descending selection score, their weights (0 beyond k), k, which count, and the confidence."""
        c = self.config
        raw = F.linear(h.float(), self.gate_inp)
        if c.router == "mixtral":
            scores = self.probabilities = torch.softmax(raw, -1)
        else:
            scores = torch.sigmoid(raw)
        order = torch.sort(scores.detach() + self.load_bias, dim=-1, descending=True, stable=True)[1][:, :c.k_wide]
        chosen = scores.gather(1, order)
        sums = chosen.detach().cumsum(1)
        cover = sums[:, :c.k_max] / sums[:, c.k_max - 1:c.k_max]
        k = c.k_min + (cover[:, c.k_min - 1:c.k_max - 1] < c.tau).sum(1)
        confidence = cover[:, 0]
        k = torch.where(confidence < self.calibration, torch.full_like(k, c.k_wide), k)
        if self.training and self.wide_share > 0:
            k = torch.where(torch.rand(len(k), device=k.device) < self.wide_share, torch.full_like(k, c.k_wide), k)
        inside = torch.arange(c.k_wide, device=k.device)[None] < k[:, None]
        kept = chosen * inside
        return order, kept / kept.sum(1, keepdim=True), k, inside, confidence

    def forward(self, h):
        shape = h.shape
        h = h.reshape(-1, shape[-1])
        order, weights, k, inside, confidence = self.route(h)
        self.seen = (order, k, confidence)
        out = self._mixture(h, order, weights, inside)
        if self.config.shared_hidden:
            out = out + self.shared(h)
        return out.view(shape)

    def shared(self, h):
        return self.down_shared(F.silu(self.gate_shared(h)) * self.up_shared(h))

    def _mixture(self, h, order, weights, inside):
        """Tokens sorted by expert, one small SwiGLU each, added back."""
        token, slot = inside.nonzero(as_tuple=True)
        by_expert = torch.argsort(order[token, slot], stable=True)
        token, slot = token[by_expert], slot[by_expert]
        counts = torch.bincount(order[token, slot], minlength=self.config.experts)
        rows = h.index_select(0, token)
        weight = weights[token, slot][:, None].to(h.dtype)
        apply = self._by_group if self.grouped and h.is_cuda and h.dtype == torch.bfloat16 else self._one_by_one
        return torch.zeros_like(h).index_add(0, token, apply(rows, counts) * weight)

    def _by_group(self, rows, counts):
        ends = counts.cumsum(0).int()
        gate, up, down = (w.to(rows.dtype).transpose(-2, -1) for w in (self.gate, self.up, self.down))
        inner = F.silu(GROUPED(rows, gate, offs=ends)) * GROUPED(rows, up, offs=ends)
        return GROUPED(inner, down, offs=ends)

    def _one_by_one(self, rows, counts):
        gate, up, down = (w.to(rows.dtype) for w in (self.gate, self.up, self.down))
        return torch.cat([F.linear(F.silu(F.linear(x, gate[e])) * F.linear(x, up[e]), down[e])
                          for e, x in enumerate(rows.split(counts.tolist()))])

    def trust_grouped(self) -> bool:
        """Whether the grouped kernel runs here, there and back, and agrees with the loop; if not, it is left alone."""
        if not (self.grouped and self.gate.is_cuda):
            return False
        h = torch.randn(999, self.config.dim, device=self.gate.device, dtype=torch.bfloat16)
        share, self.wide_share = self.wide_share, 0.0
        try:
            fast = self._there_and_back(h)
            self.grouped = False
            plain = self._there_and_back(h)
            self.grouped = all(float((a - b).norm() / b.norm()) < 0.02 for a, b in zip(fast, plain))
        except RuntimeError as error:
            print(f"grouped kernel: {error}", flush=True)
            self.grouped = False
        self.wide_share = share
        return self.grouped

    def _there_and_back(self, h):
        x = h.clone().requires_grad_()
        out = self(x).float()
        grads = torch.autograd.grad(out.square().sum(), (x, self.gate, self.down))
        return [out.detach(), *(g.float() for g in grads)]

    @torch.no_grad()
    def load(self, real):
        """Chosen tokens an expert [E] in the last call, among those that `real` [n] marks."""
        order, k, _ = self.seen
        inside = (torch.arange(order.shape[1], device=k.device)[None] < k[:, None]) & real[:, None]
        return torch.zeros(self.config.experts, device=k.device).index_add(0, order.flatten(), inside.flatten().float())  # waits for nothing

    @torch.no_grad()
    def balance(self, load, rate: float):
        """Move the load bias towards an even load."""
        if self.config.router == "aeg":
            self.load_bias += rate * torch.sign(load.mean() - load)

    def auxiliary(self, real):
        """The Switch and Mixtral load loss: E * sum over experts of load share x mean probability; 1 when even."""
        load = self.load(real)
        return self.config.experts * (load / load.sum() * self.probabilities[real].mean(0)).sum()
