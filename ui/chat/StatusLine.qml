pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Model, device, speed, memory and what is going on.
Item {
    id: root

    required property ChatViewModel chat
    signal modelAsked()

    objectName: "statusLine"
    implicitHeight: Theme.statusHeight
    Accessible.role: Accessible.StatusBar
    Accessible.name: qsTr("Status: %1").arg(chat.stateText)

    component Figure: Text {
        Layout.minimumWidth: 0
        visible: text.length > 0
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        elide: Text.ElideRight
        textFormat: Text.PlainText
    }
    component Separator: Rectangle {
        implicitWidth: Theme.hairline
        implicitHeight: Theme.medium
        color: Theme.strongBorder
    }

    RowLayout {
        anchors.fill: parent
        spacing: Theme.small

        TextButton {
            objectName: "loadModel"
            Layout.maximumWidth: root.width / 2
            text: root.chat.modelLoaded ? root.chat.modelName : qsTr("Load model…")
            glyph: "model"
            enabled: !root.chat.modelLoading
            Accessible.name: root.chat.modelLoaded ? qsTr("Model: %1. Load another one…").arg(root.chat.modelName) : text
            onClicked: root.modelAsked()
            Hint {
                visible: parent.hovered
                text: qsTr("Load another model (.gguf)…")
            }
        }
        Separator {
            visible: device.visible
        }
        Figure {
            id: device
            Layout.fillWidth: true
            visible: text.length > 0 && root.width > Theme.sideBySideWidth
            text: root.chat.deviceName
        }
        Item {
            Layout.fillWidth: true
        }
        Figure {
            objectName: "speed"
            text: root.chat.speedText
        }
        Separator {
            visible: root.chat.speedText.length > 0 && root.chat.memoryText.length > 0
        }
        Figure {
            objectName: "memory"
            text: root.chat.memoryText
        }
        Separator {
            visible: root.chat.speedText.length > 0 || root.chat.memoryText.length > 0
        }
        Rectangle {
            implicitWidth: Theme.small
            implicitHeight: Theme.small
            radius: Theme.small / 2
            color: root.chat.modelLoaded ? Theme.accent : Theme.warning
        }
        Figure {
            objectName: "stateText"
            text: root.chat.stateText
        }
    }
}
