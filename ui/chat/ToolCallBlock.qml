pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// A tool that the model asked for. The program runs none; what was asked is shown as it is.
Rectangle {
    id: root

    required property string name
    required property string arguments

    objectName: "toolCall"
    implicitHeight: content.implicitHeight + 2 * Theme.small
    radius: Theme.radius
    color: "transparent"
    border.width: Theme.hairline
    border.color: Theme.border
    Accessible.role: Accessible.StaticText
    Accessible.name: title.text + " " + root.arguments

    Column {
        id: content
        x: Theme.medium
        y: Theme.small
        width: parent.width - 2 * Theme.medium
        spacing: Theme.tiny
        Text {
            id: title
            width: parent.width
            text: qsTr("The model asked for the tool %1, which is not run").arg(root.name)
            textFormat: Text.PlainText
            wrapMode: Text.Wrap
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            Accessible.ignored: true
        }
        Text {
            width: parent.width
            text: root.arguments
            textFormat: Text.PlainText
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 12
            elide: Text.ElideRight
            font.family: Theme.codeFamily
            font.pixelSize: Theme.codeSize
            color: Theme.text
            Accessible.ignored: true
        }
    }
}
