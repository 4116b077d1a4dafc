pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Says what was just done and takes it back. Goes by itself, but not while it is pointed at or the keyboard is on it.
Rectangle {
    id: root

    required property string message
    signal undone()
    signal closed()

    implicitHeight: Theme.headerHeight
    visible: root.message.length > 0
    radius: Theme.radius
    color: Theme.raised
    border.width: Theme.hairline
    border.color: Theme.strongBorder
    Accessible.role: Accessible.AlertMessage
    Accessible.name: root.message

    HoverHandler {
        id: pointer
    }
    Timer {
        interval: Theme.undoTime
        running: root.visible && !pointer.hovered && !undo.activeFocus && !close.activeFocus
        onTriggered: root.closed()
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.large
        anchors.rightMargin: Theme.small
        spacing: Theme.small
        Text {
            objectName: "undoText"
            Layout.fillWidth: true
            text: root.message
            color: Theme.text
            font.pixelSize: Theme.bodySize
            elide: Text.ElideMiddle
            textFormat: Text.PlainText
        }
        TextButton {
            id: undo
            objectName: "undoRemoval"
            text: qsTr("Undo")
            glyph: "undo"
            tint: Theme.accent
            textSize: Theme.bodySize
            onClicked: root.undone()
            Hint {
                visible: undo.hovered
                text: qsTr("Undo (Ctrl+Shift+Z)")
            }
        }
        IconButton {
            id: close
            name: qsTr("Close this message")
            glyph: "close"
            side: Theme.smallControl
            glyphSize: Theme.smallIcon
            onClicked: root.closed()
        }
    }
}
