pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// How much of the model's context the question would take, with a bar: said before, attachments and question.
Item {
    id: root

    required property ContextMeter context
    readonly property real share: context.capacity > 0 ? Math.min(1, context.total / context.capacity) : 0
    readonly property color tone: !context.fits ? Theme.danger : share > 0.8 ? Theme.warning : Theme.accent

    objectName: "contextLine"
    implicitWidth: content.implicitWidth
    implicitHeight: Theme.large
    // Its room is kept while nothing is counted yet: the composer would grow a moment after each conversation is opened.
    opacity: root.context.words.length === 0 ? 0 : root.context.known ? 1 : Theme.disabled
    Accessible.ignored: root.context.words.length === 0
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Context: %1").arg(root.context.words)
    Accessible.description: root.context.details

    HoverHandler {
        id: pointer
    }
    Hint {
        visible: pointer.hovered
        text: root.context.details
    }
    RowLayout {
        id: content
        anchors.fill: parent
        spacing: Theme.small
        Rectangle {
            implicitWidth: Theme.meterWidth
            implicitHeight: Theme.tiny
            radius: Theme.tiny / 2
            color: Theme.border
            Rectangle {
                width: Math.max(parent.height, parent.width * root.share)
                height: parent.height
                radius: parent.radius
                color: root.tone
            }
        }
        Text {
            objectName: "contextWords"
            text: root.context.words
            font.pixelSize: Theme.captionSize
            color: root.context.fits ? Theme.secondaryText : Theme.danger
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
    }
}
