pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// The first line of a chart's table; each series carries the colour of its marks.
Rectangle {
    id: root

    required property string rowHeader
    required property list<string> series
    required property real cellWidth
    required property int litSeries
    required property int litRow
    required property bool editing
    signal editAsked(int series)

    height: Theme.tableRow + Theme.tiny
    color: Theme.sidebar
    radius: Theme.smallRadius

    Text {
        x: Theme.medium
        width: root.width - root.series.length * root.cellWidth - Theme.medium
        height: parent.height
        text: root.rowHeader
        font.pixelSize: Theme.captionSize
        font.weight: Theme.emphasis
        color: Theme.secondaryText
        elide: Text.ElideRight
        verticalAlignment: Text.AlignVCenter
        textFormat: Text.PlainText
    }
    Repeater {
        model: root.series
        delegate: Item {
            id: cell
            required property int index
            required property string modelData
            x: root.width - (root.series.length - index) * root.cellWidth
            width: root.cellWidth - Theme.medium
            height: root.height
            Rectangle {
                anchors.fill: parent
                anchors.margins: 2
                anchors.rightMargin: 2 - Theme.medium
                radius: Theme.smallRadius
                color: root.litRow < 0 && root.litSeries === cell.index ? Theme.rowLit : "transparent"
            }
            TapHandler {
                enabled: root.editing
                onTapped: root.editAsked(cell.index)
            }
            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                anchors.right: name.left
                anchors.rightMargin: Theme.tiny + 2
                width: Theme.small
                height: Theme.small
                radius: Theme.small / 2
                color: Theme.seriesInk(cell.index)
            }
            Text {
                id: name
                anchors.right: parent.right
                height: parent.height
                width: Math.min(implicitWidth, parent.width - Theme.large)
                text: cell.modelData
                font.pixelSize: Theme.captionSize
                font.weight: Theme.emphasis
                color: Theme.text
                elide: Text.ElideRight
                verticalAlignment: Text.AlignVCenter
                textFormat: Text.PlainText
            }
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.hairline
        color: Theme.border
    }
}
