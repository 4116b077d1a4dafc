"""The model as GGUF tensors and metadata, and back (names as in MODEL.md)."""

import numpy as np
import torch

from . import gguf
from .config import Config
from .gguf import F32, I32, STRING, U32, Typed
from .model import Conclave
from .tokenizer import LOC_STEP, Tokenizer


def tensor_names(model: Conclave) -> dict[str, torch.Tensor]:
    """GGUF name -> parameter or buffer."""
    named = dict(model.named_parameters()) | {n: b for n, b in model.named_buffers() if n.endswith("load_bias")}
    return {_rename(name): tensor for name, tensor in named.items()}


_TOP = {"token_embd": "token_embd.weight", "output_norm.weight": "output_norm.weight", "vision.merge_norm.weight": "v.merge.norm.weight",
        "vision.merge.weight": "v.merge.weight", "vision.pos_row": "v.pos_row.weight", "vision.pos_col": "v.pos_col.weight"}
_FFN = {"gate_inp": "ffn_gate_inp.weight", "load_bias": "exp_probs_b.bias", "gate": "ffn_gate_exps.weight", "up": "ffn_up_exps.weight",
        "down": "ffn_down_exps.weight", "gate_shared.weight": "ffn_gate_shexp.weight", "up_shared.weight": "ffn_up_shexp.weight",
        "down_shared.weight": "ffn_down_shexp.weight"}


def _rename(name: str) -> str:
    if name in _TOP:
        return _TOP[name]
    if name.startswith("vision.tap_norm."):
        return f"v.tap.{name.split('.')[2]}.norm.weight"
    if name.startswith("vision."):
        return "v." + name[len("vision."):]
    _, layer, part, rest = name.split(".", 3)
    if part == "attn":
        return f"blk.{layer}.attn_{rest}"
    if part == "bridge":
        return f"blk.{layer}.bridge_{rest}".replace("bridge_gate_bias", "bridge_gate.bias")
    if part == "ffn_norm":
        return f"blk.{layer}.ffn_norm.weight"
    return f"blk.{layer}." + _FFN.get(rest, f"ffn_{rest}")


def is_matrix(name: str, tensor) -> bool:
    """True for the matrices that may be stored narrow; norms, biases, routers, gates, stem, depthwise, positions stay F32."""
    wide = any(part in name for part in ("stem", ".dw.", "pos_", "gate_inp", "bridge_gate"))
    return tensor.ndim >= 2 and not wide


def metadata(config: Config, tokenizer: Tokenizer, calibration: list[float], name: str, about: str) -> dict[str, Typed]:
    """The keys of MODEL.md."""
    c = config
    numbers = {
        "block_count": c.layers, "embedding_length": c.dim, "context_length": c.context, "feed_forward_length": c.dense_hidden,
        "attention.head_count": c.heads, "attention.head_count_kv": c.kv_heads, "attention.key_length": c.head_dim,
        "leading_dense_block_count": c.dense_layers, "expert_count": c.experts, "expert_feed_forward_length": c.expert_hidden,
        "expert_shared_feed_forward_length": c.shared_hidden, "gating.k_min": c.k_min, "gating.k_max": c.k_max,
        "gating.k_wide": c.k_wide, "vision.image_height": c.image_height, "vision.image_width": c.image_width,
        "vision.stem_channels": c.stem, "vision.conv_block_count": c.conv_blocks, "vision.conv_feed_forward_length": c.conv_hidden,
        "vision.block_count": c.vision_blocks, "vision.embedding_length": c.vision_dim, "vision.feed_forward_length": c.vision_hidden,
        "vision.head_count": c.vision_heads, "vision.loc_step": LOC_STEP,
    }
    out = {"general.architecture": Typed(STRING, "conclave"), "general.name": Typed(STRING, name),
           "general.license": Typed(STRING, "apache-2.0"), "general.description": Typed(STRING, about)}
    out |= {f"conclave.{key}": Typed(U32, value) for key, value in numbers.items()}
    out |= {"conclave.attention.layer_norm_rms_epsilon": Typed(F32, c.eps), "conclave.rope.freq_base": Typed(F32, c.rope_base),
            "conclave.gating.tau": Typed(F32, c.tau), "conclave.gating.calibration": Typed(F32, calibration),
            "conclave.bridge.tap": Typed(I32, c.bridge_tap), "conclave.vision.tap_blocks": Typed(I32, c.tap_blocks)}
    return out | {
        "tokenizer.ggml.model": Typed(STRING, "conclave"), "tokenizer.ggml.tokens": Typed(STRING, tokenizer.tokens),
        "tokenizer.ggml.token_type": Typed(I32, tokenizer.types), "tokenizer.ggml.bos_token_id": Typed(U32, tokenizer.id("<bos>")),
        "tokenizer.ggml.eos_token_id": Typed(U32, tokenizer.id("<eos>"))}


