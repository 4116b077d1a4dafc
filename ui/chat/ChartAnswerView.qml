pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// A chart that was read: picture with marks beside (or above) its table, then the summary; or an answer about one: its words, then the
/// picture. Pointing at one lights up the others.
GridLayout {
    id: root

    required property ChartAnswer chart
    required property bool streaming

    // What is lit: a cell (both), a row over all series (series -1), or a whole series (row -1).
    property int litSeries: -1
    property int litRow: -1
    property var litCells: [] // of a citation of several marks: points (series, row), -1: all of them
    property bool overlaid: false
    property bool editing: false
    // A chart goes before its view when a window is closed.
    readonly property bool alive: chart !== null
    readonly property bool isAnswer: alive && chart.isAnswer
    readonly property bool isReading: alive && !chart.isAnswer
    readonly property int seriesCount: alive ? chart.series.length : 0
    readonly property real tableShare: width * 0.45 - Theme.large
    readonly property bool sideBySide: isReading && width >= Theme.sideBySideWidth
                                       && tableShare >= Theme.tableNameWidth + seriesCount * Theme.tableCellWidth

    function light(series: int, row: int) {
        litCells = []
        litSeries = series
        litRow = row
    }

    function lightCited(citation: int) {
        light(chart.citationSeries(citation), chart.citationRow(citation))
        const cells = chart.citationCells(citation)
        litCells = cells.length > 1 ? cells : []
    }

    columns: 1
    rowSpacing: Theme.medium

    ChartHead {
        Layout.row: 1
        Layout.fillWidth: true
        visible: root.isReading && root.seriesCount > 0
        chart: root.chart
        streaming: root.streaming
        overlaid: root.overlaid
        editing: root.editing
        onOverlayToggled: root.overlaid = !root.overlaid
        onEditingToggled: root.editing = !root.editing
    }

    GridLayout {
        Layout.row: 2
        Layout.fillWidth: true
        columns: root.sideBySide ? 2 : 1
        columnSpacing: Theme.large
        rowSpacing: Theme.medium
        ChartPicture {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: root.sideBySide ? root.width * 0.55 : root.width
            Layout.maximumHeight: root.isAnswer ? Theme.pictureHeight / 2 : Infinity
            visible: root.alive && root.chart.picture.toString().length > 0
            chart: root.chart
            litSeries: root.litSeries
            litRow: root.litRow
            litCells: root.litCells
            overlaid: root.overlaid
            onPointed: (series, row) => root.light(series, row)
        }
        ChartTableView {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: root.sideBySide ? root.tableShare : root.width
            visible: root.seriesCount > 0 && root.isReading
            chart: root.chart
            litSeries: root.litSeries
            litRow: root.litRow
            litCells: root.litCells
            overlaid: root.overlaid
            editing: root.editing && root.chart.editable
            onPointed: (series, row) => root.light(series, row)
            onEditingAsked: root.editing = true
        }
    }

    ColumnLayout {
        Layout.row: root.isAnswer ? 0 : 3
        Layout.fillWidth: true
        spacing: Theme.small
        visible: root.alive && (root.chart.summary.length > 0 || root.chart.leftOut.length > 0)
        SummaryText {
            Layout.fillWidth: true
            visible: root.alive && root.chart.summary.length > 0
            chart: root.chart
            litSeries: root.litSeries
            litRow: root.litRow
            onCited: (citation) => root.lightCited(citation)
        }
        LeftOutStatements {
            Layout.fillWidth: true
            visible: root.alive && root.chart.complete && statements.length > 0
            statements: root.alive ? root.chart.leftOut : []
        }
    }
}
