"""Muon for hidden matrices (batched over experts), AdamW for the rest."""

import torch


def orthogonalise(g: torch.Tensor, steps: int = 5) -> torch.Tensor:
    """Newton-Schulz towards the nearest orthogonal matrix, g [..., m, n], in bfloat16."""
    x = g.bfloat16()
    turned = x.shape[-2] > x.shape[-1]
    x = x.transpose(-2, -1) if turned else x
    x = x / (x.float().norm(dim=(-2, -1), keepdim=True) + 1e-7).bfloat16()
    for _ in range(steps):
        a = x @ x.transpose(-2, -1)
        b = torch.baddbmm(a, a, a, beta=-4.7750, alpha=2.0315) if x.dim() == 3 else -4.7750 * a + 2.0315 * (a @ a)
        x = torch.baddbmm(x, b, x, beta=3.4445) if x.dim() == 3 else 3.4445 * x + b @ x
    return (x.transpose(-2, -1) if turned else x).float()


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised, scaled to the root mean square of an AdamW step."""

    def __init__(self, params, lr: float, momentum: float = 0.95, weight_decay: float = 0.05):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            live = [p for p in group["params"] if p.grad is not None]
            grads, momentum = [p.grad for p in live], group["momentum"]
            moments = [self.state[p].setdefault("m", torch.zeros_like(p)) for p in live]
            torch._foreach_mul_(moments, momentum)
            torch._foreach_add_(moments, grads, alpha=1 - momentum)
            torch._foreach_mul_(live, 1 - group["lr"] * group["weight_decay"])
            ahead = torch._foreach_mul(grads, 1 - momentum)  # Nesterov's look-ahead
            torch._foreach_add_(ahead, moments, alpha=momentum)
            for shape in sorted({p.shape[-2:] for p in live}):
                at = [i for i, p in enumerate(live) if p.shape[-2:] == shape]
                self._step_shape([live[i] for i in at], [ahead[i].reshape(-1, *shape) for i in at], group["lr"])

    def _step_shape(self, params, ahead, lr):
        """All matrices of one shape at once."""
        updates = orthogonalise(torch.cat(ahead)) * (-lr * 0.2 * max(params[0].shape[-2:]) ** 0.5)
        torch._foreach_add_(params, [update.view_as(p) for p, update in zip(params, updates.split([len(a) for a in ahead]))])


def build(model, heads, lr: float, recordable: bool = False) -> list[torch.optim.Optimizer]:
    """The two optimisers; their groups remember the base rate. `recordable`: rates and counts lie on the card, so that a recorded step obeys them."""
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    hidden = [p for n, p in named if p.ndim >= 2 and not any(k in n for k in ("token_embd", "pos_", "stem", "dw.", "gate_inp", "bridge.gate"))]
    chosen = {id(p) for p in hidden}
    rest = [p for n, p in named if id(p) not in chosen] + [p for p in heads.parameters() if p.requires_grad]
    decay = [p for p in rest if p.ndim >= 2]
    plain = [p for p in rest if p.ndim < 2]
    adam = torch.optim.AdamW([{"params": decay, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}], lr=lr,
                             betas=(0.9, 0.98), eps=1e-8, foreach=True, capturable=recordable)
    both = [Muon(hidden, lr=lr), adam]
    for optimiser in both:
        for group in optimiser.param_groups:
            group["base"] = lr
            group["lr"] = torch.full((), lr, device=hidden[0].device) if recordable else lr
    return both


def set_rate(optimisers, factor: float) -> None:
    """Learning rates `factor` times the base."""
    for group in (group for o in optimisers for group in o.param_groups):
        if isinstance(group["lr"], torch.Tensor):
            group["lr"].fill_(group["base"] * factor)
        else:
            group["lr"] = group["base"] * factor
