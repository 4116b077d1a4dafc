"""Weights between machines: narrow block numbers in parts of a bounded size, without optimiser state.

Experts and the heads of the dense losses are kept in 8 bits, other matrices in 12 (or 8), with a half-precision scale for 32 numbers; vectors
stay float32. The optimiser starts anew after a warm-up. `head.json` names every tensor and the SHA-256 of the parts.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import torch

PART_BYTES = 15 << 20
BLOCK = 32


def bits_of(name: str, tensor: torch.Tensor, most: int) -> int:
    if tensor.ndim < 2:
        return 32
    return 8 if tensor.ndim == 3 or name.startswith("heads.") else most


def pack(array: np.ndarray, bits: int) -> bytes:
    flat = np.ascontiguousarray(array, np.float32).reshape(-1)
    if bits == 32:
        return flat.astype("<f4").tobytes()
    blocks = np.pad(flat, (0, -len(flat) % BLOCK)).reshape(-1, BLOCK)
    top = 2 ** (bits - 1) - 1
    scale = (np.abs(blocks).max(1, keepdims=True) / top).astype("<f2")
    wide = np.maximum(scale.astype(np.float32), 1e-12)
    codes = np.clip(np.rint(blocks / wide), -top, top).astype(np.int32)
    if bits == 8:
        return scale.tobytes() + codes.astype(np.int8).tobytes()
    pairs = (codes.reshape(-1, 2) + 2048).astype(np.uint32)  # two of 12 bits in three bytes
    joined = pairs[:, 0] | pairs[:, 1] << 12
    return scale.tobytes() + np.stack([joined & 255, joined >> 8 & 255, joined >> 16], 1).astype(np.uint8).tobytes()


def unpack(data: bytes, shape, bits: int) -> np.ndarray:
    count = int(np.prod(shape))
    if bits == 32:
        return np.frombuffer(data, "<f4", count).reshape(shape)
    blocks = -(-count // BLOCK)
    scale = np.frombuffer(data, "<f2", blocks).astype(np.float32)
    if bits == 8:
        codes = np.frombuffer(data, np.int8, blocks * BLOCK, 2 * blocks).astype(np.float32)
    else:
        b = np.frombuffer(data, np.uint8, offset=2 * blocks).reshape(-1, 3).astype(np.int32)
        joined = b[:, 0] | b[:, 1] << 8 | b[:, 2] << 16
        codes = (np.stack([joined & 4095, joined >> 12], 1).reshape(-1) - 2048).astype(np.float32)
    return (codes.reshape(blocks, BLOCK) * scale[:, None]).reshape(-1)[:count].reshape(shape)


def save(folder: Path, tensors: dict[str, torch.Tensor], state: dict, most: int = 12) -> int:
    """Writes tensors, matrices in at most `most` bits (8 or 12), and a small JSON state; returns the bytes written."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("part_*"):
        old.unlink()
    index, data = [], bytearray()
    for name, tensor in tensors.items():
        bits = bits_of(name, tensor, most)
        packed = pack(tensor.detach().float().cpu().numpy(), bits)
        index.append([name, list(tensor.shape), bits, len(packed)])
        data += packed
    parts = []
    for i in range(0, len(data), PART_BYTES):
        part = bytes(data[i:i + PART_BYTES])
        name = f"part_{i // PART_BYTES:02d}.bin"
        (folder / name).write_bytes(part)
        parts.append([name, hashlib.sha256(part).hexdigest()])
    (folder / "head.json").write_text(json.dumps({"state": state, "tensors": index, "parts": parts}) + "\n")
    return len(data)


def load(folder: Path) -> tuple[dict[str, torch.Tensor], dict]:
    """Tensors and state of a folder written by `save`."""
    head = json.loads((folder / "head.json").read_text())
    data = bytearray()
    for name, digest in head["parts"]:
        part = (folder / name).read_bytes()
        if hashlib.sha256(part).hexdigest() != digest:
            raise ValueError(f"{folder / name} is damaged: copy the folder again")
        data += part
    tensors, at = {}, 0
    for name, shape, bits, size in head["tensors"]:
        tensors[name] = torch.from_numpy(unpack(bytes(data[at:at + size]), shape, bits).copy())
        at += size
    return tensors, head["state"]
