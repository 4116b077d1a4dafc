"""The conclave model in PyTorch: vision encoder, bridges, text decoder with experts (see MODEL.md)."""

import torch
import torch.nn.functional as F
from torch import nn

from .config import PAD, Config
from .experts import Experts
from .layers import Conv, Linear, RmsNorm, attend, gelu, rope, rope_tables


class ConvBlock(nn.Module):
    """x += down(GELU(up(RMS(dw(x))))) at 1/8."""

    def __init__(self, size: int, hidden: int, eps: float):
        super().__init__()
        self.dw, self.norm = Conv(size, size, 1, size), RmsNorm(size, eps)
        self.up, self.down = Linear(size, hidden), Linear(hidden, size, 0.3)

    def forward(self, x):
        return x + self.down(gelu(self.up(self.norm(self.dw(x)))))


class VisionBlock(nn.Module):
    """Depthwise position mixing, attention over the grid, MLP. x [B, R, C, D]."""

    def __init__(self, c: Config):
        super().__init__()
        size = c.vision_dim
        self.heads = c.vision_heads
        self.dw = Conv(size, size, 1, size, 0.3)
        self.attn_norm, self.ffn_norm = RmsNorm(size, c.eps), RmsNorm(size, c.eps)
        self.attn_qkv, self.attn_out = Linear(size, 3 * size), Linear(size, size, 0.3)
        self.attn_q_norm, self.attn_k_norm = RmsNorm(size // self.heads, c.eps), RmsNorm(size // self.heads, c.eps)
        self.ffn_up, self.ffn_down = Linear(size, c.vision_hidden), Linear(c.vision_hidden, size, 0.3)

    def forward(self, x):
        x = x + self.dw(x)
        batch, rows, columns, size = x.shape
        qkv = self.attn_qkv(self.attn_norm(x)).view(batch, rows * columns, 3, self.heads, size // self.heads)
        q, k, v = qkv.unbind(2)
        x = x + self.attn_out(attend(self.attn_q_norm(q), self.attn_k_norm(k), v).reshape(x.shape))
        return x + self.ffn_down(gelu(self.ffn_up(self.ffn_norm(x))))


class Vision(nn.Module):
    """uint8-scaled image [B, H, W, 3] in [-1, 1] to the taps [B, N, D]."""

    def __init__(self, c: Config):
        super().__init__()
        rows, columns = c.grid
        sizes = [3, *c.stem]
        self.taps_at = c.tap_blocks
        self.stem = nn.ModuleList(Conv(a, b, 2, gain=1.4) for a, b in zip(sizes, sizes[1:]))
        self.conv = nn.ModuleList(ConvBlock(c.stem[2], c.conv_hidden, c.eps) for _ in range(c.conv_blocks))
        self.merge_norm, self.merge = RmsNorm(4 * c.stem[2], c.eps), Linear(4 * c.stem[2], c.vision_dim)
        self.pos_row = nn.Parameter(torch.randn(rows, c.vision_dim) * 0.3)
        self.pos_col = nn.Parameter(torch.randn(columns, c.vision_dim) * 0.3)
        self.blk = nn.ModuleList(VisionBlock(c) for _ in range(c.vision_blocks))
        self.tap_norm = nn.ModuleList(RmsNorm(c.vision_dim, c.eps) for _ in c.tap_blocks)

    def forward(self, x):
        for conv in self.stem:
            x = gelu(conv(x))
        for block in self.conv:
            x = block(x)
        batch, rows, columns, size = x.shape
        x = x.reshape(batch, rows // 2, 2, columns // 2, 2, size).transpose(2, 3).reshape(batch, rows // 2, columns // 2, 4 * size)
        x = self.merge(self.merge_norm(x)) + (self.pos_row[:, None] + self.pos_col[None]).to(x.dtype)
        taps = []
        for i, block in enumerate(self.blk):
            x = block(x)
            if i in self.taps_at:
                taps.append(self.tap_norm[len(taps)](x).flatten(1, 2))
        return taps


class SelfAttention(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.norm = RmsNorm(c.dim, c.eps)
        self.q, self.k, self.v = (Linear(c.dim, n * c.head_dim) for n in (c.heads, c.kv_heads, c.kv_heads))
        self.output = Linear(c.heads * c.head_dim, c.dim, 0.5)
        self.q_norm, self.k_norm = RmsNorm(c.head_dim, c.eps), RmsNorm(c.head_dim, c.eps)

    def forward(self, x, cos, sin, mask, causal, cache=None):
        batch, steps, _ = x.shape
        h = self.norm(x)
        q = rope(self.q_norm(self.q(h).view(batch, steps, -1, self.c.head_dim)), cos, sin)
        k = rope(self.k_norm(self.k(h).view(batch, steps, -1, self.c.head_dim)), cos, sin)
        v = self.v(h).view(batch, steps, -1, self.c.head_dim)
        if cache is not None:
            k, v = cache.extend(self, k, v)
        return x + self.output(attend(q, k, v, mask, causal).reshape(batch, steps, -1))


class Bridge(nn.Module):
    """Gated cross-attention from text to one tap: one gate per head and token."""

    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.norm = RmsNorm(c.dim, c.eps)
        self.q = Linear(c.dim, c.heads * c.head_dim)
        self.k, self.v = (Linear(c.vision_dim, c.kv_heads * c.head_dim) for _ in range(2))
        self.output = Linear(c.heads * c.head_dim, c.dim, 0.5)
        self.q_norm, self.k_norm = RmsNorm(c.head_dim, c.eps), RmsNorm(c.head_dim, c.eps)
        self.gate = Linear(c.dim, c.heads, 0.1)
        self.gate_bias = nn.Parameter(torch.full((c.heads,), 1.5))

    def memory(self, tap):
        """K and V of an image, once: [B, N, Hkv, hd]."""
        shape = (*tap.shape[:2], -1, self.c.head_dim)
        return self.k_norm(self.k(tap).view(shape)), self.v(tap).view(shape)

    def forward(self, x, memory, seen=None):
        """`seen` [B]: 0 for rows without a picture, to which the bridge adds nothing."""
        batch, steps, _ = x.shape
        h = self.norm(x)
        q = self.q_norm(self.q(h).view(batch, steps, -1, self.c.head_dim))
        gate = torch.sigmoid(self.gate(h) + self.gate_bias.to(h.dtype))
        if seen is not None:
            gate = gate * seen.to(gate.dtype)[:, None, None]
        out = attend(q, *memory) * gate[..., None]
        return x + self.output(out.reshape(batch, steps, -1))


class DenseFeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, c: Config):
        super().__init__()
        self.gate, self.up = Linear(c.dim, c.dense_hidden), Linear(c.dim, c.dense_hidden)
        self.down = Linear(c.dense_hidden, c.dim, 0.5)

    def forward(self, h):
        return self.down(F.silu(self.gate(h)) * self.up(h))


class DecoderLayer(nn.Module):
    def __init__(self, c: Config, index: int):
        super().__init__()
        self.tap = c.bridge_tap[index]
        self.attn = SelfAttention(c)
        self.bridge = Bridge(c) if self.tap >= 0 else None
        self.ffn_norm = RmsNorm(c.dim, c.eps)
        self.ffn = DenseFeedForward(c) if index < c.dense_layers else Experts(c)

    def forward(self, x, cos, sin, mask, causal, memory, seen=None, cache=None):
        x = self.attn(x, cos, sin, mask, causal, cache)
        if memory is not None:
            x = self.bridge(x, memory, seen)
        return x + self.ffn(self.ffn_norm(x))


class Cache:
    """Keys and values of the positions decoded so far."""

    def __init__(self):
        self.kept, self.length = {}, 0

    def extend(self, layer, k, v):
        if layer in self.kept:
            k, v = torch.cat([self.kept[layer][0], k], 1), torch.cat([self.kept[layer][1], v], 1)
        self.kept[layer] = (k, v)
        return k, v


class Conclave(nn.Module):
    """The whole model. `forward` is training; `encode` and `decode` are the engine's two halves."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.vision = Vision(config)
        self.token_embd = nn.Parameter(torch.randn(config.vocab, config.dim) * 0.05)
        self.blk = nn.ModuleList(DecoderLayer(config, i) for i in range(config.layers))
        self.output_norm = RmsNorm(config.dim, config.eps)
        cos, sin = rope_tables(config.context, config.head_dim, config.rope_base)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def compile_blocks(self, vision: bool = True, decoder: bool = True):
        """Hand the blocks to PyTorch's compiler, each kind once."""
        torch._dynamo.config.suppress_errors = True  # what does not compile runs as it was
        limit = "recompile_limit" if hasattr(torch._dynamo.config, "recompile_limit") else "cache_size_limit"  # before 2.7
        setattr(torch._dynamo.config, limit, 32)
        for block in (*self.vision.conv, *self.vision.blk) if vision else ():
            block.compile()
        for layer in self.blk if decoder else ():  # the length of a batch changes
            layer.attn.compile(dynamic=True)
            layer.ffn_norm.compile(dynamic=True)
            if layer.bridge:
                layer.bridge.compile(dynamic=True)
                layer.bridge.memory = torch.compile(layer.bridge.memory, dynamic=True)
            if isinstance(layer.ffn, Experts):
                for part in ("route", "everywhere", "shared"):
                    setattr(layer.ffn, part, torch.compile(getattr(layer.ffn, part), dynamic=True))

    def mixtures(self):
        """The expert layers, in order."""
        return [layer.ffn for layer in self.blk if isinstance(layer.ffn, Experts)]

    def encode(self, images, dtype=torch.float32):
        """uint8 images [B, H, W, 3] to taps."""
        return self.vision((images.float() / 127.5 - 1).to(dtype))

    def memories(self, taps):
        """Per layer K and V of the taps, or None without a bridge."""
        return [layer.bridge.memory(taps[layer.tap]) if layer.bridge and taps else None for layer in self.blk]

    def decode(self, tokens, memories, cache=None, seen=None):
        """Final hidden states [B, T, d] of tokens [B, T]; `seen` [B] is 0 for rows without a picture."""
        start = cache.length if cache else 0
        steps = tokens.shape[1]
        dtype = next((m[0].dtype for m in memories if m), torch.float32)
        x = self.token_embd.index_select(0, tokens.flatten()).view(*tokens.shape, -1).to(dtype)
        for mixture in self.mixtures() if self.training else ():
            mixture.padding = (tokens == PAD).flatten()
        cos, sin = self.cos[start:start + steps], self.sin[start:start + steps]
        causal = steps > 1 and start == 0
        mask = torch.full((steps, start + steps), -1e9).triu(start + 1) if steps > 1 and start > 0 else None
        for layer, memory in zip(self.blk, memories):
            x = layer(x, cos, sin, mask, causal, memory, seen, cache)
        if cache:
            cache.length += steps
        return self.output_norm(x)

    def logits(self, hidden):
        """Scores [..., V] from hidden states: the embedding again."""
        return F.linear(hidden, self.token_embd.to(hidden.dtype))

    def forward(self, images, tokens, dtype=torch.float32, seen=None):
        """Hidden states [B, T, d] and the taps."""
        taps = self.encode(images, dtype)
        return self.decode(tokens, self.memories(taps), seen=seen), taps
