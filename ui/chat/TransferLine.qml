pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// How far an export or import has come; seen only if it takes a moment.
RowLayout {
    id: root

    required property ChatViewModel chat

    objectName: "transferLine"
    visible: false
    spacing: Theme.small
    Accessible.role: Accessible.ProgressBar
    Accessible.name: words.text

    Timer {
        interval: Theme.hintDelay
        running: root.chat.transferring
        onTriggered: root.visible = true
    }
    Connections {
        target: root.chat
        function onTransferringChanged() {
            if (!root.chat.transferring) {
                root.visible = false
            }
        }
    }
    Text {
        id: words
        text: qsTr("Exporting or importing: %1 %").arg(Math.round(root.chat.transferShare * 100))
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        textFormat: Text.PlainText
    }
    Rectangle {
        Layout.fillWidth: true
        implicitHeight: Theme.tiny
        radius: Theme.tiny / 2
        color: Theme.border
        Rectangle {
            width: parent.width * root.chat.transferShare
            height: parent.height
            radius: parent.radius
            color: Theme.accent
        }
    }
    TextButton {
        objectName: "cancelTransfer"
        text: qsTr("Cancel")
        Accessible.name: qsTr("Cancel the export or import")
        onClicked: root.chat.cancelTransfer()
    }
}
