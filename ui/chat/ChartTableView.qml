pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// The table behind a chart. The arrow keys walk over its cells; the cell's mark is lit on the picture.
Rectangle {
    id: root

    required property ChartAnswer chart
    required property int litSeries
    required property int litRow
    required property var litCells
    readonly property int columns: chart.series.length
    readonly property real wanted: Theme.tableNameWidth + columns * Theme.tableCellWidth
    readonly property real tableWidth: Math.max(width - 2 * border.width, wanted)
    readonly property int barHeight: tableWidth > width ? Theme.medium : 0
    readonly property real cellWidth: Math.max(Theme.tableCellWidth, (tableWidth - Theme.tableNameWidth) / (columns + 1))
    signal pointed(int series, int row)

    function walk(series: int, row: int) {
        const rows = chart.table.rowCount()
        if (rows > 0 && columns > 0) {
            root.pointed(Math.max(0, Math.min(columns - 1, series)), Math.max(0, Math.min(rows - 1, row)))
        }
    }

    objectName: "chartTable"
    implicitHeight: Math.min(Theme.tableHeight, head.height + rows.implicitHeight + barHeight) + 2 * border.width
    radius: Theme.smallRadius
    color: "transparent"
    border.width: Theme.hairline
    border.color: Theme.border
    activeFocusOnTab: true
    Accessible.role: Accessible.Table
    Accessible.name: qsTr("Table of the chart %1").arg(root.chart.title)
    Accessible.focusable: true
    Keys.onUpPressed: root.walk(root.litSeries, root.litRow - 1)
    Keys.onDownPressed: root.walk(root.litSeries, root.litRow + 1)
    Keys.onLeftPressed: root.walk(root.litSeries - 1, root.litRow)
    Keys.onRightPressed: root.walk(root.litSeries + 1, root.litRow)
    onActiveFocusChanged: activeFocus ? root.walk(0, 0) : root.pointed(-1, -1)

    FocusRing {
        shown: root.activeFocus
    }

    Flickable {
        id: view
        anchors.fill: parent
        anchors.margins: root.border.width
        clip: true
        contentWidth: root.tableWidth
        contentHeight: head.height + rows.implicitHeight + root.barHeight
        boundsBehavior: Flickable.StopAtBounds
        interactive: contentWidth > width || contentHeight > height
        ScrollBar.vertical: ScrollHandle {}
        ScrollBar.horizontal: ScrollHandle {}

        Column {
            id: rows
            y: head.height
            width: root.tableWidth
            Repeater {
                model: root.chart.table
                delegate: ChartTableRow {
                    width: root.tableWidth
                    columns: root.columns
                    cellWidth: root.cellWidth
                    litRow: root.litRow
                    litSeries: root.litSeries
                    litCells: root.litCells
                    onPointed: (series, row) => root.pointed(series, row)
                }
            }
        }

        ChartTableHead {
            id: head
            y: view.contentY
            width: root.tableWidth
            rowHeader: root.chart.rowHeader
            series: root.chart.series
            cellWidth: root.cellWidth
        }
    }
}
