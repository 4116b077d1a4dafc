"""Building blocks: weights stay float32, arithmetic follows the input's type (bfloat16 in training)."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from . import fused


class _RmsNorm(torch.autograd.Function):
    """w * x / sqrt(mean(x^2) + eps) with few passes over memory."""

    @staticmethod
    def forward(ctx, x, weight, eps):
        scale = torch.rsqrt((x * x).mean(-1, keepdim=True, dtype=torch.float32) + eps).to(x.dtype)
        normal = x * scale
        ctx.save_for_backward(normal, weight, scale)
        return normal * weight

    @staticmethod
    def backward(ctx, grad):
        normal, weight, scale = ctx.saved_tensors
        product = grad * normal
        grad_weight = product.reshape(-1, product.shape[-1]).sum(0)
        inner = F.linear(product, weight[None]) / normal.shape[-1]
        return scale * (grad * weight - normal * inner), grad_weight, None


class RmsNorm(nn.Module):
    def __init__(self, size: int, eps: float):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x):
        if x.is_cuda and hasattr(F, "rms_norm"):
            return F.rms_norm(x, x.shape[-1:], self.weight.to(x.dtype), self.eps)
        if fused.usable(x):
            return fused.RmsNorm.apply(x, self.weight, self.eps)
        return _RmsNorm.apply(x, self.weight.to(x.dtype), self.eps)


class Linear(nn.Module):
    """y = W x, W [out, in], no bias."""

    def __init__(self, inputs: int, outputs: int, gain: float = 1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * gain / math.sqrt(inputs))

    def forward(self, x):
        return F.linear(x, self.weight.to(x.dtype))


class Conv(nn.Module):
    """3x3 convolution with bias over [B, H, W, C]."""

    def __init__(self, inputs: int, outputs: int, stride: int, groups: int = 1, gain: float = 1.0):
        super().__init__()
        fan = inputs // groups * 9
        self.weight = nn.Parameter(torch.randn(outputs, inputs // groups, 3, 3) * gain / math.sqrt(fan))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.stride, self.groups = stride, groups

    def forward(self, x):
        weight = self.weight.to(x.dtype).contiguous(memory_format=torch.channels_last)
        y = F.conv2d(x.permute(0, 3, 1, 2), weight, self.bias.to(x.dtype), self.stride, 1, 1, self.groups)
        return y.permute(0, 2, 3, 1)


def gelu(x):
    return fused.Gelu.apply(x) if not x.is_cuda and fused.usable(x) else F.gelu(x, approximate="tanh")


def rope_tables(length: int, head_dim: int, base: float):
    """cos and sin [length, head_dim / 2]."""
    angles = torch.arange(length, dtype=torch.float32)[:, None] * base ** (-torch.arange(0, head_dim, 2).float() / head_dim)
    return angles.cos(), angles.sin()


def rope(x, cos, sin):
    """NEOX pairing: dimension i turns with i + head_dim / 2. x [B, T, H, hd]; cos, sin [T, hd / 2]."""
    first, second = x.chunk(2, -1)
    cos, sin = cos[:, None].to(x.dtype), sin[:, None].to(x.dtype)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


def attend(q, k, v, mask=None, causal=False):
    """q [B, T, H, hd], k and v [B, S, Hkv, hd]; head h reads kv head h / (H / Hkv). mask [T, S] is added; `causal`: T = S and nothing
    looks ahead. -> [B, T, H, hd]."""
    if q.is_cuda:
        return _attend_fused(q, k, v, mask, causal)
    if mask is None and fused.attends(q):
        return fused.Attention.apply(q, k, v, causal)
    batch, steps, heads, size = q.shape
    kv_heads, group = k.shape[2], heads // k.shape[2]
    if causal:
        mask = torch.full((steps, steps), -1e9).triu(1)
    q = (q * size ** -0.5).reshape(batch, steps, kv_heads, group, size).permute(0, 2, 3, 1, 4).reshape(batch * kv_heads, group * steps, size)
    k = k.permute(0, 2, 3, 1).reshape(batch * kv_heads, size, -1)
    v = v.transpose(1, 2).reshape(batch * kv_heads, -1, size)
    scores = torch.bmm(q, k)
    if mask is not None:
        scores = (scores.view(-1, group, steps, k.shape[2]) + mask.to(scores.dtype)).view_as(scores)
    out = torch.bmm(torch.softmax(scores, -1), v)
    return out.view(batch, kv_heads, group, steps, size).permute(0, 3, 1, 2, 4).reshape(batch, steps, heads, size)


def _attend_fused(q, k, v, mask, causal):
    """The same with PyTorch 2's kernels, which never store the scores."""
    group = q.shape[2] // k.shape[2]
    if group > 1:
        k, v = k.repeat_interleave(group, 2), v.repeat_interleave(group, 2)
    mask = mask.to(q.device, q.dtype) if mask is not None else None
    out = F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), attn_mask=mask, is_causal=causal)
    return out.transpose(1, 2)
