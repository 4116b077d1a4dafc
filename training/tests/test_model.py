"""Export round trip, cached decoding, routers, checkpoints, and a short training that must learn."""

import dataclasses
import random
import tempfile
import unittest
from pathlib import Path

import torch

from conclave import ablation, balancing, carry, evaluation, export, fixtures, gguf, losses, reading
from conclave.config import Config, chart_config, tiny_config
from conclave.dataset import Maker, Mix, collate
from conclave.experts import Experts
from conclave.model import Cache, Conclave
from conclave.stages import STAGES, Stage
from conclave.tokenizer import Tokenizer
from conclave.trainer import Leg, Trainer

TOKENIZER = Tokenizer.of(tiny_config(0))
EASY = {"charts": ("bar",), "easy": True, "degrade": 0.0, "matplotlib_share": 0.0}


def tiny() -> Conclave:
    torch.manual_seed(1)
    model = Conclave(tiny_config(len(TOKENIZER))).eval()
    fixtures.randomise(model)
    return model


def smoke() -> tuple[Config, Tokenizer]:
    """A model that learns something in seconds."""
    make = lambda vocab: Config(vocab=vocab, image_height=96, image_width=128, stem=[8, 16, 32], conv_blocks=1, conv_hidden=32, vision_dim=64,
                                vision_hidden=64, vision_heads=2, vision_blocks=2, tap_blocks=[0, 1], dim=64, heads=2, kv_heads=1, dense_hidden=64,
                                experts=4, expert_hidden=32, shared_hidden=32, layers=2, bridge_tap=[0, 1], context=600)
    tokenizer = Tokenizer.of(make(0))
    return make(len(tokenizer)), tokenizer


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
        steps = torch.cat([model.decode(tokens[:, :5], memories, cache), model.decode(tokens[:, 5:9], memories, cache)]
                          + [model.decode(tokens[:, i:i + 1], memories, cache) for i in range(9, 12)], 1)
        self.assertLess(float((whole - steps).abs().max()), 1e-4)

    @torch.no_grad()
    def test_rows_without_a_picture_do_not_look_at_one(self):
        model = tiny()
        tokens = torch.randint(0, len(TOKENIZER), (2, 6))
        images = torch.randint(0, 256, (2, 32, 48, 3), dtype=torch.uint8)
        mixed, _ = model(images, tokens, seen=torch.tensor([1.0, 0.0]))
        alone = model.decode(tokens[1:], [None] * model.config.layers)
        self.assertLess(float((mixed[1:] - alone).abs().max()), 1e-5)
        self.assertGreater(float((mixed[1:] - model(images, tokens)[0][1:]).abs().max()), 1e-3)

    def test_the_chart_model_has_256_experts_and_fits_60_mb(self):
        c = chart_config(4200)
        self.assertEqual((c.layers - c.dense_layers) * c.experts, 256)
        with torch.no_grad():
            count = sum(p.numel() for p in Conclave(c).parameters())
        self.assertLess(count * 34 / 32, 60e6)


