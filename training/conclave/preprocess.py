"""Any image to the model's input: scaled into [H, W] keeping its aspect, top left, rest white."""

import numpy as np
from PIL import Image


def fitted_size(width: int, height: int, model_width: int, model_height: int) -> tuple[int, int, float]:
    """Width and height after scaling, and the scale."""
    scale = min(model_width / width, model_height / height)
    return max(1, min(model_width, int(width * scale + 0.5))), max(1, min(model_height, int(height * scale + 0.5))), scale


def preprocess(image: Image.Image, model_width: int, model_height: int) -> np.ndarray:
    """uint8 [H, W, 3]; the filter is the triangle with support max(1, scale)."""
    width, height, _ = fitted_size(*image.size, model_width, model_height)
    canvas = np.full((model_height, model_width, 3), 255, np.uint8)
    scaled = image if (width, height) == image.size else image.resize((width, height), Image.Resampling.BILINEAR)
    canvas[:height, :width] = np.asarray(scaled.convert("RGB"))
    return canvas
