"""Colours of the common tools' charts, and our own."""

PALETTES = {
    "tab10": "1f77b4 ff7f0e 2ca02c d62728 9467bd 8c564b e377c2 7f7f7f bcbd22 17becf",
    "deep": "4c72b0 dd8452 55a868 c44e52 8172b3 937860 da8bc3 8c8c8c ccb974 64b5cd",
    "muted": "4878d0 ee854a 6acc64 d65f5e 956cb4 8c613c dc7ec0 797979 d5bb67 82c6e2",
    "ggplot": "f8766d cd9600 7cae00 00be67 00bfc4 00a9ff c77cff ff61cc",
    "ggplot3": "f8766d 00ba38 619cff f564e3 b79f00 00bfc4",
    "office": "4472c4 ed7d31 a5a5a5 ffc000 5b9bd5 70ad47 264478 9e480e 636363 997300",
    "office2007": "4f81bd c0504d 9bbb59 8064a2 4bacc6 f79646 2c4d75 772c2a",
    "excel2003": "9999ff 993366 ffffcc ccffff 660066 ff8080 0066cc ccccff",
    "sheets": "4285f4 ea4335 fbbc04 34a853 ff6d01 46bdc6 7baaf7 f07b72",
    "calc": "004586 ff420e ffd320 579d1c 7e0021 83caff 314004 aecf00 4b1f6f ff950e",
    "plot": "9400d3 009e73 56b4e9 e69f00 f0e442 0072b2 e51e10 000000",
    "plotly": "636efa ef553b 00cc96 ab63fa ffa15a 19d3f3 ff6692 b6e880 ff97ff fecb52",
    "tableau": "4e79a7 f28e2b e15759 76b7b2 59a14f edc948 b07aa1 ff9da7 9c755f bab0ac",
    "economist": "006ba2 db444b 3ebcd2 379a8b ebb434 b4ba39 9a607f d1b07c",
    "material": "1e88e5 d81b60 ffc107 004d40 8e24aa 43a047 f4511e 546e7a",
    "set2": "66c2a5 fc8d62 8da0cb e78ac3 a6d854 ffd92f e5c494 b3b3b3",
    "dark2": "1b9e77 d95f02 7570b3 e7298a 66a61e e6ab02 a6761d 666666",
    "earth": "264653 2a9d8f e9c46a f4a261 e76f51 6d597a b56576 355070",
    "dusk": "003f5c 58508d bc5090 ff6361 ffa600 7a9e9f 488f31 de425b",
    "greys": "333333 888888 bbbbbb 5e5e5e d4d4d4 747474 a2a2a2 1a1a1a",
    "blues": "08306b 2171b5 6baed6 9ecae1 c6dbef 4292c6 08519c deebf7",
    "greens": "00441b 238b45 74c476 a1d99b c7e9c0 41ab5d 006d2c e5f5e0",
    "neon": "00e5ff ff4081 76ff03 ffea00 d500f9 ff9100 1de9b6 ff1744",
    "pastel": "a1c9f4 ffb482 8de5a1 ff9f9b d0bbff debb9b fab0e4 cfcfcf",
}
HELD_OUT = {
    "ocean": "8ecae6 219ebc 023047 ffb703 fb8500 606c38 bc6c25 283618",
    "wine": "5f0f40 9a031e fb8b24 e36414 0f4c5c b5838d 6d6875 e5989b",
    "moss": "386641 6a994e a7c957 bc4749 f2e8cf 52796f 84a98c cad2c5",
}
# Sequential colours of heatmaps, low to high.
RAMPS = {
    "viridis": "440154 414487 2a788e 22a884 7ad151 fde725",
    "blues": "f7fbff c6dbef 6baed6 2171b5 08306b",
    "reds": "fff5f0 fcbba1 fb6a4a cb181d 67000d",
    "greens": "f7fcf5 c7e9c0 74c476 238b45 00441b",
    "coolwarm": "3b4cc0 8db0fe dddddd f49a7b b40426",
    "magma": "000004 51127c b73779 fc8961 fcfdbf",
    "ylorrd": "ffffcc fed976 fd8d3c e31a1c 800026",
    "greys": "ffffff bdbdbd 636363 000000",
    "excel": "f8696b ffeb84 63be7b",
    "teal": "e0f3f0 80cdc1 35978f 003c30",
}


def rgb(text: str) -> tuple[int, int, int]:
    text = text.lstrip("#")
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def mix(a, b, share: float) -> tuple[int, int, int]:
    """From `a` (share 0) to `b` (share 1)."""
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b))


def luminance(colour) -> float:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def distance(a, b) -> float:
    return sum(abs(x - y) for x, y in zip(a, b))


def ramp(name: str, share: float) -> tuple[int, int, int]:
    stops = [rgb(s) for s in RAMPS[name].split()]
    at = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(at), len(stops) - 2)
    return mix(stops[low], stops[low + 1], at - low)


def random_colours(rng, count: int) -> list:
    """Colours of spread hue."""
    import colorsys

    start, light, strong = rng.random(), rng.uniform(0.4, 0.65), rng.uniform(0.4, 0.95)
    return [
        tuple(round(255 * c) for c in colorsys.hls_to_rgb((start + i / count + rng.uniform(-0.03, 0.03)) % 1, light, strong)) for i in range(count)
    ]
