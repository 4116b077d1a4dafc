pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Takes files dropped anywhere on the window and says so while they hover.
DropArea {
    id: root

    required property ChatViewModel chat
    signal filesDropped(var files)

    objectName: "dropArea"
    onEntered: (drag) => drag.accepted = drag.hasUrls
    onDropped: (drop) => {
        drop.accept(Qt.CopyAction)
        root.filesDropped(drop.urls)
    }

    Rectangle {
        objectName: "dropOverlay"
        anchors.fill: parent
        visible: root.containsDrag
        color: Theme.overlay
        Accessible.role: Accessible.Pane
        Accessible.name: words.text

        Rectangle {
            anchors.fill: parent
            anchors.margins: Theme.large
            radius: Theme.largeRadius
            color: Theme.selected
            border.width: Theme.focusWidth
            border.color: Theme.accent
        }
        ColumnLayout {
            anchors.centerIn: parent
            spacing: Theme.medium
            Glyph {
                Layout.alignment: Qt.AlignHCenter
                glyph: "chart"
                size: Theme.appMark
                color: Theme.accent
            }
            Text {
                id: words
                text: root.chat.chartsOnly ? qsTr("Drop to read") : qsTr("Drop to attach")
                font.pixelSize: Theme.titleSize
                font.weight: Theme.emphasis
                color: Theme.text
            }
        }
    }
}
