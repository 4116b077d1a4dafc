"""Charts with their truth, from seeds. `generate(seed, options)` is a pure function: the same seed draws the same chart in any worker."""

import random

from . import fast, negatives
from .degrade import degrade
from .lexicon import LANGUAGES, characters, words
from .options import CHARTS, EVALUATED, MIX, TEST_SEEDS, TRAIN_SEEDS, VALID_SEEDS, Options
from .sampling import sample_spec
from .truth import Axis, Cell, Sample, Series, Text, Tick


def render(spec, renderer: str = "fast") -> Sample:
    """Draw a spec, undegraded. What Matplotlib cannot fit is drawn by the fast renderer."""
    if renderer == "matplotlib":
        from . import mpl

        try:
            return mpl.render(spec)
        except mpl.DoesNotFit:
            spec = sample_spec(spec.seed, spec.options)  # Matplotlib has changed the colours
    return fast.render(spec)


def generate(seed: int, options: Options = Options()) -> Sample:
    rng = random.Random(f"render/{seed}")
    negative, renderer, worn = rng.random(), rng.random(), rng.random()
    if negative < options.negatives:
        sample = negatives.render(seed, rng, rng.choice(options.languages), options.held_out)
    else:
        name = options.renderer or ("matplotlib" if renderer < options.matplotlib_share else "fast")
        sample = render(sample_spec(seed, options), name)
        sample.name_as_read(LANGUAGES[sample.language].LABELS["value"])
        sample.order_as_read()
    if worn < options.degrade:
        degrade(sample, rng)
    return sample


__all__ = [
    "CHARTS",
    "EVALUATED",
    "MIX",
    "TEST_SEEDS",
    "TRAIN_SEEDS",
    "VALID_SEEDS",
    "Axis",
    "Cell",
    "Options",
    "Sample",
    "Series",
    "Text",
    "Tick",
    "characters",
    "degrade",
    "generate",
    "render",
    "sample_spec",
    "words",
]
