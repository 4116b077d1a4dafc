"""Loads fused.c, attention.c and router.c, compiled on first use; None without a compiler. The files say what and why."""

import ctypes
import hashlib
import os
import platform
import subprocess
import tempfile
from pathlib import Path

import torch

PARTS = 16


# Linked without -ffast-math: with it the library would turn denormals off for the whole process.
COMPILE = ["gcc", "-O3", "-ffast-math", "-march=native", "-fopenmp", "-fPIC", "-c"]
if platform.machine() == "x86_64":
    COMPILE.append("-mprefer-vector-width=512")  # left to itself the compiler takes half of a vector
LINK = ["gcc", "-shared", "-fopenmp"]


SOURCES = [Path(__file__).with_name(name) for name in ("fused.c", "attention.c", "router.c")]
HEADER = Path(__file__).with_name("bf16.h")


def _library():
    name = hashlib.sha256(b"".join(file.read_bytes() for file in (*SOURCES, HEADER)) + repr((COMPILE, LINK)).encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"conclave-fused-{os.getuid()}-{name}.so"
    try:
        if not path.exists():
            with tempfile.TemporaryDirectory() as folder:
                objects = [f"{folder}/{source.stem}.o" for source in SOURCES]
                for source, made in zip(SOURCES, objects):
                    subprocess.run([*COMPILE, str(source), "-o", made], check=True, capture_output=True)
                part = f"{path}.{os.getpid()}"
                subprocess.run([*LINK, *objects, "-o", part, "-lm"], check=True, capture_output=True)
            os.replace(part, path)
        return ctypes.CDLL(str(path))
    except (OSError, subprocess.CalledProcessError):
        return None


LIBRARY = _library()


def usable(x: torch.Tensor) -> bool:
    """True if the fused kernels take this tensor."""
    return LIBRARY is not None and x.dtype == torch.bfloat16 and x.device.type == "cpu"


TILES = LIBRARY is not None and hasattr(LIBRARY, "attention_usable") and LIBRARY.attention_usable() == 1


def attends(q: torch.Tensor) -> bool:
    """True if the fused attention takes these queries [B, T, H, d]."""
    return TILES and usable(q) and q.shape[-1] in (32, 64)


def routes(h: torch.Tensor, weight: torch.Tensor) -> bool:
    """True if the fused router takes these rows and its weight [E, d]."""
    return usable(h) and weight.shape[0] % 16 == 0 and weight.shape[1] % 16 == 0


def _p(t: torch.Tensor):
    return ctypes.c_void_p(t.data_ptr())


def _n(value: int):
    return ctypes.c_int64(value)


class Gelu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        x = x.contiguous()
        ctx.save_for_backward(x)
        y = torch.empty_like(x)
        LIBRARY.gelu_forward(_p(x), _p(y), _n(x.numel()))
        return y

    @staticmethod
    def backward(ctx, grad):
        x, = ctx.saved_tensors
        grad, out = grad.contiguous(), torch.empty_like(x)
        LIBRARY.gelu_backward(_p(x), _p(grad), _p(out), _n(x.numel()))
        return out


class RmsNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, eps):
        x = x.contiguous()
        size = x.shape[-1]
        y, scale = torch.empty_like(x), torch.empty(x.numel() // size)
        LIBRARY.rms_forward(_p(x), _p(weight), _p(y), _p(scale), _n(len(scale)), _n(size), ctypes.c_float(eps))
        ctx.save_for_backward(x, weight, scale)
        return y

    @staticmethod
    def backward(ctx, grad):
        x, weight, scale = ctx.saved_tensors
        size = x.shape[-1]
        grad, out, sums = grad.contiguous(), torch.empty_like(x), torch.zeros(PARTS, size)
        LIBRARY.rms_backward(_p(x), _p(weight), _p(scale), _p(grad), _p(out), _p(sums), _n(len(scale)), _n(size), _n(PARTS))
        return out, sums.sum(0), None


class Attention(torch.autograd.Function):
    """q [B, T, H, d], k and v [B, S, Hkv, d] -> [B, T, H, d]."""

    @staticmethod
    def forward(ctx, q, k, v, causal):
        q, k, v = (t.contiguous() for t in (q, k, v))
        out, sums = torch.empty_like(q), torch.empty(q.shape[0], q.shape[2], q.shape[1])
        ctx.sizes = [_n(n) for n in (q.shape[0], q.shape[1], k.shape[1], q.shape[2], k.shape[2], q.shape[3], int(causal))]
        LIBRARY.attention_forward(*map(_p, (q, k, v, out, sums)), *ctx.sizes)
        ctx.save_for_backward(q, k, v, out, sums)
        return out

    @staticmethod
    def backward(ctx, grad):
        q, k, v, out, sums = ctx.saved_tensors
        grad, slopes = grad.contiguous(), [torch.empty_like(t) for t in (q, k, v)]
        LIBRARY.attention_backward(*map(_p, (q, k, v, out, sums, grad, *slopes)), *ctx.sizes)
        return *slopes, None


class Router(torch.autograd.Function):
    """h [n, d] in bfloat16, weight [E, d] -> float32 [n, E]."""

    @staticmethod
    def forward(ctx, h, weight):
        h, weight = h.contiguous(), weight.contiguous()
        out, turned = torch.empty(len(h), len(weight)), weight.t().contiguous()
        ctx.save_for_backward(h, weight)
        LIBRARY.router_forward(_p(h), _p(turned), _p(out), _n(len(h)), _n(h.shape[1]), _n(len(weight)))
        return out

    @staticmethod
    def backward(ctx, grad):
        h, weight = ctx.saved_tensors
        grad, out, sums = grad.contiguous(), torch.empty_like(h), torch.zeros(PARTS, *weight.shape)
        LIBRARY.router_backward(_p(h), _p(weight), _p(grad), _p(out), _p(sums), _n(len(h)), _n(h.shape[1]), _n(len(weight)), _n(PARTS))
        return out, sums.sum(0)
