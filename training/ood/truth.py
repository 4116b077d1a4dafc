"""What another program's chart of a spec truly shows: a plain table, in the form that evaluation reads."""


def fit(spec):
    """Drop what these programs do not draw: our value formats, notes, error bars, subtitles."""
    spec.notes, spec.subtitle, spec.source = [], "", ""
    for series in spec.series:
        series.errors = []
    return spec


def truth(spec, renderer: str, labelled: bool) -> dict:
    row = spec.row_axis.name_shown if spec.row_axis else spec.row_name
    value = spec.axes[0].name_shown if spec.axes and spec.kind != "heatmap" else ""
    xlabel, ylabel = (value, row) if spec.horizontal else (row, value)
    cells = [
        {"series": s.name, "x": x, "value": float(spec.cell_text(i, r, labelled))}
        for i, s in enumerate(spec.series)
        for r, x in enumerate(spec.rows)
        if s.values[r] is not None
    ]
    return {
        "chart": chart(spec),
        "title": spec.title,
        "xlabel": xlabel,
        "ylabel": ylabel,
        "unit": "",
        "language": spec.language,
        "renderer": renderer,
        "labelled": labelled,
        "seed": spec.seed,
        "table": cells,
    }


def chart(spec) -> str:
    """The chart word, as `charts.Sample.chart` has it."""
    name = {"stacked": "stacked", "percent": "stacked100"}.get(spec.stacking, "")
    if spec.kind == "bar":
        return ("h" if spec.horizontal else "") + (name or "bar")
    return (name + "area" if name else "area") if spec.kind == "area" else spec.kind
