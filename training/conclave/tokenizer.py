"""The closed vocabulary and the greedy longest-match tokenizer (see MODEL.md, "Tokenizer")."""

from . import words

SPACE = "\u2581"
IMAGE_HEIGHT, IMAGE_WIDTH, LOC_STEP = 192, 256, 2
MAX_SERIES, MAX_ROWS = 8, 24
NORMAL, CONTROL, BYTE = 1, 3, 6

FIELDS = ["<title>", "<xlabel>", "<ylabel>", "<unit>", "<cal>", "<series>", "<row>", "<na>", "<end>", "<summary>"]
CITATIONS = ["<pt>", "<max>", "<min>", "<first>", "<last>", "<total>", "<mean>", "<range>", "<name>", "<trend>"]
PUNCTUATION = ".,-+%()/:&'\"#$*=<>!?;_[]|@"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÄÖÜäöüßé€£°²"


def vocabulary(height: int = IMAGE_HEIGHT, width: int = IMAGE_WIDTH) -> tuple[list[str], list[int]]:
    """Token texts and types, in id order."""
    control = ["<pad>", "<bos>", "<eos>"] + [f"<chart:{kind}>" for kind in ("bar", "hbar", "line", "pie")] + FIELDS + CITATIONS
    control += [f"<s:{i}>" for i in range(MAX_SERIES)] + [f"<r:{i}>" for i in range(MAX_ROWS)]
    control += [f"<x:{i}>" for i in range(width // LOC_STEP)] + [f"<y:{i}>" for i in range(height // LOC_STEP)]
    normal = list("0123456789") + list(PUNCTUATION) + [SPACE] + list(LETTERS) + [SPACE + word for word in words.all_words()]
    tokens = control + [f"<0x{i:02X}>" for i in range(256)] + normal
    return tokens, [CONTROL] * len(control) + [BYTE] * 256 + [NORMAL] * len(normal)


class Tokenizer:
    """Text to ids and back. Control tokens are only reached through `id`."""

    def __init__(self, tokens: list[str] | None = None, types: list[int] | None = None):
        self.tokens, self.types = (tokens, types) if tokens else vocabulary()
        self._ids = {token: i for i, token in enumerate(self.tokens)}
        self._normal = {t: i for i, t in enumerate(self.tokens) if self.types[i] == NORMAL}
        self._byte0 = self._ids["<0x00>"]
        self._longest = max(map(len, self._normal))
        self._cache: dict[str, list[int]] = {}

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

    def decode(self, ids) -> str:
        """Text of ids; control tokens keep their name; the first space is dropped."""
        out = bytearray()
        for i in ids:
            if self.types[i] == BYTE:
                out.append(i - self._byte0)
            else:
                out += self.tokens[i].encode()
        text = out.decode(errors="replace").replace(SPACE, " ")
        return text[1:] if text.startswith(" ") else text