class Routers(unittest.TestCase):
    def test_mixtral_style_scores_are_a_distribution_and_never_biased(self):
        c = dataclasses.replace(tiny_config(10), router="mixtral", experts=8, shared_hidden=0, k_min=2, k_max=2, k_wide=2)
        mixture = Experts(c)
        h = torch.randn(50, c.dim)
        order, weights, k, _, _ = mixture.route(h)
        self.assertTrue(bool((k == 2).all()))
        self.assertLess(float((weights.sum(1) - 1).abs().max()), 1e-5)
        mixture(h)
        load = mixture.load(torch.ones(50, dtype=torch.bool))
        self.assertEqual(float(load.sum()), 100)
        mixture.balance(load, 1.0)
        self.assertEqual(float(mixture.load_bias.abs().sum()), 0)
        self.assertGreater(float(mixture.auxiliary(torch.ones(50, dtype=torch.bool))), 0.9)

    def test_all_experts_for_every_token_come_to_the_same_as_the_chosen_ones_alone(self):
        torch.manual_seed(2)
        mixture = Experts(tiny_config(10))
        h = torch.randn(60, mixture.config.dim)
        order, weights, _, inside, _ = mixture.route(h, torch.rand(60) < 0.3)
        apart, everywhere = mixture.apart(h, order, weights, inside), mixture.everywhere(h, order, weights)
        self.assertLess(float((apart - everywhere).abs().max()), 1e-5)

    def test_the_load_bias_moves_towards_an_even_load(self):
        mixture = Experts(tiny_config(10))
        mixture.balance(torch.tensor([9.0] + [1.0] * 7), 0.01)
        self.assertLess(float(mixture.load_bias[0]), 0)
        self.assertGreater(float(mixture.load_bias[1]), 0)

    def test_settled_load_biases_spread_other_tokens_evenly(self):
        """Uneven routers, settled on some tokens, measured on others."""
        config, tokenizer = smoke()
        torch.manual_seed(4)
        model = Conclave(config).eval()
        for mixture in model.mixtures():
            mixture.gate_inp.data[0] += 0.3 * mixture.gate_inp.data.norm(dim=1).mean() * torch.randn(config.dim) / config.dim ** 0.5
            mixture.load_bias.copy_(torch.linspace(-0.3, 0.3, config.experts))
        batches = ablation.draw(config, tokenizer, Stage("one", Mix(EASY, longest=257)), 12, 8, 0)  # as few as six differ too much by chance
        before, chosen = self.idle(model, batches[6:])
        balancing.settle(model, batches[:6])
        after, still = self.idle(model, batches[6:])
        self.assertGreater(before, 0.3)
        self.assertLess(after, 0.08)
        self.assertAlmostEqual(chosen, still, delta=0.35)

    @torch.no_grad()
    def idle(self, model, batches):
        """Idle compute and mean k, means over layers."""
        load, k, tokens = 0, 0.0, 0
        for batch in batches:
            model(batch["image"], batch["ids"][:, :-1], torch.bfloat16)
            real = (batch["groups"][:, 1:] >= 0).reshape(-1)
            load = load + torch.stack([mixture.load(real) for mixture in model.mixtures()])
            k += float(sum(mixture.seen[1][real].sum() for mixture in model.mixtures()))
            tokens += int(real.sum()) * len(model.mixtures())
        return float((1 - load.mean(1) / load.max(1)[0]).mean()), k / tokens

    def test_variants_differ_in_one_thing_at_about_the_same_size(self):
        base = tiny_config(50)
        configs = ablation.variants(base)
        self.assertEqual(len(configs), 5)
        flops = {name: ablation.active_flops(c, (c.k_min + c.k_max) / 2) for name, c in configs.items()}
        self.assertLess(flops["late fusion"], flops["AEG"])
        self.assertLess(abs(flops["Mixtral-style router"] / flops["AEG"] - 1), 0.25)
        with self.assertRaises(ValueError):
            export.save("/dev/null", Conclave(configs["Mixtral-style router"]), TOKENIZER, "t", "t")


class Ablation(unittest.TestCase):
    def test_variants_train_on_the_same_batches_and_are_measured(self):
        config, tokenizer = smoke()
        stage = Stage("smoke", Mix(EASY, longest=257))
        measure = ablation.Measure(config, tokenizer, stage.mix, 4, 4)
        results, configs, batches = {}, ablation.variants(config), ablation.draw(config, tokenizer, stage, 2, 4, 0)
        for name in ("AEG", "Mixtral-style router", "late fusion"):
            trainer = Trainer(configs[name], tokenizer, 4e-3)
            before = measure(trainer)["loss_all"]
            ablation.train(trainer, stage, batches, 5)
            results[name] = measure(trainer) | {"parameters": 1}
            self.assertLess(results[name]["loss_all"], before)
        self.assertEqual(len(ablation.table(results, configs).splitlines()), 5)


class Carry(unittest.TestCase):
    def test_weights_come_back_nearly_as_they_were(self):
        tensors = {"experts": torch.randn(3, 7, 33), "matrix": torch.randn(50, 37), "vector": torch.randn(5), "heads.x": torch.randn(9, 9),
                   "zero": torch.zeros(4, 40)}
        with tempfile.TemporaryDirectory() as folder:
            carry.save(Path(folder), tensors, {"step": 3})
            back, state = carry.load(Path(folder))
            self.assertEqual(state, {"step": 3})
            for name, most in (("experts", 0.02), ("matrix", 0.002), ("vector", 0.0), ("heads.x", 0.02), ("zero", 0.0)):
                self.assertLessEqual(float((tensors[name] - back[name]).abs().max()), most, name)
            self.assertLess(carry.save(Path(folder), tensors, {}, 8), 0.9 * carry.save(Path(folder), tensors, {}))
            part = next(Path(folder).glob("part_*"))
            part.write_bytes(part.read_bytes()[:-1] + b"\x55")
            with self.assertRaises(ValueError):
                carry.load(Path(folder))


