"""The kernels in C against float64, and the experts' two ways against each other."""

import unittest

import torch

from conclave import fixtures, fused, layers
from conclave.config import PAD, chart_config, tiny_config
from conclave.experts import Experts
from conclave.model import Conclave
from conclave.tokenizer import Tokenizer


def error(found, right) -> float:
    """Relative, of whole tensors."""
    return float((found.double() - right.double()).norm() / right.double().norm())


def attention(q, k, v, causal):
    """The definition, as it is written down."""
    group = q.shape[2] // k.shape[2]
    k, v = k.repeat_interleave(group, 2), v.repeat_interleave(group, 2)
    scores = torch.einsum("bthd,bshd->bhts", q, k) * q.shape[3] ** -0.5
    if causal:
        scores = scores.masked_fill(torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1), -torch.inf)
    return torch.einsum("bhts,bshd->bthd", torch.softmax(scores, -1), v)


def slopes(op, inputs, grad):
    """What `op` makes of `inputs`, and its gradients along `grad`."""
    inputs = [t.detach().clone().requires_grad_() for t in inputs]
    out = op(*inputs)
    out.backward(grad.to(out.dtype))
    return [out.detach(), *(t.grad for t in inputs)]


class Kernels(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        if fused.LIBRARY is None:
            self.skipTest("no C compiler")

    def test_gelu_and_rms_norm(self):
        norm = layers.RmsNorm(64, 1e-6)
        for op in (layers.gelu, norm):
            narrow = (torch.randn(9, 64) * 4 + torch.tensor([[0.0], [30.0], [-30.0]]).repeat(3, 1)).bfloat16().requires_grad_()
            plain = narrow.detach().float().requires_grad_()
            a, b = op(narrow), op(plain)
            a.float().sum().backward()
            b.sum().backward()
            self.assertLess(float((a.float() - b).abs().max()), 0.05)
            self.assertLess(float((narrow.grad.float() - plain.grad).abs().max()), 0.05)

    def test_attention_of_every_shape(self):
        if not fused.TILES:
            self.skipTest("this processor has no tile registers (AMX), or its kernel does not lend them")
        for batch, steps, count, heads, groups, size, causal in ((2, 70, 70, 6, 2, 64, True), (1, 33, 1120, 6, 2, 64, False), (1, 96, 96, 5, 5, 64, False),
                                                                 (2, 45, 77, 3, 1, 32, False), (1, 64, 64, 3, 1, 32, True), (1, 1, 1, 1, 1, 64, True)):
            with self.subTest(steps=steps, count=count, size=size, causal=causal):
                inputs = [(torch.randn(batch, n, h, size) * 1.5).bfloat16() for n, h in ((steps, heads), (count, groups), (count, groups))]
                grad = torch.randn(batch, steps, heads, size).bfloat16()
                found = slopes(lambda q, k, v: layers.attend(q, k, v, None, causal), inputs, grad)
                right = slopes(lambda q, k, v: attention(q, k, v, causal), [t.double() for t in inputs], grad)
                for name, a, b in zip(("out", "q", "k", "v"), found, right):
                    if float(b.norm()) > 0:  # one key's softmax has no slope
                        self.assertLess(error(a, b), 0.005, name)
                    else:
                        self.assertLess(float(a.float().abs().max()), 0.02, name)

    def test_attention_of_large_scores_stays_finite(self):
        if not fused.TILES:
            self.skipTest("this processor has no tile registers (AMX), or its kernel does not lend them")
        q, k, v = (torch.randn(1, 40, 2, 64).bfloat16() * 60 for _ in range(3))
        for part in slopes(lambda *t: layers.attend(*t, None, False), (q, k, v), v):
            self.assertTrue(bool(torch.isfinite(part.float()).all()))

    def test_router(self):
        h, weight, grad = torch.randn(37, 96).bfloat16(), torch.randn(32, 96), torch.randn(37, 32)
        found = slopes(fused.Router.apply, (h, weight), grad)
        right = slopes(lambda h, w: h @ w.t(), (h.double(), weight.double()), grad)
        self.assertLess(error(found[0], right[0]), 1e-6)
        self.assertLess(error(found[1], right[1]), 0.005)  # rounded to bfloat16
        self.assertLess(error(found[2], right[2]), 1e-6)


class ExpertsApart(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        self.mixture = Experts(chart_config(0)).eval()
        self.h = torch.randn(150, 384)

    def test_are_those_of_everywhere_with_their_gradients(self):
        found, right = [], []
        for out, way in ((found, "apart"), (right, "everywhere")):
            h = self.h.clone().requires_grad_()
            order, weights, _, inside, _ = self.mixture.route(h)
            y = self.mixture.apart(h, order, weights, inside) if way == "apart" else self.mixture.everywhere(h, order, weights)
            self.mixture.zero_grad()
            y.square().sum().backward()
            out += [y.detach(), h.grad, *(getattr(self.mixture, name).grad.clone() for name in ("gate", "up", "down", "gate_inp"))]
        for a, b in zip(found, right):
            self.assertLess(error(a, b), 1e-4)

    def test_leave_padding_out(self):
        self.mixture.padding = torch.arange(150) >= 100
        order, weights, _, inside, _ = self.mixture.route(self.h)
        out = self.mixture.apart(self.h, order, weights, inside)
        self.mixture.padding = None
        whole = self.mixture.apart(self.h, order, weights, inside)
        self.assertLess(error(out[:100], whole[:100]), 1e-6)
        self.assertEqual(float(out[100:].abs().max()), 0.0)

    def test_a_model_in_training_knows_its_padding(self):
        tokenizer = Tokenizer.of(tiny_config(0))
        model = Conclave(tiny_config(len(tokenizer)))
        fixtures.randomise(model)
        tokens = torch.randint(1, 50, (2, 9))
        tokens[1, 6:] = PAD
        model.train()
        model(torch.zeros(2, 32, 48, 3, dtype=torch.uint8), tokens)
        for mixture in model.mixtures():
            self.assertEqual(mixture.padding.view(2, 9).tolist(), (tokens == PAD).tolist())


if __name__ == "__main__":
    unittest.main()
