pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// The table behind a chart. The arrow keys walk over its cells; the cell's mark is lit on the picture. Enter or F2 changes a cell; while
/// the table is edited the keys reach the names too.
// No layout: those of Qt 6.4 lose heights that follow a width while they are laid out in one another.
Item {
    id: root

    required property ChartAnswer chart
    required property int litSeries
    required property int litRow
    required property var litCells
    required property bool overlaid
    required property bool editing
    readonly property bool alive: chart !== null // it goes before its view when a window is closed
    readonly property var series: alive ? chart.series : []
    readonly property int columns: series.length
    readonly property real wanted: Theme.tableNameWidth + columns * Theme.tableCellWidth
    readonly property real tableWidth: Math.max(width - 2 * Theme.hairline, wanted)
    readonly property int barHeight: tableWidth > width - 2 * Theme.hairline ? Theme.medium : 0
    readonly property real cellWidth: Math.max(Theme.tableCellWidth, (tableWidth - Theme.tableNameWidth) / (columns + 1))
    readonly property real rowHeight: Theme.tableRow + (overlaid ? Theme.residualHeight : 0)
    // Where the buttons work: what was lit last.
    property int atSeries: -1
    property int atRow: -1
    signal pointed(int series, int row)
    signal editingAsked()

    function walk(series: int, row: int) {
        const rows = chart.rowCount
        const least = editing ? -1 : 0
        if (rows > 0 && columns > 0) {
            point(Math.max(least, Math.min(columns - 1, series)), Math.max(least, Math.min(rows - 1, row)))
        }
    }

    function point(series: int, row: int) {
        if (series >= 0 || row >= 0) {
            atSeries = series
            atRow = row
        }
        root.pointed(series, row)
    }

    /// The table has the keyboard, and what is lit stays.
    function takeFocus() {
        const series = atSeries
        const row = atRow
        frame.forceActiveFocus(Qt.OtherFocusReason)
        walk(series, row)
    }

    function edit(series: int, row: int) {
        if (!alive || !chart.editable || (series < 0 && row < 0)) {
            return
        }
        root.editingAsked()
        point(series, row)
        editor.begin(series, row)
    }

    implicitHeight: frame.height + (editing ? Theme.small + bar.height : 0)
    onEditingChanged: if (!editing) editor.cancel()

    Rectangle {
        id: frame
        objectName: "chartTable"
        width: parent.width
        height: Math.min(Theme.tableHeight, head.height + rows.implicitHeight + root.barHeight) + 2 * border.width
        radius: Theme.smallRadius
        color: "transparent"
        border.width: Theme.hairline
        border.color: root.editing ? Theme.accent : Theme.border
        activeFocusOnTab: true
        Accessible.role: Accessible.Table
        Accessible.name: !root.alive ? "" : activeFocus && (root.litSeries >= 0 || root.litRow >= 0)
                                            ? root.chart.cellWords(root.litSeries, root.litRow)
                                            : qsTr("Table of the chart %1").arg(root.chart.title)
        Accessible.focusable: true
        Keys.onUpPressed: root.walk(root.litSeries, root.litRow - 1)
        Keys.onDownPressed: root.walk(root.litSeries, root.litRow + 1)
        Keys.onLeftPressed: root.walk(root.litSeries - 1, root.litRow)
        Keys.onRightPressed: root.walk(root.litSeries + 1, root.litRow)
        Keys.onReturnPressed: root.edit(root.litSeries, root.litRow)
        Keys.onEnterPressed: root.edit(root.litSeries, root.litRow)
        // F2 renames the conversation elsewhere.
        Keys.onShortcutOverride: (event) => {
            event.accepted = event.key === Qt.Key_F2 || (root.editing && event.matches(StandardKey.Undo))
        }
        Keys.onPressed: (event) => {
            if (event.key === Qt.Key_F2) {
                root.edit(root.litSeries, root.litRow)
                event.accepted = true
            } else if (event.matches(StandardKey.Undo) && root.editing) {
                root.chart.undo()
                event.accepted = true
            } else if (event.key === Qt.Key_Delete && root.editing) {
                root.chart.put(root.litSeries, root.litRow, "")
                event.accepted = true
            }
        }
        onActiveFocusChanged: activeFocus ? root.walk(0, 0) : editor.shown ? undefined : root.pointed(-1, -1)

        FocusRing {
            shown: frame.activeFocus
        }
        HoverHandler {
            id: pointer
        }
        Hint { // of the cell that the keyboard is on; the pointer has its own
            visible: frame.activeFocus && !pointer.hovered && text.length > 0
            text: root.alive && root.litRow >= 0 ? root.chart.cellNote(root.litSeries, root.litRow) : ""
        }

        Flickable {
            id: view
            anchors.fill: parent
            anchors.margins: frame.border.width
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
                    model: root.alive ? root.chart.table : null
                    delegate: ChartTableRow {
                        width: root.tableWidth
                        columns: root.columns
                        cellWidth: root.cellWidth
                        litRow: root.litRow
                        litSeries: root.litSeries
                        litCells: root.litCells
                        overlaid: root.overlaid
                        editing: root.editing
                        onPointed: (series, row) => root.point(series, row)
                        onEditAsked: (series, row) => root.edit(series, row)
                    }
                }
            }

            ChartTableHead {
                id: head
                y: view.contentY
                width: root.tableWidth
                rowHeader: root.alive ? root.chart.rowHeader : ""
                series: root.series
                cellWidth: root.cellWidth
                litSeries: root.litSeries
                litRow: root.litRow
                editing: root.editing
                onEditAsked: (series) => root.edit(series, -1)
            }

            CellEditor {
                id: editor
                chart: root.chart
                x: series < 0 ? 0 : root.tableWidth - (root.columns - series) * root.cellWidth
                y: row < 0 ? view.contentY : head.height + row * root.rowHeight
                width: series < 0 ? root.tableWidth - root.columns * root.cellWidth : root.cellWidth
                height: row < 0 ? head.height : root.rowHeight
                onDone: (down) => {
                    root.takeFocus()
                    if (down) {
                        root.walk(root.atSeries, root.atRow + 1)
                    }
                }
            }
        }
    }
    ChartEditBar {
        id: bar
        y: frame.height + Theme.small
        width: parent.width
        visible: root.editing
        chart: root.chart
        series: root.atSeries
        row: root.atRow
    }
}
