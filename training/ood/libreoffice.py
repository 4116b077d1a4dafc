"""Charts by LibreOffice Calc, driven through its own interface (python3-uno): its layout, fonts, colours and axes."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from .gnuplot import compact

KINDS = ("bar", "hbar", "stacked", "stacked100", "hstacked", "line", "area", "stackedarea", "scatter", "pie", "donut", "combo")
SERVICES = {
    "bar": "BarDiagram",
    "line": "LineDiagram",
    "area": "AreaDiagram",
    "scatter": "XYDiagram",
    "pie": "PieDiagram",
    "donut": "DonutDiagram",
    "combo": "BarDiagram",
}


def available() -> bool:
    try:
        import uno
    except ImportError:
        return False
    return bool(uno) and shutil.which("soffice") is not None


class Office:
    """A running LibreOffice without a window, with a profile of its own."""

    def __enter__(self):
        import uno

        self.folder = tempfile.TemporaryDirectory()
        pipe = f"charts{id(self)}"
        self.process = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nologo",
                f"--accept=pipe,name={pipe};urp;",
                f"-env:UserInstallation=file://{self.folder.name}/profile",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        for _ in range(240):
            try:
                self.context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:  # noqa: BLE001: the bridge raises its own classes until the pipe is there
                if self.process.poll() not in (None, 0):
                    raise RuntimeError(f"soffice ended with {self.process.returncode} before it could be asked for a chart.") from None
                time.sleep(0.5)
        else:
            raise RuntimeError("soffice did not answer within two minutes.")
        self.desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        return self

    def __exit__(self, *_):
        try:
            self.desktop.terminate()
        except Exception:  # noqa: BLE001: the connection breaks as the office goes
            pass
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.folder.cleanup()

    def draw(self, spec, rng, path: Path) -> bool:
        """Write a PNG; whether the numbers stand at the marks."""
        document = self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (_property("Hidden", True),))
        try:
            sheet = document.Sheets.getByIndex(0)
            chart = self._chart(sheet, spec, rng)
            _Look(spec, rng, chart).apply()
            width = rng.choice([640, 720, 800])
            self._export(sheet, path, width, round(width * 0.62))
        finally:
            document.close(True)
        compact(path)
        return any(spec.labels[0])

    def _chart(self, sheet, spec, rng):
        """Data in cells, a chart over them."""
        import uno

        rows, series = len(spec.rows), spec.series
        numeric = spec.row_kind == "number"
        for column, s in enumerate(series):
            sheet.getCellByPosition(column + 1, 0).String = s.name
        for row, name in enumerate(spec.rows):
            cell = sheet.getCellByPosition(0, row + 1)
            if numeric:
                cell.Value = spec.row_values[row]
            else:
                cell.String = name
            for column, s in enumerate(series):
                if s.values[row] is not None:
                    sheet.getCellByPosition(column + 1, row + 1).Value = s.values[row]
        area = uno.createUnoStruct("com.sun.star.table.CellRangeAddress")
        area.Sheet, area.StartColumn, area.StartRow, area.EndColumn, area.EndRow = 0, 0, 0, len(series), rows
        place = uno.createUnoStruct("com.sun.star.awt.Rectangle")
        place.X, place.Y, place.Width, place.Height = 1000, 1000, rng.choice([14000, 15000, 16000]), 9500
        sheet.Charts.addNewByName("chart", place, (area,), True, True)
        return sheet.Charts.getByName("chart").EmbeddedObject

    def _export(self, sheet, path: Path, width: int, height: int):
        import uno

        shape = sheet.DrawPage.getByIndex(0)
        export = self.context.ServiceManager.createInstanceWithContext("com.sun.star.drawing.GraphicExportFilter", self.context)
        export.setSourceDocument(shape)
        data = uno.Any("[]com.sun.star.beans.PropertyValue", (_property("PixelWidth", width), _property("PixelHeight", height)))
        export.filter((_property("URL", path.resolve().as_uri()), _property("MediaType", "image/png"), _property("FilterData", data)))
        if not path.exists():
            raise RuntimeError(f"LibreOffice wrote no picture for seed {path.stem}.")


def _property(name: str, value):
    import uno

    out = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    out.Name, out.Value = name, value
    return out


class _Look:
    """Type, titles, axes, labels of a chart."""

    def __init__(self, spec, rng, chart):
        self.spec, self.rng, self.chart = spec, rng, chart

    def apply(self):
        spec, chart, rng = self.spec, self.chart, self.rng
        chart.setDiagram(chart.createInstance("com.sun.star.chart." + SERVICES[spec.kind]))
        diagram = chart.Diagram
        if spec.kind in ("bar", "combo"):
            diagram.Vertical = spec.horizontal
        if spec.stacking:
            diagram.Stacked, diagram.Percent = spec.stacking == "stacked", spec.stacking == "percent"
        if spec.kind == "combo":
            diagram.NumberOfLines = 1
        if spec.kind == "scatter":
            diagram.Lines, diagram.SymbolType = False, -3  # ChartSymbolType.AUTO
        chart.HasMainTitle = bool(spec.title)
        if spec.title:
            chart.Title.String = spec.title
        chart.HasLegend = len(spec.series) > 1 or spec.kind in ("pie", "donut")
        if chart.HasLegend:
            import uno

            chart.Legend.Alignment = uno.Enum("com.sun.star.chart.ChartLegendPosition", rng.choice(["RIGHT", "BOTTOM", "TOP", "RIGHT"]))
        if spec.kind not in ("pie", "donut"):
            self._axes(diagram)
        if rng.random() < 0.8:
            self._plain(diagram)
        self._series(diagram)

    def _plain(self, diagram):
        """White wall and an open legend, as charts made by hand have them; the old interface's defaults are grey."""
        import uno

        empty, none = uno.Enum("com.sun.star.drawing.FillStyle", "NONE"), uno.Enum("com.sun.star.drawing.LineStyle", "NONE")
        if self.spec.kind not in ("pie", "donut"):
            diagram.Wall.FillStyle = empty
        if self.chart.HasLegend:
            self.chart.Legend.FillStyle, self.chart.Legend.LineStyle = empty, none

    def _axes(self, diagram):
        spec = self.spec
        row = spec.row_axis.name_shown if spec.row_axis else spec.row_name
        if row:
            diagram.HasXAxisTitle = True
            diagram.XAxisTitle.String = row
        axis = spec.axes[0]
        if axis.name_shown:
            diagram.HasYAxisTitle = True
            diagram.YAxisTitle.String = axis.name_shown
        if axis.scale == "log":
            diagram.YAxis.Logarithmic = True
        diagram.HasXAxisGrid, diagram.HasYAxisGrid = self.rng.random() < 0.2, self.rng.random() < 0.8

    def _series(self, diagram):
        spec = self.spec
        for i, series in enumerate(spec.series):
            properties = diagram.getDataRowProperties(i)
            if spec.kind == "combo" and i == len(spec.series) - 1:
                properties.Axis = 3  # ChartAxisAssign.SECONDARY_Y
                if spec.axes[1].name_shown:
                    diagram.HasSecondaryYAxis = True
                    diagram.HasSecondaryYAxisTitle = True
                    diagram.SecondYAxisTitle.String = spec.axes[1].name_shown
            if any(spec.labels[i]):
                percent = spec.kind in ("pie", "donut") and abs(sum(series.values) - 100) < 1e-6 and not spec.label_decimals
                properties.DataCaption = 2 if percent else 1  # PERCENT, VALUE
