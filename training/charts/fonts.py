"""Fonts the charts are written in: found under the system's folder or under CONCLAVE_FONTS, chosen by family and language."""

import functools
import os
import shutil
from pathlib import Path

from PIL import ImageFont

# family: (regular, bold). The Debian packages are fonts-dejavu-core, -dejavu-extra, -liberation, -noto-core, -crosextra-carlito, -roboto-unhinted,
# -open-sans, -lato, -wqy-microhei, -wqy-zenhei, -droid-fallback, -arphic-uming.
LATIN = {
    "dejavu": ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    "dejavu-condensed": ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"),
    "dejavu-serif": ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"),
    "liberation": ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    "liberation-serif": ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"),
    "liberation-mono": ("LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf"),
    "liberation-narrow": ("LiberationSansNarrow-Regular.ttf", "LiberationSansNarrow-Bold.ttf"),
    "noto": ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    "noto-display": ("NotoSansDisplay-Regular.ttf", "NotoSansDisplay-Bold.ttf"),
    "carlito": ("Carlito-Regular.ttf", "Carlito-Bold.ttf"),
    "roboto": ("Roboto-Regular.ttf", "Roboto-Bold.ttf"),
    "roboto-light": ("Roboto-Light.ttf", "Roboto-Medium.ttf"),
    "roboto-condensed": ("RobotoCondensed-Regular.ttf", "RobotoCondensed-Bold.ttf"),
    "open-sans": ("OpenSans-Regular.ttf", "OpenSans-Bold.ttf"),
    "lato": ("Lato-Regular.ttf", "Lato-Bold.ttf"),
    "lato-medium": ("Lato-Medium.ttf", "Lato-Black.ttf"),
}
CJK = 0x2E80  # characters from here on are written in the Chinese font
CHINESE = {
    "microhei": ("wqy-microhei.ttc",) * 2,
    "droid": ("DroidSansFallbackFull.ttf",) * 2,
    "zenhei": ("wqy-zenhei.ttc",) * 2,
    "uming": ("uming.ttc",) * 2,
}
HELD_OUT_LATIN = {
    "dejavu-mono": ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"),
    "noto-serif": ("NotoSerif-Regular.ttf", "NotoSerif-Bold.ttf"),
    "open-sans-semibold": ("OpenSans-Semibold.ttf", "OpenSans-ExtraBold.ttf"),
}


@functools.lru_cache(maxsize=1)
def _files() -> dict[str, str]:
    """Font files by name."""
    roots = [os.environ.get("CONCLAVE_FONTS", ""), "/usr/share/fonts", str(Path.home() / ".fonts")]
    found = {}
    for root in filter(None, roots):
        for folder, _, names in os.walk(root):
            for name in names:
                if name.endswith((".ttf", ".ttc", ".otf")):
                    found.setdefault(name, os.path.join(folder, name))
    return found


def path(name: str) -> str:
    return _files()[name]


def copy_to(folder: Path, largest: int = 8 << 20) -> list[Path]:
    """Copy the fonts of the lists, up to a size, for a machine without them: name the folder in CONCLAVE_FONTS there."""
    folder.mkdir(parents=True, exist_ok=True)
    names = dict.fromkeys(name for families in (LATIN, CHINESE, HELD_OUT_LATIN) for pair in families.values() for name in pair)
    sources = [Path(_files()[name]) for name in names if name in _files()]
    return [Path(shutil.copy(path, folder)) for path in sources if path.stat().st_size <= largest]


def missing() -> list[str]:
    """Files of the lists that this machine lacks: their share of charts falls to the other families."""
    return [
        name for families in (LATIN, CHINESE, HELD_OUT_LATIN) for pair in families.values() for name in dict.fromkeys(pair) if name not in _files()
    ]


def choose(rng, held_out: bool, wish: tuple = ()) -> tuple[str, str]:
    """Paths of a regular and a bold Latin font: of a wished family in two of three charts, otherwise of any."""
    families = HELD_OUT_LATIN if held_out else LATIN
    names = [name for name in wish if name in families] if rng.random() < 0.67 else []
    return _first(rng.choice(names or list(families)), families)


def choose_chinese(rng) -> tuple[str, str]:
    """Paths of a regular and a bold font with hanzi."""
    return _first(rng.choice(["microhei", "microhei", "droid", "droid", "zenhei", "zenhei", "uming"]), CHINESE)


def _first(name: str, families: dict) -> tuple[str, str]:
    """The family itself, or the next one that this machine has."""
    order = [name] + [n for n in families if n != name]
    for name in order:
        if all(file in _files() for file in families[name]):
            return tuple(_files()[file] for file in families[name])
    raise FileNotFoundError(
        f"No font for the charts: none of {', '.join(f for pair in families.values() for f in pair)} under /usr/share/fonts or "
        "CONCLAVE_FONTS. Install fonts-dejavu-core and fonts-wqy-microhei."
    )


@functools.lru_cache(maxsize=128)
def load(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=60000)
def advance(path: str, size: int, char: str) -> float:
    return load(path, size).getlength(char)


@functools.lru_cache(maxsize=8000)
def runs(face: tuple[str, str], text: str) -> tuple:
    """(font path, piece) of a text: `face` = fonts of Latin and of Chinese characters."""
    pieces = []
    for char in text:
        path = face[1] if ord(char) >= CJK else face[0]
        if pieces and pieces[-1][0] == path:
            pieces[-1] = (path, pieces[-1][1] + char)
        else:
            pieces.append((path, char))
    return tuple(pieces)


@functools.lru_cache(maxsize=8000)
def width(face: tuple[str, str], size: int, text: str) -> float:
    return sum(load(path, size).getlength(piece) for path, piece in runs(face, text))


@functools.lru_cache(maxsize=4096)
def draws(path: str, char: str) -> bool:
    """Whether the font has the character."""
    font = load(path, 20)
    return not char.strip() or bytes(font.getmask(char)) != bytes(font.getmask("\uffff"))
