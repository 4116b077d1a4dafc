pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
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

    AbstractButton {
        id: button
        objectName: "leftOutHead"
        implicitWidth: content.implicitWidth + 2 * Theme.small
        implicitHeight: Theme.smallControl
        Layout.leftMargin: -Theme.small
        leftPadding: Theme.small
        rightPadding: Theme.small
        focusPolicy: Qt.StrongFocus
        Accessible.role: Accessible.Button
        Accessible.name: root.open ? qsTr("%1. Hide them").arg(root.words) : qsTr("%1. Show them").arg(root.words)
        Accessible.checkable: true
        Accessible.checked: root.open
        onClicked: root.open = !root.open
        contentItem: RowLayout {
            id: content
            spacing: Theme.tiny
            Glyph {
                glyph: root.open ? "chevron-down" : "chevron-right"
                size: Theme.smallIcon
                color: button.hovered ? Theme.text : Theme.secondaryText
            }
            Text {
                text: root.words
                textFormat: Text.PlainText
                font.pixelSize: Theme.captionSize
                color: button.hovered ? Theme.text : Theme.secondaryText
                Accessible.ignored: true
            }
        }
        background: Rectangle {
            radius: Theme.smallRadius
            color: button.down ? Theme.pressed : button.hovered ? Theme.hover : "transparent"
            FocusRing {
                shown: button.visualFocus
            }
        }
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
