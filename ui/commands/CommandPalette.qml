pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// What the program can do and the conversations there are, found by a few letters of their names.
Popup {
    id: root

    required property list<Command> commands
    required property ChatViewModel chat
    readonly property int mostConversations: 8
    signal conversationOpened()

    /// Every word that was typed is somewhere in `name`.
    function fits(name: string, words: var): bool {
        const lower = name.toLowerCase()
        return words.every((word) => lower.includes(word))
    }

    function find(typed: string): var {
        const words = typed.toLowerCase().split(/\s+/).filter((word) => word.length > 0)
        const out = []
        for (let i = 0; i < root.commands.length; ++i) {
            const command = root.commands[i]
            if (command.enabled && root.fits(command.name, words)) {
                out.push({name: command.name, hint: command.keys, command: command, conversation: 0})
            }
        }
        const titles = words.length > 0 ? root.chat.conversationsNamed(words, root.mostConversations) : []
        for (const one of titles) {
            out.push({name: one.title, hint: qsTr("Conversation"), command: null, conversation: one.id})
        }
        return out
    }

    function run(row: int) {
        const entry = list.model[row]
        if (!entry) {
            return
        }
        root.close()
        if (entry.command) {
            entry.command.activated()
        } else {
            root.chat.openConversation(entry.conversation)
            root.conversationOpened()
        }
    }

    objectName: "commandPalette"
    x: (parent.width - width) / 2
    y: Math.min(Theme.headerHeight, parent.height / 8)
    width: Math.min(Theme.paletteWidth, parent.width - 2 * Theme.large)
    height: Math.min(field.implicitHeight + 3 * Theme.small + Math.max(1, list.count) * Theme.row, Theme.paletteHeight,
                     parent.height - 2 * y)
    padding: Theme.small
    modal: true
    focus: true
    onOpened: {
        field.clear()
        list.currentIndex = 0
        field.forceActiveFocus()
    }

    Overlay.modal: Rectangle {
        color: Theme.scrim
    }
    background: Rectangle {
        color: Theme.raised
        radius: Theme.radius
        border.width: Theme.hairline
        border.color: Theme.strongBorder
    }

    contentItem: ColumnLayout {
        spacing: Theme.small
        ThemedField {
            id: field
            objectName: "paletteField"
            Layout.fillWidth: true
            name: qsTr("What to do")
            placeholderText: qsTr("What would you like to do?")
            onTextChanged: list.currentIndex = 0
            Keys.onDownPressed: list.incrementCurrentIndex()
            Keys.onUpPressed: list.decrementCurrentIndex()
            Keys.onReturnPressed: root.run(list.currentIndex)
            Keys.onEnterPressed: root.run(list.currentIndex)
        }
        ListView {
            id: list
            objectName: "paletteList"
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            model: root.opened ? root.find(field.text) : []
            boundsBehavior: Flickable.StopAtBounds
            highlightMoveDuration: 0
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Found")
            ScrollBar.vertical: ScrollHandle {}
            delegate: AbstractButton {
                id: entry
                required property var modelData
                required property int index
                objectName: "paletteEntry"
                width: ListView.view.width
                implicitHeight: Theme.row
                leftPadding: Theme.small
                rightPadding: Theme.large
                focusPolicy: Qt.NoFocus
                text: modelData.name
                Accessible.name: modelData.hint.length > 0 ? modelData.name + ", " + modelData.hint : modelData.name
                Accessible.role: Accessible.ListItem
                Accessible.selected: ListView.isCurrentItem
                onClicked: root.run(index)
                contentItem: RowLayout {
                    spacing: Theme.medium
                    Text {
                        Layout.fillWidth: true
                        objectName: "menuText"
                        text: entry.text
                        font.pixelSize: Theme.bodySize
                        color: Theme.text
                        elide: Text.ElideRight
                        textFormat: Text.PlainText
                        Accessible.ignored: true
                    }
                    Text {
                        text: entry.modelData.hint
                        font.pixelSize: Theme.captionSize
                        color: Theme.secondaryText
                        textFormat: Text.PlainText
                        Accessible.ignored: true
                    }
                }
                background: Rectangle {
                    radius: Theme.smallRadius
                    color: entry.ListView.isCurrentItem ? Theme.selected : entry.hovered ? Theme.hover : "transparent"
                }
            }
            Text {
                anchors.fill: parent
                padding: Theme.small
                visible: list.count === 0
                text: qsTr("Nothing of that name.")
                font.pixelSize: Theme.bodySize
                color: Theme.secondaryText
                wrapMode: Text.Wrap
            }
        }
    }
}
