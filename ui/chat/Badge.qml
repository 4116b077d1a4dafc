pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// How an answer ended, when it did not end by itself.
Rectangle {
    id: root

    required property string text

    implicitWidth: words.implicitWidth + 2 * Theme.small
    implicitHeight: words.implicitHeight + Theme.small
    radius: height / 2
    color: "transparent"
    border.width: Theme.hairline
    border.color: Theme.warning
    Accessible.role: Accessible.StaticText
    Accessible.name: root.text

    Text {
        id: words
        anchors.centerIn: parent
        text: root.text
        font.pixelSize: Theme.captionSize
        color: Theme.warning
        textFormat: Text.PlainText
    }
}
