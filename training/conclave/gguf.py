"""A small GGUF v3 writer and reader: F32, F16 and Q8_0 tensors, the value types the model needs."""

import struct
from pathlib import Path

import numpy as np

MAGIC, VERSION, ALIGNMENT = b"GGUF", 3, 32
U32, I32, F32, BOOL, STRING, ARRAY, U64 = 4, 5, 6, 7, 8, 9, 10
_SCALARS = {U32: "<I", I32: "<i", F32: "<f", BOOL: "<?", U64: "<Q"}
TYPE_F32, TYPE_F16, TYPE_Q8_0 = 0, 1, 8


class Typed:
    """A metadata value with its GGUF type: `Typed(U32, 7)` or `Typed(F32, [0.5, 1.0])`."""

    def __init__(self, kind: int, value):
        self.kind, self.value = kind, value


def quantise_q8_0(array: np.ndarray) -> bytes:
    """Rows of 32 values as one f16 scale and 32 int8."""
    blocks = array.astype(np.float32).reshape(-1, 32)
    scale = (np.abs(blocks).max(axis=1, keepdims=True) / 127).astype(np.float16)
    inverse = np.where(scale > 0, 1 / np.maximum(scale.astype(np.float32), 1e-12), 0)
    codes = np.clip(np.rint(blocks * inverse), -127, 127).astype(np.int8)
    out = np.zeros(len(blocks), dtype=[("d", "<f2"), ("q", "i1", 32)])
    out["d"], out["q"] = scale[:, 0], codes
    return out.tobytes()


def _dequantise_q8_0(data: bytes, shape) -> np.ndarray:
    blocks = np.frombuffer(data, dtype=[("d", "<f2"), ("q", "i1", 32)])
    return (blocks["d"].astype(np.float32)[:, None] * blocks["q"]).reshape(shape)


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(kind: int, value) -> bytes:
    return _string(value) if kind == STRING else struct.pack(_SCALARS[kind], value)


def _entry(key: str, typed: Typed) -> bytes:
    if isinstance(typed.value, (list, tuple)):
        head = struct.pack("<IIQ", ARRAY, typed.kind, len(typed.value))
        return _string(key) + head + b"".join(_value(typed.kind, v) for v in typed.value)
    return _string(key) + struct.pack("<I", typed.kind) + _value(typed.kind, typed.value)


def _encode(array: np.ndarray, kind: int) -> bytes:
    if kind == TYPE_Q8_0:
        return quantise_q8_0(array)
    return np.ascontiguousarray(array, dtype="<f2" if kind == TYPE_F16 else "<f4").tobytes()


def write(path, metadata: dict[str, Typed], tensors: dict[str, tuple[np.ndarray, int]]) -> None:
    """Write metadata and tensors (`name -> (array, type)`) to `path`."""
    head = MAGIC + struct.pack("<IQQ", VERSION, len(tensors), len(metadata))
    head += b"".join(_entry(key, typed) for key, typed in metadata.items())
    payload, infos = bytearray(), b""
    for name, (array, kind) in tensors.items():
        dims = array.shape[::-1]
        infos += _string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, len(payload))
        payload += _encode(array, kind)
        payload += b"\0" * (-len(payload) % ALIGNMENT)
    head += infos
    Path(path).write_bytes(head + b"\0" * (-len(head) % ALIGNMENT) + bytes(payload))


class _Cursor:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, form: str):
        values = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return values if len(values) > 1 else values[0]

    def string(self) -> str:
        size = self.take("<Q")
        self.at += size
        return self.data[self.at - size:self.at].decode()

    def value(self, kind: int):
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            inner, count = self.take("<IQ")
            return [self.value(inner) for _ in range(count)]
        return self.take(_SCALARS[kind])


def read(path) -> tuple[dict, dict[str, np.ndarray]]:
    """Metadata values and float32 tensors (F16 and Q8_0 widened) of a file written by `write`."""
    cursor = _Cursor(Path(path).read_bytes())
    if cursor.data[:4] != MAGIC:
        raise ValueError(f"{path} is not a GGUF file")
    cursor.at = 4
    _, tensor_count, entry_count = cursor.take("<IQQ")
    metadata = {}
    for _ in range(entry_count):
        key = cursor.string()
        metadata[key] = cursor.value(cursor.take("<I"))
    infos = []
    for _ in range(tensor_count):
        name, rank = cursor.string(), cursor.take("<I")
        dims = cursor.take(f"<{rank}Q")
        shape = (dims,) if rank == 1 else dims[::-1]
        infos.append((name, shape, *cursor.take("<IQ")))
    base = cursor.at + (-cursor.at % ALIGNMENT)
    return metadata, {name: _tensor(cursor.data, base + at, shape, kind) for name, shape, kind, at in infos}


def _tensor(data: bytes, at: int, shape, kind: int) -> np.ndarray:
    count = int(np.prod(shape))
    if kind == TYPE_Q8_0:
        return _dequantise_q8_0(data[at:at + count // 32 * 34], shape)
    dtype = "<f2" if kind == TYPE_F16 else "<f4"
    return np.frombuffer(data, dtype, count, at).reshape(shape).astype(np.float32)
