pragma ComponentBehavior: Bound

import QtQuick
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

    FoldButton {
        id: button
        objectName: "reasoningHead"
        open: root.open
        text: root.thought
        title.objectName: "reasoningTitle"
        Accessible.name: root.open ? qsTr("%1. Hide the reasoning").arg(root.thought) : qsTr("%1. Show the reasoning").arg(root.thought)
        onClicked: root.toggled()
        SequentialAnimation {
            running: root.thinking
            loops: Animation.Infinite
            alwaysRunToEnd: true
            NumberAnimation { target: button.title; property: "opacity"; from: 1; to: 0.5; duration: Theme.pulse; easing.type: Easing.InOutSine }
            NumberAnimation { target: button.title; property: "opacity"; from: 0.5; to: 1; duration: Theme.pulse; easing.type: Easing.InOutSine }
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
