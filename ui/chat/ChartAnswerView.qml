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
    readonly property real tableShare: width * 0.45 - Theme.large
    readonly property bool sideBySide: !chart.isAnswer && width >= Theme.sideBySideWidth
                                       && tableShare >= Theme.tableNameWidth + chart.series.length * Theme.tableCellWidth

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

    ColumnLayout {
        Layout.row: 1
        Layout.fillWidth: true
        spacing: 2
        visible: !root.chart.isAnswer && (root.chart.title.length > 0 || root.chart.kind.length > 0)
        Text {
            objectName: "chartTitle"
            Layout.fillWidth: true
            visible: text.length > 0
            text: root.chart.title
            font.pixelSize: Theme.leadSize
            font.weight: Theme.emphasis
            color: Theme.text
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Text {
            Layout.fillWidth: true
            visible: text.length > 0
            text: root.chart.kind
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
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
            Layout.maximumHeight: root.chart.isAnswer ? Theme.pictureHeight / 2 : Infinity
            visible: root.chart.picture.toString().length > 0
            chart: root.chart
            litSeries: root.litSeries
            litRow: root.litRow
            litCells: root.litCells
            onPointed: (series, row) => root.light(series, row)
        }
        ChartTableView {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: root.sideBySide ? root.tableShare : root.width
            visible: root.chart.series.length > 0 && !root.chart.isAnswer
            chart: root.chart
            litSeries: root.litSeries
            litRow: root.litRow
            litCells: root.litCells
            onPointed: (series, row) => root.light(series, row)
        }
    }

    SummaryText {
        Layout.row: root.chart.isAnswer ? 0 : 3
        Layout.fillWidth: true
        visible: root.chart.summary.length > 0
        chart: root.chart
        onCited: (citation) => root.lightCited(citation)
    }
}
