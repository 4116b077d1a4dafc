pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// A question being rewritten in its place. Enter sends it as a new version, Escape leaves it as it was.
Rectangle {
    id: root

    required property string body
    property bool sendable: true
    signal sent(string text)
    signal dropped()

    function begin() {
        editor.text = root.body
        editor.forceActiveFocus()
        editor.cursorPosition = editor.length
    }

    implicitHeight: content.implicitHeight + 2 * Theme.medium
    radius: Theme.largeRadius
    color: Theme.card
    border.width: Theme.hairline
    border.color: Theme.accent

    ColumnLayout {
        id: content
        anchors.fill: parent
        anchors.margins: Theme.medium
        spacing: Theme.small
        ScrollView {
            Layout.fillWidth: true
            Layout.maximumHeight: Theme.composerHeight
            ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
            ThemedArea {
                id: editor
                objectName: "questionEditor"
                padding: Theme.tiny
                name: qsTr("New version of your question")
                KeyNavigation.priority: KeyNavigation.BeforeItem
                KeyNavigation.tab: cancel
                Keys.onEscapePressed: root.dropped()
                Keys.onPressed: (event) => {
                    const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter
                    if (enter && !(event.modifiers & Qt.ShiftModifier)) {
                        if (send.enabled) {
                            root.sent(editor.text)
                        }
                        event.accepted = true
                    }
                }
            }
        }
        RowLayout {
            Layout.alignment: Qt.AlignRight
            spacing: Theme.small
            ActionButton {
                id: cancel
                objectName: "editCancel"
                text: qsTr("Cancel")
                quiet: true
                onClicked: root.dropped()
            }
            ActionButton {
                id: send
                objectName: "editSend"
                text: qsTr("Send")
                enabled: root.sendable && editor.text.trim().length > 0
                onClicked: root.sent(editor.text)
            }
        }
    }
}