class Losses(unittest.TestCase):
    def test_the_token_loss_is_the_weighted_cross_entropy_of_the_real_tokens(self):
        torch.manual_seed(6)
        logits, ids = torch.randn(30, 50), torch.randint(0, 50, (30,))
        groups = torch.randint(-1, 8, (30,))
        loss, report = losses.token_losses(logits, ids, groups, [(10, 19), (20, 29)])
        total = weights = 0.0
        for row, i, g in zip(logits, ids.tolist(), groups.tolist()):
            p = torch.log_softmax(row, 0)
            first = i // 10 * 10 if 10 <= i < 30 else i
            left, right = max(first, i - 1), min(i + 1, first + 9 if 10 <= i < 30 else i)
            if g >= 0:
                each = -(0.6 * p[i] + 0.2 * p[left] + 0.2 * p[right]) if g == losses.LOCATION else -p[i]
                total, weights = total + losses.GROUP_WEIGHT[g] * float(each), weights + losses.GROUP_WEIGHT[g]
        self.assertAlmostEqual(float(loss), total / weights, places=5)
        self.assertEqual(float(report["text"][1]), float((groups == losses.TEXT).sum()))


class Training(unittest.TestCase):
    """The smoke test: the code of the large runs on a small model."""

    def test_a_short_training_lowers_the_loss_and_its_checkpoints_go_on(self):
        config, tokenizer = smoke()
        maker, rng = Maker(config, tokenizer, Mix(EASY)), random.Random(1)
        batch = collate([maker.example(maker.picture(i), rng) for i in range(7)] + [maker.talk(rng)])
        trainer = Trainer(config, tokenizer, 4e-3)
        seen = []
        for step in range(24):
            trainer.rates(1.0, 100)
            report = trainer.update(batch)
            seen.append(float(report["tokens"]))
        self.assertLess(seen[-1], 0.8 * seen[0])
        self.assertTrue(0 < float(report["utilisation"]) <= 1 and 0 <= float(report["idle"]) < 1)
        with tempfile.TemporaryDirectory() as folder:
            self._goes_on(trainer, batch, Path(folder), config, tokenizer)

    def _goes_on(self, trainer, batch, folder, config, tokenizer):
        trainer.save(folder / "c.pt")
        trainer.carry_out(folder / "carry", averaged=False)
        now = float(trainer.losses(batch)[1]["tokens"])
        whole, narrow, shipped = (Trainer(config, tokenizer, 4e-3) for _ in range(3))
        whole.load(folder / "c.pt")
        narrow.carry_in(folder / "carry")
        export.save(folder / "shipped.gguf", trainer.model, tokenizer, "t", "t", gguf.TYPE_Q8_0)
        tensors, state = carry.load(folder / "carry")
        carry.save(folder / "heads", {n: t for n, t in tensors.items() if n.startswith("heads.")}, state)
        shipped.carry_in(folder / "heads", folder / "shipped.gguf")
        for other in (whole, narrow, shipped):
            self.assertEqual(other.samples, trainer.samples)
            self.assertLess(abs(float(other.losses(batch)[1]["tokens"]) - now), 0.02 * now + 0.02)
        other = Trainer(dataclasses.replace(config, layers=1, bridge_tap=[0]), tokenizer, 4e-3)
        with self.assertRaises(ValueError):
            other.load(folder / "c.pt")

    def test_the_encoder_rests_where_the_decoder_alone_is_trained(self):
        config, tokenizer = smoke()
        maker, rng = Maker(config, tokenizer, Mix(EASY)), random.Random(1)
        batch = collate([maker.example(maker.picture(i), rng) for i in range(4)])
        whole = Trainer(config, tokenizer, 4e-3)
        whole.update(batch)
        with tempfile.TemporaryDirectory() as folder:
            whole.save(Path(folder) / "c.pt")
            trainer = Trainer(config, tokenizer, 4e-3, decoder_only=True)
            trainer.load(Path(folder) / "c.pt")
            before = {n: t.clone() for n, t in trainer.model.state_dict().items()}
            first = float(trainer.update(batch)["tokens"])
            for _ in range(8):
                last = float(trainer.update(batch)["tokens"])
            self.assertLess(last, first)
            moved = {n for n, t in trainer.model.state_dict().items() if not torch.equal(t, before[n])}
            self.assertFalse([n for n in moved if n.startswith("vision.")])
            self.assertTrue({"token_embd", "blk.0.bridge.k.weight", "blk.1.ffn.gate"} <= moved)
            trainer.save(Path(folder) / "d.pt")
            again = Trainer(config, tokenizer, 4e-3, decoder_only=True)
            again.load(Path(folder) / "d.pt")
            self.assertLess(abs(float(again.losses(batch)[1]["tokens"]) - float(trainer.losses(batch)[1]["tokens"])), 0.05)  # the wide k comes by chance
            self.assertTrue(again.resumed and not trainer.resumed)

    def test_a_stage_runs_logs_and_exports_what_can_be_evaluated(self):
        config, tokenizer = smoke()
        stage = Stage("smoke", Mix(EASY, tasks=1.0, talk=0.1))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            trainer = Trainer(config, tokenizer, 4e-3)
            legs = [Leg(stage, 0, (1.0, 1.0)), Leg(Stage("last", Mix(EASY)), 0, (1.0, 0.1))]
            trainer.run(legs, 4, 0, folder / "log.csv", folder / "c.pt", log_every=2, steps=2)
            self.assertEqual(len((folder / "log.csv").read_text().splitlines()), 3)
            export.save(folder / "m.gguf", trainer.model, tokenizer, "t", "t", gguf.TYPE_Q8_0)
            model, tokenizer = export.load(folder / "m.gguf")
        reading.LONGEST_TABLE, reading.LONGEST_ANSWER = 30, 10
        evaluator = evaluation.Evaluator(model, tokenizer, 2)
        rows, asked = evaluator.samples(evaluation.held_out("bar", 2, degrade=0.0), asked=1)
        report = evaluation.report(rows, asked + evaluator.talk(2))
        self.assertEqual(report["all"]["charts"], 2)
        self.assertEqual(report["questions"]["all"]["questions"], len(asked) + 2)

    def test_workers_fill_the_time_in_which_they_draw_with_old_batches(self):
        config, tokenizer = smoke()
        trainer = Trainer(config, tokenizer, 4e-3)
        data = trainer.charts([Stage("one", Mix(EASY)), Stage("talk", Mix(EASY, talk=1.0))], 2)
        feed, seen = trainer.batches(data, 1, uses=3), []
        for _ in range(6):
            seen.append(next(feed)["ids"])
        self.assertTrue(all((ids[:, 0] == tokenizer.id("<bos>")).all() for ids in seen))
        data.turn_to(1)
        ask = tokenizer.id("<ask>")
        self.assertTrue(any(bool((next(feed)["ids"][:, 1] == ask).all()) for _ in range(200)), "the second mix is never drawn")

    def test_a_step_whose_gradient_is_not_finite_is_left_out(self):
        config, tokenizer = smoke()
        maker, rng = Maker(config, tokenizer, Mix(EASY)), random.Random(1)
        trainer = Trainer(config, tokenizer, 4e-3)
        batch = collate([maker.example(maker.picture(1), rng)])
        before = trainer.model.token_embd.detach().clone()
        self.assertIsNone(trainer.update(batch | {"seen": torch.full((1,), float("nan"))}))
        self.assertTrue(torch.equal(before, trainer.model.token_embd))
        self.assertEqual(trainer.step, 0)
        self.assertIsNotNone(trainer.update(batch))

    def test_every_stage_draws(self):
        config, tokenizer = smoke()
        for stage in STAGES.values():
            maker = Maker(config, tokenizer, stage.mix)
            self.assertIsNotNone(maker.picture(3))


if __name__ == "__main__":
    unittest.main()
