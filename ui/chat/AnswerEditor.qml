pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// An answer as it was written, to be put into the user's own words: a new version, which the model is told of from then on.
Panel {
    id: root

    required property ChatViewModel chat
    property int row: -1

    function edit(answer: int, body: string) {
        row = answer
        editor.text = body
        open()
    }

    function save() {
        if (chat.editAnswer(row, editor.text)) {
            close()
        }
    }

    objectName: "answerEditorPanel"
    title: qsTr("Edit the answer")
    onOpened: editor.forceActiveFocus()

    ScrollView {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.preferredHeight: Theme.logHeight
        ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
        ThemedArea {
            id: editor
            objectName: "answerEditor"
            name: qsTr("New version of the answer")
            KeyNavigation.priority: KeyNavigation.BeforeItem
            KeyNavigation.tab: cancel
            background: Rectangle {
                radius: Theme.smallRadius
                color: Theme.window
                border.width: Theme.hairline
                border.color: editor.activeFocus ? Theme.accent : Theme.border
            }
        }
    }
    Text {
        Layout.fillWidth: true
        text: qsTr("The old version stays, with what followed it.")
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        wrapMode: Text.Wrap
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight
        spacing: Theme.small
        ActionButton {
            id: cancel
            objectName: "answerCancel"
            text: qsTr("Cancel")
            quiet: true
            onClicked: root.close()
        }
        ActionButton {
            objectName: "answerSave"
            text: qsTr("Save")
            enabled: root.chat.idle && editor.text.trim().length > 0
            onClicked: root.save()
        }
    }
}
