pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// A chart that was read: picture with marks beside (or above) its table, then the summary. Pointing at one lights up the others.
ColumnLayout {
    id: root

    required property ChartAnswer chart
    required property bool streaming

    // What is lit: a cell (both), a row over all series (series -1), or a whole series (row -1).
    property int litSeries: -1
    property int litRow: -1
    readonly property real tableShare: width * 0.45 - Theme.large
    readonly property bool sideBySide: width >= Theme.sideBySideWidth
                                       && tableShare >= Theme.tableNameWidth + chart.series.length * Theme.tableCellWidth

    function light(series: int, row: int) {
        litSeries = series
        litRow = row
    }

    spacing: Theme.medium

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 2
        visible: root.chart.title.length > 0 || root.chart.kind.length > 0
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
        Layout.fillWidth: true
        columns: root.sideBySide ? 2 : 1
        columnSpacing: Theme.large
        rowSpacing: Theme.medium
        ChartPicture {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: root.sideBySide ? root.width * 0.55 : root.width
            visible: root.chart.picture.toString().length > 0
            chart: root.chart
            litSeries: root.litSeries
            litRow: root.litRow
            onPointed: (series, row) => root.light(series, row)
        }
        ChartTableView {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: root.sideBySide ? root.tableShare : root.width
            visible: root.chart.series.length > 0
            chart: root.chart
            litSeries: root.litSeries
            litRow: root.litRow
            onPointed: (series, row) => root.light(series, row)
        }
    }

    SummaryText {
        Layout.fillWidth: true
        visible: root.chart.summary.length > 0
        chart: root.chart
        onPointed: (series, row) => root.light(series, row)
    }
}
