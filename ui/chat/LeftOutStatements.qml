pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// What a summary does not say because the picture leaves it too uncertain: how much, and folded out the statements.
ColumnLayout {
    id: root

    required property var statements
    property bool open: false
    readonly property string words: qsTr("Statements left out as uncertain: %1").arg(statements.length)

    objectName: "leftOut"
    spacing: Theme.tiny

    FoldButton {
        objectName: "leftOutHead"
        open: root.open
        text: root.words
        textSize: Theme.captionSize
        Accessible.name: root.open ? qsTr("%1. Hide them").arg(root.words) : qsTr("%1. Show them").arg(root.words)
        onClicked: root.open = !root.open
    }
    Text {
        objectName: "leftOutText"
        visible: root.open
        Layout.fillWidth: true
        text: root.statements.join("\n")
        textFormat: Text.PlainText
        wrapMode: Text.Wrap
        lineHeight: Theme.lineHeight
        color: Theme.secondaryText
        font.pixelSize: Theme.bodySize
    }
}
