"""The closed vocabulary and the greedy longest-match tokenizer (see MODEL.md, "Tokenizer")."""

import re

import charts

from .tasks import expressions, phrases

SPACE = "\u2581"
LOC_STEP = 2
MAX_SERIES, MAX_ROWS = 12, 64
LANGUAGES = ("en", "de", "zh")
NORMAL, CONTROL, BYTE = 1, 3, 6

FIELDS = ["<title>", "<xlabel>", "<ylabel>", "<unit>", "<cal>", "<log>", "<series>", "<row>", "<na>", "<end>", "<summary>", "<ask>", "<answer>"]
CITATIONS = ["<pt>", "<max>", "<min>", "<first>", "<last>", "<total>", "<mean>", "<range>", "<name>", "<trend>"]
PUNCTUATION = ".,-+%()/:&'\"#$*=<>!?;_[]|@"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÄÖÜäöüßé€£°²"
WIDE = "，。？！：；（）、－～％·"  # punctuation of Chinese text


def controls(height: int, width: int) -> list[str]:
    """Control tokens in id order."""
    return (["<pad>", "<bos>", "<eos>"] + [f"<chart:{kind}>" for kind in charts.CHARTS] + FIELDS + CITATIONS + list(expressions.CONTROLS)
            + [f"<lang:{name}>" for name in LANGUAGES] + [f"<s:{i}>" for i in range(MAX_SERIES)] + [f"<r:{i}>" for i in range(MAX_ROWS)]
            + [f"<x:{i}>" for i in range(width // LOC_STEP)] + [f"<y:{i}>" for i in range(height // LOC_STEP)])


def _phrase_words(language: str) -> list[str]:
    """Whole words of the phrases, slots left out."""
    return [word for phrase in phrases.all_text(language) for word in re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", " ", phrase))]


def vocabulary(height: int, width: int) -> tuple[list[str], list[int]]:
    """Token texts and types, in id order: words of the charts and of the phrases; Chinese ones have no space in front."""
    control = controls(height, width)
    words = [SPACE + word for language in ("en", "de") for word in [*charts.words(language), *_phrase_words(language)] if len(word) > 1]
    characters = [*charts.characters(), *(c for phrase in phrases.all_text("zh") for c in re.sub(r"\{\w+\}", "", phrase) if ord(c) > 255)]
    plain = list("0123456789") + list(PUNCTUATION) + [SPACE] + list(LETTERS) + list(WIDE)
    normal = list(dict.fromkeys(plain + characters + [w for w in charts.words("zh") if len(w) > 1] + words))
    tokens = control + [f"<0x{i:02X}>" for i in range(256)] + normal
    return tokens, [CONTROL] * len(control) + [BYTE] * 256 + [NORMAL] * len(normal)


class Tokenizer:
    """Text to ids and back. Control tokens are only reached through `id`."""

    def __init__(self, tokens: list[str], types: list[int]):
        self.tokens, self.types = tokens, types
        self._ids = {token: i for i, token in enumerate(self.tokens)}
        self._normal = {t: i for i, t in enumerate(self.tokens) if self.types[i] == NORMAL}
        self._byte0 = self._ids["<0x00>"]
        self._longest = max(map(len, self._normal))
        self._cache: dict[str, list[int]] = {}

    @classmethod
    def of(cls, config) -> "Tokenizer":
        """The vocabulary for a model's picture size."""
        return cls(*vocabulary(config.image_height, config.image_width))

    def __len__(self) -> int:
        return len(self.tokens)

    def id(self, token: str) -> int:
        """Id of a token by its exact text, control tokens included."""
        return self._ids[token]

    def encode(self, text: str) -> list[int]:
        """Ids of a text field, U+2581 in front."""
        return self.encode_raw(" " + text)

    def encode_raw(self, text: str) -> list[int]:
        """Ids of a text without the U+2581 in front (numbers, text after a citation)."""
        if len(self._cache) > 200_000:
            self._cache.clear()
        if text not in self._cache:
            self._cache[text] = self._match(text.replace(" ", SPACE))
        return self._cache[text]

    def _match(self, text: str) -> list[int]:
        ids, at = [], 0
        while at < len(text):
            for size in range(min(self._longest, len(text) - at), 0, -1):
                found = self._normal.get(text[at:at + size])
                if found is not None:
                    ids.append(found)
                    at += size
                    break
            else:
                ids += [self._byte0 + byte for byte in text[at].encode()]
                at += 1
        return ids

    def pieces(self, parts) -> list[int]:
        """Ids of pieces of text and control tokens (those in angle brackets)."""
        ids = []
        for part in parts:
            ids += [self._ids[part]] if len(part) > 1 and part[0] == "<" else self.encode_raw(part)
        return ids

    def decode(self, ids) -> str:
        """Text of ids; control tokens keep their name; the first space is dropped."""
        text = self.decode_raw(ids)
        return text[1:] if text.startswith(" ") else text

    def decode_raw(self, ids) -> str:
        """The same with the first space kept."""
        out = bytearray()
        for i in ids:
            if self.types[i] == BYTE:
                out.append(i - self._byte0)
            else:
                out += self.tokens[i].encode()
        return out.decode(errors="replace").replace(SPACE, " ")
