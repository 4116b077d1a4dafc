pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// The picture with a dot on every mark that was read, and the table drawn over it. The arrow keys walk over the marks.
Rectangle {
    id: root

    required property ChartAnswer chart
    required property int litSeries
    required property int litRow
    required property var litCells
    required property bool overlaid
    readonly property bool alive: chart !== null // it goes before its view when a window is closed
    readonly property size pictureSize: alive ? chart.pictureSize : Qt.size(0, 0)
    readonly property bool anyLit: litSeries >= 0 || litRow >= 0 || litCells.length > 0
    readonly property real ratio: pictureSize.width > 0 ? pictureSize.height / pictureSize.width : 0.6
    readonly property real inner: Math.max(1, width - 2 * Theme.small)
    readonly property real scaling: pictureSize.width > 0 ? picture.paintedWidth / pictureSize.width : 1
    signal pointed(int series, int row)

    function lights(series: int, row: int): bool {
        if (litCells.length > 0) {
            return litCells.some(cell => (cell.x < 0 || cell.x === series) && (cell.y < 0 || cell.y === row))
        }
        return anyLit && (litSeries < 0 || litSeries === series) && (litRow < 0 || litRow === row)
    }

    function walk(seriesStep: int, rowStep: int) {
        const next = chart.nextMark(litSeries, litRow, seriesStep, rowStep)
        root.pointed(next.x, next.y)
    }

    objectName: "chartPicture"
    implicitHeight: Math.min(Theme.pictureHeight, inner * ratio) + 2 * Theme.small
    radius: Theme.radius
    color: Theme.picturePaper
    border.width: Theme.hairline
    border.color: Theme.border
    activeFocusOnTab: true
    Accessible.role: Accessible.Graphic
    Accessible.name: !alive ? "" : activeFocus && litRow >= 0 ? chart.cellWords(litSeries, litRow)
                                                              : qsTr("The chart that was read: %1").arg(chart.title)
    Accessible.focusable: true
    Keys.onRightPressed: root.walk(0, 1)
    Keys.onLeftPressed: root.walk(0, -1)
    Keys.onDownPressed: root.walk(1, 0)
    Keys.onUpPressed: root.walk(-1, 0)
    onActiveFocusChanged: activeFocus ? root.walk(0, 0) : root.pointed(-1, -1)

    FocusRing {
        shown: root.activeFocus
    }
    Image {
        id: picture
        anchors.fill: parent
        anchors.margins: Theme.small
        source: root.alive ? root.chart.picture : ""
        sourceSize.width: Math.min(root.pictureSize.width, 2 * Theme.columnWidth)
        fillMode: Image.PreserveAspectFit
        autoTransform: true
        asynchronous: true
        mipmap: true
        Accessible.ignored: true
    }

    Item {
        anchors.centerIn: parent
        width: picture.paintedWidth
        height: picture.paintedHeight
        visible: picture.status === Image.Ready
        clip: true

        ChartOverlay {
            objectName: "chartOverlay"
            anchors.fill: parent
            visible: root.overlaid
            chart: root.chart
            scaling: root.scaling
            inks: Theme.seriesColors
        }
        Repeater {
            model: root.alive ? root.chart.marks : null
            delegate: Rectangle {
                id: mark

                required property point place
                required property int markSeries
                required property int markRow
                required property bool doubtful
                required property string label
                required property string note
                // With the keyboard on the picture its words show like under the pointer.
                readonly property bool walkedTo: root.activeFocus && root.litSeries === markSeries && root.litRow === markRow
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
                Accessible.name: mark.note.length > 0 ? mark.label + ". " + mark.note : mark.label

                Behavior on width { NumberAnimation { duration: Theme.quick } }
                Behavior on opacity { NumberAnimation { duration: Theme.quick } }

                HoverHandler {
                    id: pointer
                    margin: Theme.tiny
                    onHoveredChanged: hovered ? root.pointed(mark.markSeries, mark.markRow) : root.pointed(-1, -1)
                }
                Hint {
                    visible: pointer.hovered || mark.walkedTo
                    delay: 0
                    text: mark.note.length > 0 ? mark.label + "\n" + mark.note : mark.label
                }
            }
        }
    }
}
