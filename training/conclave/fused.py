"""Loads fused.c, compiled on first use; None without a compiler. See fused.c for what and why."""

import ctypes
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import torch

PARTS = 16


# Linked without -ffast-math: with it the library would turn denormals off for the whole process.
COMPILE = ["gcc", "-O3", "-ffast-math", "-march=native", "-fopenmp", "-fPIC", "-c"]
LINK = ["gcc", "-shared", "-fopenmp"]


def _library():
    source = Path(__file__).with_name("fused.c")
    name = hashlib.sha256(source.read_bytes() + repr((COMPILE, LINK)).encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"conclave-fused-{os.getuid()}-{name}.so"
    try:
        if not path.exists():
            part = f"{path}.{os.getpid()}"
            subprocess.run([*COMPILE, str(source), "-o", part + ".o"], check=True, capture_output=True)
            subprocess.run([*LINK, part + ".o", "-o", part, "-lm"], check=True, capture_output=True)
            os.remove(part + ".o")
            os.replace(part, path)
        return ctypes.CDLL(str(path))
    except (OSError, subprocess.CalledProcessError):
        return None


LIBRARY = _library()


def usable(x: torch.Tensor) -> bool:
    """True if the fused kernels take this tensor."""
    return LIBRARY is not None and x.dtype == torch.bfloat16 and x.device.type == "cpu"


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
