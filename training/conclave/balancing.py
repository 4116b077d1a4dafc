"""The load biases of a trained model, settled: training moves them a little at every step and never arrives, and the weights that are exported
are averages that no step ever had."""

import torch
import torch.nn.functional as F

STEPS, FIRST, LAST = 150, 0.05, 0.0005  # of the search, and how far a bias goes in one
MOST = 1 << 15                         # tokens that are looked at in it


@torch.no_grad()
def settle(model, batches: list[dict], sweeps: int = 2) -> None:
    """Sets every mixture's load bias so that its experts get the same number of the tokens of `batches` (collated, any device), as near as
    biases can. A layer's inputs change with the biases before it: each sweep looks at all layers anew."""
    for _ in range(sweeps):
        for mixture, scores in zip(model.mixtures(), _scores(model, batches)):
            mixture.load_bias.copy_(even_bias(mixture, scores))


def _scores(model, batches) -> list[torch.Tensor]:
    """Scores [n, E] of all real tokens, a mixture each."""
    seen = [[] for _ in model.mixtures()]
    real, device = None, model.token_embd.device

    def watch(values):
        def hook(mixture, inputs):
            h = inputs[0].reshape(-1, inputs[0].shape[-1])[real]
            values.append(torch.sigmoid(F.linear(h.float(), mixture.gate_inp)))
        return hook

    hooks = [mixture.register_forward_pre_hook(watch(values)) for values, mixture in zip(seen, model.mixtures())]
    try:
        for batch in batches:
            real = (batch["groups"][:, 1:] >= 0).reshape(-1).to(device)
            model(batch["image"].to(device), batch["ids"][:, :-1].to(device), torch.bfloat16)
    finally:
        for hook in hooks:
            hook.remove()
    joined = [torch.cat(values) for values in seen]
    return [scores[::1 + (len(scores) - 1) // MOST] for scores in joined]


def even_bias(mixture, scores: torch.Tensor) -> torch.Tensor:
    """The best bias [E] on the way: expert by expert against its share of the load, in ever smaller steps."""
    bias = best = mixture.load_bias.clone()
    least = float("inf")
    for step in range(STEPS):
        load = mixture.load_of(scores, bias)
        worst = float(load.max() / load.mean())
        if worst < least:
            least, best = worst, bias
        rate = FIRST * (LAST / FIRST) ** (step / (STEPS - 1))
        bias = bias + rate * (1 - load / load.mean()).clamp(-1, 1)
    return best - best.mean()  # a common part changes nothing
