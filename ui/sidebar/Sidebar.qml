pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// New chat and the conversations there are.
Rectangle {
    id: root

    required property ChatViewModel chat
    property double renaming: 0
    property double renamingFolder: 0
    signal newChatAsked()
    signal libraryAsked()
    signal settingsAsked()
    signal toggled()
    signal conversationOpened()
    signal messageOpened(int row)
    signal importAsked()
    signal exportAsked(double conversation, string ending)

    /// True when the keyboard can be there now.
    function focusList(): bool {
        if (visible) {
            (chat.search.active ? hits : list).forceActiveFocus(Qt.TabFocusReason)
        }
        return visible
    }

    function renameCurrent() {
        renaming = chat.currentConversation
    }

    function focusSearch() {
        field.forceActiveFocus()
        field.selectAll()
    }

    color: Theme.sidebar

    // Taps on the free part of the sidebar stay here and do not reach what lies behind it.
    TapHandler {}

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.medium
        spacing: Theme.medium

        RowLayout {
            spacing: Theme.small
            Image {
                Layout.leftMargin: Theme.tiny
                source: "qrc:/icons/conclave.svg"
                sourceSize: Qt.size(Theme.smallControl, Theme.smallControl)
                Accessible.ignored: true
            }
            Text {
                Layout.fillWidth: true
                text: qsTr("Conclave")
                font.pixelSize: Theme.leadSize
                font.weight: Theme.emphasis
                color: Theme.text
            }
            IconButton {
                objectName: "sidebarMore"
                name: qsTr("Import and export")
                glyph: "more"
                onClicked: moreMenu.open()
                ThemedMenu {
                    id: moreMenu
                    y: parent.height
                    ThemedMenuItem {
                        objectName: "importConversations"
                        text: qsTr("Import conversations…")
                        glyph: "down"
                        onTriggered: root.importAsked()
                    }
                    ThemedMenuItem {
                        objectName: "exportAll"
                        text: qsTr("Export all…")
                        glyph: "save"
                        onTriggered: root.exportAsked(0, "json")
                    }
                }
            }
            IconButton {
                objectName: "sidebarHide"
                name: qsTr("Hide the conversations (Ctrl+B)")
                glyph: "sidebar"
                onClicked: root.toggled()
            }
        }

        ActionButton {
            objectName: "newChat"
            Layout.fillWidth: true
            text: qsTr("New chat")
            glyph: "plus"
            quiet: true
            onClicked: root.newChatAsked()
        }

        ThemedField {
            id: field
            objectName: "searchField"
            Layout.fillWidth: true
            leftPadding: Theme.icon + 2 * Theme.small
            rightPadding: Theme.smallControl + Theme.tiny
            name: qsTr("Search all conversations")
            placeholderText: qsTr("Search (Ctrl+Shift+F)")
            onTextChanged: root.chat.search.typed = text
            Keys.onEscapePressed: text = ""
            Keys.onDownPressed: hits.forceActiveFocus()
            Keys.onReturnPressed: if (hits.count > 0) hits.open(0)
            Glyph {
                x: Theme.small
                anchors.verticalCenter: parent.verticalCenter
                glyph: "search"
                size: Theme.smallIcon
            }
            IconButton {
                objectName: "searchClear"
                anchors.right: parent.right
                anchors.rightMargin: Theme.tiny
                anchors.verticalCenter: parent.verticalCenter
                visible: field.text.length > 0
                name: qsTr("Clear the search")
                glyph: "close"
                side: Theme.smallControl
                glyphSize: Theme.smallIcon
                onClicked: {
                    field.clear()
                    field.forceActiveFocus()
                }
            }
        }

        ListView {
            id: hits
            objectName: "searchHits"
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: root.chat.search.active
            clip: true
            spacing: 2
            model: root.chat.search
            boundsBehavior: Flickable.StopAtBounds
            keyNavigationEnabled: true
            activeFocusOnTab: true
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Found")
            ScrollBar.vertical: ScrollHandle {}
            Keys.onReturnPressed: hits.open(hits.currentIndex)
            Keys.onEscapePressed: {
                field.clear()
                field.forceActiveFocus()
            }

            function open(row: int) {
                const hit = hits.itemAtIndex(row)
                if (hit) {
                    root.messageOpened(root.chat.openMessage(hit.conversationId, hit.messageId))
                    root.conversationOpened()
                }
            }

            delegate: SearchHitDelegate {
                required property int index
                width: ListView.view.width
                keyboardHere: hits.activeFocus && ListView.isCurrentItem
                onClicked: hits.open(index)
            }

            Text {
                objectName: "nothingFound"
                anchors.left: parent.left
                anchors.right: parent.right
                padding: Theme.small
                visible: root.chat.search.searched && hits.count === 0
                text: qsTr("Nothing found. Words may be shortened at their end; “quoted words” are looked for as they stand.")
                font.pixelSize: Theme.captionSize
                color: Theme.secondaryText
                wrapMode: Text.Wrap
            }
        }

        ListView {
            id: list
            objectName: "conversationList"
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: !root.chat.search.active
            clip: true
            spacing: 2
            model: root.chat.conversations
            boundsBehavior: Flickable.StopAtBounds
            keyNavigationEnabled: true
            activeFocusOnTab: true
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Conversations")
            ScrollBar.vertical: ScrollHandle {}
            Keys.onReturnPressed: if (list.currentItem) list.currentItem.activate()
            Keys.onPressed: (event) => {
                const row = list.currentItem
                const menu = event.key === Qt.Key_Menu || (event.key === Qt.Key_F10 && (event.modifiers & Qt.ShiftModifier))
                event.accepted = row !== null && root.renaming === 0 && root.renamingFolder === 0
                                 && (menu || event.key === Qt.Key_Delete || event.key === Qt.Key_F2)
                if (!event.accepted) {
                    return
                }
                if (menu) {
                    row.showMenu()
                } else if (event.key === Qt.Key_F2) {
                    row.rename()
                } else if (!row.isSection) {
                    root.chat.removeConversation(row.conversationId)
                }
            }

            delegate: Item {
                id: row

                required property double conversationId
                required property string title
                required property string heading
                required property bool isSection
                required property double folder
                required property bool pinned
                required property bool archived
                required property bool folded
                required property int count
                readonly property bool keyboardHere: list.activeFocus && ListView.isCurrentItem

                function activate() {
                    if (isSection) {
                        root.chat.conversations.toggleFolded(folder)
                    } else {
                        root.chat.openConversation(conversationId)
                        root.conversationOpened()
                    }
                }

                function rename() {
                    if (!isSection) {
                        root.renaming = conversationId
                    } else if (folder !== 0) {
                        root.renamingFolder = folder
                    }
                }

                function showMenu() {
                    if (!isSection) {
                        menu.openFor(row, conversationId, pinned, archived, folder)
                    } else if (folder !== 0) {
                        folderMenu.folder = folder
                        folderMenu.popup(row, row.width - folderMenu.width, row.height)
                    }
                }

                width: ListView.view.width
                height: isSection ? section.implicitHeight : conversation.implicitHeight

                SectionDelegate {
                    id: section
                    width: parent.width
                    visible: row.isSection
                    title: row.title
                    folder: row.folder
                    folded: row.folded
                    count: row.count
                    keyboardHere: row.keyboardHere
                    editing: row.isSection && row.folder !== 0 && root.renamingFolder === row.folder
                    onClicked: row.activate()
                    onMenuAsked: row.showMenu()
                    onRenamed: (name) => {
                        root.renamingFolder = 0
                        root.chat.renameFolder(row.folder, name)
                    }
                    onRenameDropped: root.renamingFolder = 0
                }
                ConversationDelegate {
                    id: conversation
                    width: parent.width
                    visible: !row.isSection
                    conversationId: row.conversationId
                    title: row.title
                    heading: row.heading
                    indented: row.archived || (row.folder !== 0 && !row.pinned)
                    current: row.conversationId === root.chat.currentConversation
                    keyboardHere: row.keyboardHere
                    editing: root.renaming !== 0 && root.renaming === row.conversationId
                    onOpened: row.activate()
                    onRenameAsked: row.rename()
                    onRenamed: (name) => {
                        root.renaming = 0
                        root.chat.renameConversation(row.conversationId, name)
                    }
                    onRenameDropped: root.renaming = 0
                    onRemovalAsked: root.chat.removeConversation(row.conversationId)
                    onMenuAsked: row.showMenu()
                }
            }

            Text {
                anchors.left: parent.left
                anchors.right: parent.right
                padding: Theme.small
                visible: list.count === 0
                text: qsTr("Your conversations will be kept here, on this machine only.")
                font.pixelSize: Theme.captionSize
                color: Theme.secondaryText
                wrapMode: Text.Wrap
            }
        }

        TextButton {
            objectName: "libraryButton"
            textSize: Theme.bodySize
            text: qsTr("Models")
            glyph: "model"
            onClicked: root.libraryAsked()
            Hint {
                visible: parent.hovered
                text: qsTr("Models on this machine, and fetching others (Ctrl+L)")
            }
        }
        TextButton {
            objectName: "programSettings"
            textSize: Theme.bodySize
            text: qsTr("Settings")
            glyph: "settings"
            onClicked: root.settingsAsked()
            Hint {
                visible: parent.hovered
                text: qsTr("Looks, language, network (Ctrl+.)")
            }
        }
    }

    ConversationMenu {
        id: menu
        objectName: "conversationActions"
        chat: root.chat
        onRenameAsked: (conversation) => root.renaming = conversation
        onFolderMade: (folder) => root.renamingFolder = folder
        onExportAsked: (conversation, ending) => root.exportAsked(conversation, ending)
    }

    ThemedMenu {
        id: folderMenu
        property double folder: 0
        property double toRename: 0
        onClosed: {
            root.renamingFolder = toRename
            toRename = 0
        }
        ThemedMenuItem {
            text: qsTr("Rename")
            glyph: "rename"
            onTriggered: folderMenu.toRename = folderMenu.folder
        }
        ThemedMenuItem {
            text: qsTr("Remove the folder")
            glyph: "remove"
            onTriggered: root.chat.removeFolder(folderMenu.folder)
        }
    }

    Rectangle {
        anchors.right: parent.right
        width: Theme.hairline
        height: parent.height
        color: Theme.border
    }
}
