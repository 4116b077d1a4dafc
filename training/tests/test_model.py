"""Export round trip, cached decoding, fused kernels, and a short training that must learn."""

import tempfile
import unittest
from pathlib import Path

import torch

from conclave import export, fixtures, fused, gguf, layers
from conclave.config import Config, tiny_config
from conclave.dataset import collate, example
from conclave.model import Cache, Conclave
from conclave.spec import sample
from conclave.tokenizer import Tokenizer
from conclave.trainer import Trainer

TOKENIZER = Tokenizer()


def tiny() -> Conclave:
    torch.manual_seed(1)
    model = Conclave(tiny_config(len(TOKENIZER))).eval()
    fixtures.randomise(model)
    return model


class Model(unittest.TestCase):
    def test_f32_export_keeps_every_weight(self):
        model = tiny()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "tiny.gguf"
            export.save(path, model, TOKENIZER, "t", "t", gguf.TYPE_F32)
            loaded, tokenizer = export.load(path)
        self.assertEqual(loaded.config, model.config)
        self.assertEqual(tokenizer.tokens, TOKENIZER.tokens)
        for a, b in zip(export.tensor_names(model).values(), export.tensor_names(loaded).values()):
            self.assertTrue(torch.equal(a, b))

    def test_q8_0_is_close(self):
        values = torch.randn(4, 64).numpy()
        back = gguf._dequantise_q8_0(gguf.quantise_q8_0(values), values.shape)
        self.assertLess(abs(values - back).max(), 0.02)

    @torch.no_grad()
    def test_decoding_step_by_step_equals_decoding_at_once(self):
        model = tiny()
        images = torch.randint(0, 256, (1, 32, 48, 3), dtype=torch.uint8)
        tokens = torch.randint(0, len(TOKENIZER), (1, 12))
        memories, cache = model.memories(model.encode(images)), Cache()
        whole = model.decode(tokens, memories)
        steps = torch.cat([model.decode(tokens[:, i:i + 1], memories, cache) for i in range(12)], 1)
        self.assertLess(float((whole - steps).abs().max()), 1e-4)

    def test_fused_kernels_agree_with_pytorch(self):
        if fused.LIBRARY is None:
            self.skipTest("no C compiler")
        norm = layers.RmsNorm(64, 1e-6)
        for op in (layers.gelu, norm):
            narrow = (torch.randn(9, 64) * 4 + torch.tensor([[0.0], [30.0], [-30.0]]).repeat(3, 1)).bfloat16().requires_grad_()
            plain = narrow.detach().float().requires_grad_()
            a, b = op(narrow), op(plain)
            a.float().sum().backward()
            b.sum().backward()
            self.assertLess(float((a.float() - b).abs().max()), 0.05)
            self.assertLess(float((narrow.grad.float() - plain.grad).abs().max()), 0.05)

    def test_a_short_training_lowers_the_loss(self):
        small = Config(vocab=len(TOKENIZER), stem=[8, 16, 32], conv_blocks=1, conv_hidden=32, vision_dim=64, vision_hidden=64, vision_heads=2,
                       vision_blocks=2, tap_blocks=[0, 1], dim=64, heads=2, kv_heads=1, dense_hidden=64, experts=4, expert_hidden=32,
                       shared_hidden=32, layers=2, bridge_tap=[0, 1])
        with tempfile.TemporaryDirectory() as folder:
            trainer = Trainer(Path(folder) / "c.pt", Path(folder) / "log.csv", 4e-3, 8, small)
            batch = collate([example(sample(i, "bar"), TOKENIZER) for i in range(8)])
            losses = []
            for _ in range(25):
                trainer.rates(0.0, 0.9)
                losses.append(trainer.update(batch)["tokens"])
            trainer.save()
            trainer.load()
        self.assertLess(losses[-1], 0.8 * losses[0])


if __name__ == "__main__":
    unittest.main()
