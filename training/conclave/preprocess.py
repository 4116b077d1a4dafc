"""Any image to the model's input: scaled into [H, W] keeping its aspect, top left, rest white."""

from dataclasses import dataclass

import numpy as np
from PIL import Image


@dataclass
class Fit:
    """How a picture lies in the model's input: `scale` takes its pixels to the model's."""

    model_width: int
    model_height: int
    width: int
    height: int
    scale: float

    @classmethod
    def of(cls, width: int, height: int, model_width: int, model_height: int) -> "Fit":
        scale = min(model_width / width, model_height / height)
        fitted = lambda side, limit: max(1, min(limit, int(side * scale + 0.5)))
        return cls(model_width, model_height, fitted(width, model_width), fitted(height, model_height), scale)


def preprocess(image: Image.Image, model_width: int, model_height: int) -> np.ndarray:
    """uint8 [H, W, 3]; the filter is the triangle with support max(1, scale)."""
    fit = Fit.of(*image.size, model_width, model_height)
    canvas = np.full((model_height, model_width, 3), 255, np.uint8)
    scaled = image if (fit.width, fit.height) == image.size else image.resize((fit.width, fit.height), Image.Resampling.BILINEAR)
    canvas[:fit.height, :fit.width] = np.asarray(scaled.convert("RGB"))
    return canvas
