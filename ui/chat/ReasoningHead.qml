pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// "Thought for 12 s": folds and unfolds what the model wrote for itself.
RowLayout {
    id: root

    required property string thought
    required property bool open
    required property bool thinking
    required property bool pointed
    signal toggled()
    signal copyAsked()

    spacing: 0

    AbstractButton {
        id: button
        objectName: "reasoningHead"
        implicitWidth: content.implicitWidth + 2 * Theme.small
        implicitHeight: Theme.smallControl
        Layout.leftMargin: -Theme.small
        leftPadding: Theme.small
        rightPadding: Theme.small
        focusPolicy: Qt.StrongFocus
        Accessible.role: Accessible.Button
        Accessible.name: root.open ? qsTr("%1. Hide the reasoning").arg(root.thought) : qsTr("%1. Show the reasoning").arg(root.thought)
        Accessible.checkable: true
        Accessible.checked: root.open
        onClicked: root.toggled()
        contentItem: RowLayout {
            id: content
            spacing: Theme.tiny
            Glyph {
                glyph: root.open ? "chevron-down" : "chevron-right"
                size: Theme.smallIcon
                color: button.hovered ? Theme.text : Theme.secondaryText
            }
            Text {
                objectName: "reasoningTitle"
                text: root.thought
                textFormat: Text.PlainText
                font.pixelSize: Theme.bodySize
                color: button.hovered ? Theme.text : Theme.secondaryText
                Accessible.ignored: true
                SequentialAnimation on opacity {
                    running: root.thinking
                    loops: Animation.Infinite
                    alwaysRunToEnd: true
                    NumberAnimation { from: 1; to: 0.5; duration: Theme.pulse; easing.type: Easing.InOutSine }
                    NumberAnimation { from: 0.5; to: 1; duration: Theme.pulse; easing.type: Easing.InOutSine }
                }
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
    HoverTool {
        objectName: "copyReasoning"
        shown: root.pointed || root.open
        name: qsTr("Copy the reasoning")
        glyph: "copy"
        onClicked: root.copyAsked()
    }
    Item {
        Layout.fillWidth: true
    }
}
