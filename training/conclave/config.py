"""Sizes of a conclave model; the metadata of the exported file carries the same numbers."""

from dataclasses import dataclass, field

PAD = 0  # the token that fills the rows of a batch up


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
    router: str = "aeg"         # "mixtral" (softmax, fixed k, auxiliary loss, no load bias) exists for the ablation alone

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of memory tokens."""
        return self.image_height // 16, self.image_width // 16


def chart_config(vocab: int) -> Config:
    """The full chart model: 8 layers of 32 experts, about 40 M parameters, 42 MB in Q8_0."""
    return Config(vocab=vocab, image_height=448, image_width=640, stem=[32, 64, 128], conv_blocks=3, conv_hidden=256,
                  vision_blocks=8, vision_dim=320, vision_hidden=960, vision_heads=5, tap_blocks=[3, 7], layers=9, dim=384, heads=6,
                  kv_heads=2, head_dim=64, dense_hidden=1152, dense_layers=1, experts=32, expert_hidden=64, shared_hidden=384,
                  k_min=1, k_max=4, k_wide=6, tau=0.7, bridge_tap=[0, 0, 0, -1, 1, -1, 1, -1, 1], context=2048)


def small_config(vocab: int) -> Config:
    """The same design at a size that two CPU cores train in minutes: smoke tests and small ablations."""
    return Config(vocab=vocab, image_height=192, image_width=256, stem=[16, 32, 64], conv_blocks=1, conv_hidden=96,
                  vision_blocks=3, vision_dim=96, vision_hidden=192, vision_heads=3, tap_blocks=[0, 2], layers=4, dim=96, heads=3,
                  kv_heads=1, head_dim=32, dense_hidden=192, dense_layers=1, experts=16, expert_hidden=32, shared_hidden=96,
                  k_min=1, k_max=3, k_wide=4, tau=0.7, bridge_tap=[0, 0, 1, 1], context=1024)


def tiny_config(vocab: int) -> Config:
    """The parity fixture's sizes: every branch of the architecture, few weights."""
    return Config(vocab=vocab, image_height=32, image_width=48, stem=[4, 8, 8], conv_blocks=1, conv_hidden=16,
                  vision_blocks=2, vision_dim=24, vision_hidden=32, vision_heads=3, tap_blocks=[0, 1], layers=3, dim=32,
                  heads=4, kv_heads=2, head_dim=8, dense_hidden=48, experts=8, expert_hidden=16, shared_hidden=24,
                  bridge_tap=[0, -1, 1], context=128)


SIZES = {"chart": (chart_config, 1.5e-3), "small": (small_config, 3e-3)}  # and their learning rates
