pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// A line of a chart's table. Uncertain numbers have a dotted line below, what the user changed a pencil beside.
Item {
    id: root

    required property int index
    required property string name
    required property var cells
    required property bool renamed
    required property int columns
    required property real cellWidth
    required property int litSeries
    required property int litRow
    required property var litCells
    required property bool overlaid
    required property bool editing
    readonly property bool lit: litRow === index && litCells.length === 0
    signal pointed(int series, int row)
    signal editAsked(int series, int row)

    objectName: "tableRow"
    height: Theme.tableRow + (overlaid ? Theme.residualHeight : 0)

    Rectangle {
        anchors.fill: parent
        anchors.margins: 1
        radius: Theme.smallRadius
        color: root.lit && root.litSeries < 0 ? Theme.rowLit : root.lit ? Theme.hover : "transparent"
    }
    HoverHandler {
        id: pointer
        property int column: -1

        // Over the name the whole row is meant, over a number its cell.
        function follow() {
            const first = root.width - root.columns * root.cellWidth
            column = point.position.x < first ? -1 : Math.floor((point.position.x - first) / root.cellWidth)
            root.pointed(column, root.index)
        }

        onHoveredChanged: hovered ? follow() : root.pointed(-1, -1)
        onPointChanged: if (hovered) follow()
    }
    TapHandler {
        onTapped: if (root.editing) root.editAsked(pointer.column, root.index)
        onDoubleTapped: if (!root.editing) root.editAsked(pointer.column, root.index)
    }
    Glyph {
        visible: root.renamed
        x: 1
        anchors.verticalCenter: parent.verticalCenter
        glyph: "rename"
        size: Theme.pencil
        color: Theme.accent
    }
    Text {
        x: Theme.medium
        width: root.width - root.columns * root.cellWidth - Theme.medium
        height: parent.height
        text: root.name
        font.pixelSize: Theme.bodySize
        color: Theme.text
        elide: Text.ElideRight
        verticalAlignment: Text.AlignVCenter
        textFormat: Text.PlainText
    }
    Repeater {
        model: root.cells
        delegate: Item {
            id: cell
            required property int index
            required property var modelData
            readonly property bool lit: root.litCells.length > 0
                                        ? root.litCells.some(cell => (cell.x < 0 || cell.x === index) && (cell.y < 0 || cell.y === root.index))
                                        : root.litSeries === index && (root.lit || root.litRow < 0)
            x: root.width - (root.columns - index) * root.cellWidth
            width: root.cellWidth
            height: root.height

            Rectangle {
                anchors.fill: parent
                anchors.margins: 2
                radius: Theme.smallRadius
                color: cell.lit ? Theme.rowLit : "transparent"
            }
            Text {
                id: number
                anchors.right: parent.right
                anchors.rightMargin: Theme.medium
                height: !root.overlaid ? Theme.tableRow : residual.text.length > 0 ? Theme.tableRow - Theme.tiny : parent.height
                text: cell.modelData.text
                font.pixelSize: Theme.bodySize
                color: Theme.text
                verticalAlignment: Text.AlignVCenter
                textFormat: Text.PlainText
                Accessible.name: cell.modelData.note.length > 0 ? text + ". " + cell.modelData.note : text
            }
            Glyph {
                objectName: "editedMark"
                visible: cell.modelData.edited
                anchors.right: number.left
                anchors.rightMargin: 3
                anchors.verticalCenter: number.verticalCenter
                glyph: "rename"
                size: Theme.pencil
                color: Theme.accent
            }
            Text {
                id: residual
                objectName: "residual"
                visible: root.overlaid && text.length > 0
                anchors.right: number.right
                anchors.top: number.bottom
                text: cell.modelData.residual
                font.pixelSize: Theme.captionSize
                color: cell.modelData.far ? Theme.warning : Theme.secondaryText
                textFormat: Text.PlainText
                Accessible.ignored: true // part of the note
            }
            Hint {
                visible: pointer.hovered && pointer.column === cell.index && cell.modelData.note.length > 0
                text: cell.modelData.note
            }
            Row {
                anchors.right: number.right
                anchors.bottom: number.bottom
                anchors.bottomMargin: Theme.tiny
                spacing: 2
                visible: cell.modelData.doubtful
                Repeater {
                    model: cell.modelData.doubtful ? Math.max(2, Math.round(number.width / 4)) : 0
                    delegate: Rectangle {
                        width: 2
                        height: 2
                        radius: 1
                        color: Theme.warning
                    }
                }
            }
        }
    }
}
