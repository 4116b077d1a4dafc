pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// The picture with a dot on every mark that was read.
Rectangle {
    id: root

    required property ChartAnswer chart
    required property int litSeries
    required property int litRow
    required property var litCells
    readonly property bool anyLit: litSeries >= 0 || litRow >= 0 || litCells.length > 0
    readonly property real ratio: chart.pictureSize.width > 0 ? chart.pictureSize.height / chart.pictureSize.width : 0.6
    readonly property real inner: Math.max(1, width - 2 * Theme.small)
    readonly property real scaling: chart.pictureSize.width > 0 ? picture.paintedWidth / chart.pictureSize.width : 1
    signal pointed(int series, int row)

    function lights(series: int, row: int): bool {
        if (litCells.length > 0) {
            return litCells.some(cell => (cell.x < 0 || cell.x === series) && (cell.y < 0 || cell.y === row))
        }
        return anyLit && (litSeries < 0 || litSeries === series) && (litRow < 0 || litRow === row)
    }

    objectName: "chartPicture"
    implicitHeight: Math.min(Theme.pictureHeight, inner * ratio) + 2 * Theme.small
    radius: Theme.radius
    color: Theme.picturePaper
    border.width: Theme.hairline
    border.color: Theme.border

    Image {
        id: picture
        anchors.fill: parent
        anchors.margins: Theme.small
        source: root.chart.picture
        sourceSize.width: Math.min(root.chart.pictureSize.width, 2 * Theme.columnWidth)
        fillMode: Image.PreserveAspectFit
        autoTransform: true
        asynchronous: true
        mipmap: true
        Accessible.role: Accessible.Graphic
        Accessible.name: qsTr("The chart that was read: %1").arg(root.chart.title)
    }

    Item {
        anchors.centerIn: parent
        width: picture.paintedWidth
        height: picture.paintedHeight
        visible: picture.status === Image.Ready

        Repeater {
            model: root.chart.marks
            delegate: Rectangle {
                id: mark

                required property point place
                required property int markSeries
                required property int markRow
                required property bool doubtful
                required property string label
                readonly property bool lit: root.lights(markSeries, markRow)

                objectName: "mark"
                x: mark.place.x * root.scaling - width / 2
                y: mark.place.y * root.scaling - height / 2
                z: mark.lit ? 1 : 0
                width: mark.lit ? Theme.litMark : Theme.mark
                height: width
                radius: width / 2
                color: mark.lit ? Theme.markLit : mark.doubtful ? Theme.markRing : Theme.seriesColor(mark.markSeries)
                border.width: 2
                border.color: mark.doubtful && !mark.lit ? Theme.seriesColor(mark.markSeries) : Theme.markRing
                opacity: root.anyLit && !mark.lit ? Theme.disabled : 1
                Accessible.role: Accessible.Graphic
                Accessible.name: mark.label

                Behavior on width { NumberAnimation { duration: Theme.quick } }
                Behavior on opacity { NumberAnimation { duration: Theme.quick } }

                HoverHandler {
                    id: pointer
                    margin: Theme.tiny
                    onHoveredChanged: hovered ? root.pointed(mark.markSeries, mark.markRow) : root.pointed(-1, -1)
                }
                Hint {
                    visible: pointer.hovered
                    delay: 0
                    text: mark.label
                }
            }
        }
    }
}