def calibration_of(model: Conclave) -> list[float]:
    """Per layer threshold of the long-tail guard, 0 for dense layers."""
    return [float(getattr(layer.ffn, "calibration", 0.0)) for layer in model.blk]


def save(path, model: Conclave, tokenizer: Tokenizer, name: str, about: str, matrix_type: int = gguf.TYPE_F16) -> None:
    """Write `model` to `path`. The engine knows one router: models of the ablations stay here."""
    if model.config.router != "aeg" or not model.config.shared_hidden:
        raise ValueError(f"a model with the router {model.config.router!r} is for comparison and has no GGUF form")
    tensors = {}
    for key, tensor in tensor_names(model).items():
        array = tensor.detach().float().numpy()
        tensors[key] = (np.ascontiguousarray(array), matrix_type if is_matrix(key, tensor) else gguf.TYPE_F32)
    gguf.write(path, metadata(model.config, tokenizer, calibration_of(model), name, about), tensors)


def load(path) -> tuple[Conclave, Tokenizer]:
    """The model of a file, its weights as stored (dequantised), in evaluation mode."""
    meta, tensors = gguf.read(path)
    tokenizer = Tokenizer(meta["tokenizer.ggml.tokens"], meta["tokenizer.ggml.token_type"])
    model = Conclave(config_of(meta))
    with torch.no_grad():
        for key, tensor in tensor_names(model).items():
            tensor.copy_(torch.from_numpy(tensors[key].copy()))
        for layer, threshold in zip(model.blk, meta["conclave.gating.calibration"]):
            if hasattr(layer.ffn, "calibration"):
                layer.ffn.calibration.fill_(threshold)
    return model.eval(), tokenizer


def config_of(meta: dict) -> Config:
    """Sizes from metadata."""
    def get(key):
        value = meta["conclave." + key]
        return float(f"{value:.7g}") if isinstance(value, float) else value  # as typed, before float32
    return Config(
        vocab=len(meta["tokenizer.ggml.tokens"]), image_height=get("vision.image_height"), image_width=get("vision.image_width"),
        stem=get("vision.stem_channels"), conv_blocks=get("vision.conv_block_count"), conv_hidden=get("vision.conv_feed_forward_length"),
        vision_blocks=get("vision.block_count"), vision_dim=get("vision.embedding_length"), vision_hidden=get("vision.feed_forward_length"),
        vision_heads=get("vision.head_count"), tap_blocks=get("vision.tap_blocks"), layers=get("block_count"), dim=get("embedding_length"),
        heads=get("attention.head_count"), kv_heads=get("attention.head_count_kv"), head_dim=get("attention.key_length"),
        dense_hidden=get("feed_forward_length"), dense_layers=get("leading_dense_block_count"), experts=get("expert_count"),
        expert_hidden=get("expert_feed_forward_length"), shared_hidden=get("expert_shared_feed_forward_length"),
        k_min=get("gating.k_min"), k_max=get("gating.k_max"), k_wide=get("gating.k_wide"), tau=get("gating.tau"),
        bridge_tap=get("bridge.tap"), context=get("context_length"), rope_base=get("rope.freq_base"),
        eps=get("attention.layer_norm_rms_epsilon"))
