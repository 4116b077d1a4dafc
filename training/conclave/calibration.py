"""A value computed from its mark's place and the ticks the model wrote (the program does the same: engine/generate/chart_axis.cpp)."""

import math

from .metrics import to_number
from .targets import Table


def value_at(axis, step: float):
    """The value at a place in steps along the axis, or None where the ticks calibrate nothing."""
    if len(axis.ticks) != 2:
        return None
    (p0, t0), (p1, t1) = axis.ticks
    v0, v1 = to_number(t0), to_number(t1)
    if v0 is None or v1 is None or p0 == p1 or (axis.log and min(v0, v1) <= 0):
        return None
    share = (step - p0) / (p1 - p0)
    return 10 ** (math.log10(v0) + share * (math.log10(v1) - math.log10(v0))) if axis.log else v0 + share * (v1 - v0)


def from_place(table: Table) -> Table:
    """The table with every value computed from its mark's place, where there is a calibration for it. Stacked parts lie on the series
    before them."""
    stacked = "stacked" in table.kind
    cells = []
    for row, places in zip(table.cells, table.places):
        out, base = [], 0.0
        for series, written in enumerate(row):
            at = table.axis_of[series] if series < len(table.axis_of) else -1
            axis = table.axes[at] if 0 <= at < len(table.axes) else None
            place = places[series] if series < len(places) else []
            value = value_at(axis, place[0 if axis.role == "x" else 1]) if axis and len(place) == 2 else None
            if value is not None and stacked:
                value, base = value - base, value
            out.append(written if value is None or written is None else f"{value:.6g}")
        cells.append(out)
    return Table(table.kind, table.title, table.fields, table.series, table.rows, cells)
