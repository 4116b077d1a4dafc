"""Greedy reading of pictures, many at once: tables with summaries, and answers to questions about them."""

import torch

from .model import Cache, Conclave
from .tokenizer import Tokenizer

LONGEST_TABLE, LONGEST_ANSWER = 900, 160


@torch.no_grad()
def write(model: Conclave, tokenizer: Tokenizer, images, prompts: list[list[int]], limit: int, after_table: list[str] | None = None,
          stops: tuple = ("<eos>",), seen=None, dtype=torch.float32) -> list[list[int]]:
    """Tokens of every row, prompt included, until a stop or `limit` more. images uint8 [B, H, W, 3]. Rows run in step: a row whose prompt
    is longer is given its tokens while others write. `after_table`: control tokens given behind <end>."""
    device = model.token_embd.device
    memories, cache = model.memories(model.encode(images.to(device), dtype)), Cache()
    ends = {tokenizer.id(name) for name in stops}
    table_end = tokenizer.id("<end>") if after_table else -1
    given = [list(p) for p in prompts]
    rows = [[p[0]] for p in prompts]
    done, room = [False] * len(rows), [limit] * len(rows)
    seen = seen.to(device) if seen is not None else None
    while not all(done) and len(rows[0]) < model.config.context:
        last = torch.tensor([[row[-1]] for row in rows], device=device)
        best = model.logits(model.decode(last, memories, cache, seen)).float().argmax(-1)[:, 0].tolist()
        for i, row in enumerate(rows):
            if done[i]:
                row.append(0)
            elif len(row) < len(given[i]):
                row.append(given[i][len(row)])
            else:
                row.append(best[i])
                room[i] -= 1
                if best[i] == table_end:
                    given[i] = row + [tokenizer.id(name) for name in after_table]
                done[i] = best[i] in ends or room[i] == 0
    return [[i for i in row if i] for row in rows]


def tables(model: Conclave, tokenizer: Tokenizer, images, dtype=torch.float32) -> list[list[int]]:
    """Table and summary of every picture."""
    bos = tokenizer.id("<bos>")
    return write(model, tokenizer, images, [[bos]] * len(images), LONGEST_TABLE, ["<summary>"], dtype=dtype)


def answers(model: Conclave, tokenizer: Tokenizer, images, written: list[list[int]], asked: list[str], dtype=torch.float32) -> list[list[int]]:
    """Tokens of one answer a row: the question is asked behind the table in `written` (for rows without a picture: an empty list)."""
    bos, end = tokenizer.id("<bos>"), tokenizer.id("<end>")
    prompts = []
    for ids, question in zip(written, asked):
        table = ids[:ids.index(end) + 1] if end in ids else ids or [bos]
        prompts.append(table + [tokenizer.id("<ask>")] + tokenizer.encode(question) + [tokenizer.id("<answer>")])
    seen = torch.tensor([float(bool(ids)) for ids in written])
    out = write(model, tokenizer, images, prompts, LONGEST_ANSWER, None, ("<eos>", "<ask>"), seen, dtype)
    return [ids[len(prompt):] for ids, prompt in zip(out, prompts)]
