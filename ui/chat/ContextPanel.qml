pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Says before sending that a question does not fit into the model's context, and what can be done. Nothing is left out by itself.
Rectangle {
    id: root

    required property ChatViewModel chat
    readonly property ContextMeter context: root.chat.context

    objectName: "contextPanel"
    implicitHeight: content.implicitHeight + 2 * Theme.medium
    visible: !root.context.fits
    radius: Theme.radius
    color: Theme.bannerFill
    border.width: Theme.hairline
    border.color: Theme.bannerBorder
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text

    ColumnLayout {
        id: content
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.medium
        spacing: Theme.small
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.small
            Glyph {
                Layout.alignment: Qt.AlignTop
                glyph: "warning"
                color: Theme.danger
            }
            Text {
                id: words
                objectName: "contextProblem"
                Layout.fillWidth: true
                text: root.context.problem
                font.pixelSize: Theme.bodySize
                color: Theme.text
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
        }
        Flow {
            Layout.fillWidth: true
            spacing: Theme.small
            TextButton {
                objectName: "leaveOutOldest"
                visible: root.context.leaveOut > 0
                outlined: true
                tint: Theme.text
                text: root.context.leaveOut === 1 ? qsTr("Leave out the oldest turn")
                                                  : qsTr("Leave out the %1 oldest turns").arg(root.context.leaveOut)
                onClicked: root.chat.leaveOutOldest()
            }
            TextButton {
                objectName: "largerContext"
                visible: root.context.larger > 0
                outlined: true
                tint: Theme.text
                text: qsTr("Larger context: %1 tokens").arg(Number(root.context.larger).toLocaleString(Qt.locale(), "f", 0))
                onClicked: root.chat.enlargeContext()
            }
            TextButton {
                objectName: "shorten"
                visible: root.context.longest >= 0
                outlined: true
                tint: Theme.text
                text: qsTr("Shorten the attachment")
                onClicked: root.chat.preview.openDraft(root.context.longest)
            }
            TextButton {
                objectName: "moveToNewChat"
                visible: root.context.history > 0
                outlined: true
                tint: Theme.text
                text: qsTr("New chat with this question")
                onClicked: root.chat.moveToNewChat()
            }
        }
    }
}
