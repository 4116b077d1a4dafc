pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// Every key the window knows.
Panel {
    id: root

    required property list<Command> commands
    /// Keys that belong to what they are pressed in.
    readonly property var local: [
        {group: qsTr("Question"), name: qsTr("Send"), keys: qsTr("Enter")},
        {group: qsTr("Question"), name: qsTr("New line"), keys: qsTr("Shift+Enter")},
        {group: qsTr("Question"), name: qsTr("Attach what was copied"), keys: qsTr("Ctrl+V")},
        {group: qsTr("Conversation list"), name: qsTr("Open"), keys: qsTr("Enter")},
        {group: qsTr("Conversation list"), name: qsTr("Menu"), keys: qsTr("Shift+F10")},
        {group: qsTr("Conversation list"), name: qsTr("Delete"), keys: qsTr("Del")},
        {group: qsTr("Conversation"), name: qsTr("Scroll"), keys: qsTr("↑ ↓ PgUp PgDn")},
        {group: qsTr("Chart"), name: qsTr("From number to number"), keys: "← → ↑ ↓"},
        {group: qsTr("Everywhere"), name: qsTr("Next control"), keys: "Tab"},
        {group: qsTr("Everywhere"), name: qsTr("Press what the line is around"), keys: qsTr("Space")}
    ]

    function rows(): var {
        const out = []
        for (let i = 0; i < root.commands.length; ++i) {
            const command = root.commands[i]
            if (command.keys.length > 0) {
                out.push({group: command.group, name: command.name, keys: command.keys})
            }
        }
        // What belongs to one part of the window stands under one heading.
        for (const key of root.local) {
            const last = out.map(row => row.group).lastIndexOf(key.group)
            out.splice(last < 0 ? out.length : last + 1, 0, key)
        }
        return out
    }

    objectName: "shortcutSheet"
    title: qsTr("Keyboard")

    ListView {
        id: list
        objectName: "shortcutList"
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.preferredHeight: contentHeight
        clip: true
        model: root.opened ? root.rows() : []
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: true
        Accessible.role: Accessible.List
        Accessible.name: root.title
        ScrollBar.vertical: ScrollHandle {}
        delegate: ColumnLayout {
            id: row
            required property var modelData
            required property int index
            readonly property bool begins: index === 0 || list.model[index - 1].group !== modelData.group
            width: ListView.view.width - Theme.medium
            spacing: 0
            Text {
                Layout.topMargin: row.index > 0 ? Theme.medium : 0
                Layout.bottomMargin: Theme.tiny
                visible: row.begins
                text: row.modelData.group
                font.pixelSize: Theme.captionSize
                color: Theme.secondaryText
            }
            RowLayout {
                Layout.fillWidth: true
                Layout.minimumHeight: Theme.smallControl
                spacing: Theme.medium
                Text {
                    Layout.fillWidth: true
                    text: row.modelData.name
                    font.pixelSize: Theme.bodySize
                    color: Theme.text
                    wrapMode: Text.Wrap
                    Accessible.role: Accessible.ListItem
                    Accessible.name: row.modelData.name + ": " + row.modelData.keys
                }
                Rectangle {
                    implicitWidth: keys.implicitWidth + 2 * Theme.small
                    implicitHeight: keys.implicitHeight + Theme.tiny
                    radius: Theme.smallRadius
                    color: Theme.window
                    border.width: Theme.hairline
                    border.color: Theme.border
                    Text {
                        id: keys
                        anchors.centerIn: parent
                        text: row.modelData.keys
                        font.pixelSize: Theme.captionSize
                        color: Theme.secondaryText
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
