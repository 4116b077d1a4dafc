"""Sizes of a conclave model; the metadata of the exported file carries the same numbers."""

from dataclasses import dataclass, field


@dataclass
class Config:
    """Defaults are the shipped chart model."""

    vocab: int = 0
    # vision encoder
    image_height: int = 192
    image_width: int = 256
    stem: list = field(default_factory=lambda: [24, 48, 96])
    conv_blocks: int = 2
    conv_hidden: int = 192
    vision_blocks: int = 4
    vision_dim: int = 192
    vision_hidden: int = 512
    vision_heads: int = 3
    tap_blocks: list = field(default_factory=lambda: [1, 3])
    # text decoder
    layers: int = 4
    dim: int = 192
    heads: int = 6
    kv_heads: int = 2
    head_dim: int = 32
    dense_hidden: int = 512
    dense_layers: int = 1
    experts: int = 16
    expert_hidden: int = 96
    shared_hidden: int = 192
    k_min: int = 1
    k_max: int = 3
    k_wide: int = 4
    tau: float = 0.7
    bridge_tap: list = field(default_factory=lambda: [0, 0, 1, 1])
    context: int = 512
    rope_base: float = 10000.0
    eps: float = 1e-6

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of memory tokens."""
        return self.image_height // 16, self.image_width // 16


def tiny_config(vocab: int) -> Config:
    """The parity fixture's sizes: every branch of the architecture, few weights."""
    return Config(vocab=vocab, image_height=32, image_width=48, stem=[4, 8, 8], conv_blocks=1, conv_hidden=16,
                  vision_blocks=2, vision_dim=24, vision_hidden=32, vision_heads=3, tap_blocks=[0, 1], layers=3, dim=32,
                  heads=4, kv_heads=2, head_dim=8, dense_hidden=48, experts=8, expert_hidden=16, shared_hidden=24,
                  bridge_tap=[0, -1, 1], context=128)
