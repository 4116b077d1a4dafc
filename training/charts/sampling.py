"""Specs from seeds: which chart, which words, which numbers."""

import random

from .kinds import Builder
from .options import MIX, Options
from .spec import Spec
from .themes import sample_style
from .wording import Wording


def sample_spec(seed: int, options: Options = Options()) -> Spec:
    """The chart of a seed."""
    rng = random.Random(f"chart/{seed}")
    words = options.charts or (("bar", "hbar", "line", "pie") if options.easy else tuple(MIX))
    chart = rng.choices(words, [MIX[w] for w in words])[0]
    language = rng.choice(options.languages)
    style = sample_style(rng, language, options.held_out)
    style.laid = random.Random(f"laid/{seed}").random() < options.laid
    if options.easy:
        style.em = max(style.em, 0.034 * max(style.width, style.height))
    spec = Spec(seed, "", language, style, options=options)
    Builder(rng, spec, options, Wording(rng, language)).build(chart)
    return spec
