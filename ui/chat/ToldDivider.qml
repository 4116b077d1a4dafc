pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Where the conversation begins for the model: what stands above was left out by the user, and can be told again.
RowLayout {
    id: root

    required property ChatViewModel chat

    objectName: "toldDivider"
    spacing: Theme.small

    component Line: Rectangle {
        Layout.fillWidth: true
        implicitHeight: Theme.hairline
        color: Theme.strongBorder
    }

    Line {}
    Text {
        Layout.maximumWidth: root.width * 0.6
        text: qsTr("The model is no longer told what stands above.")
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
        textFormat: Text.PlainText
    }
    TextButton {
        objectName: "tellAll"
        outlined: true
        enabled: !root.chat.busy
        text: qsTr("Tell it again")
        onClicked: root.chat.tellAll()
    }
    Line {}
}
