pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// What changes the rows and series of a chart's table, at the cell that was lit last.
Flow {
    id: root

    required property ChartAnswer chart
    required property int series
    required property int row
    readonly property int rows: chart ? chart.rowCount : 0
    readonly property int columns: chart ? chart.series.length : 0

    spacing: Theme.tiny
    Accessible.role: Accessible.ToolBar
    Accessible.name: qsTr("Rows and series")

    TextButton {
        objectName: "addRow"
        outlined: true
        glyph: "plus"
        text: qsTr("Row")
        Accessible.name: qsTr("Add a row")
        onClicked: root.chart.addRow(root.row < 0 ? root.rows : root.row + 1)
    }
    TextButton {
        objectName: "addSeries"
        outlined: true
        glyph: "plus"
        text: qsTr("Series")
        Accessible.name: qsTr("Add a series")
        onClicked: root.chart.addSeries(root.series < 0 ? root.columns : root.series + 1)
    }
    TextButton {
        objectName: "removeRow"
        outlined: true
        enabled: root.row >= 0 && root.rows > 1
        glyph: "minus"
        text: qsTr("Row")
        Accessible.name: root.row < 0 ? qsTr("Remove the row") : qsTr("Remove the row %1").arg(root.chart.typedText(-1, root.row))
        onClicked: root.chart.removeRow(root.row)
    }
    TextButton {
        objectName: "removeSeries"
        outlined: true
        enabled: root.series >= 0 && root.columns > 1
        glyph: "minus"
        text: qsTr("Series")
        Accessible.name: root.series < 0 ? qsTr("Remove the series") : qsTr("Remove the series %1").arg(root.chart.typedText(root.series, -1))
        onClicked: root.chart.removeSeries(root.series)
    }
    TextButton {
        objectName: "undoEdit"
        outlined: true
        enabled: root.chart && root.chart.canUndo
        glyph: "undo"
        text: qsTr("Undo")
        onClicked: root.chart.undo()
    }
    TextButton {
        objectName: "restoreTable"
        outlined: true
        enabled: root.chart && root.chart.edited
        glyph: "again"
        text: qsTr("As read")
        Accessible.name: qsTr("Back to the table as it was read")
        onClicked: root.chart.restore()
    }
}
