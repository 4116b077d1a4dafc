"""How many of a machine's cores PyTorch computes with."""

import os

import torch


def use_all() -> None:
    """Some builds of PyTorch begin with one thread."""
    torch.set_num_threads(os.cpu_count() or 1)
