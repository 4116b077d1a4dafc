pragma ComponentBehavior: Bound

import QtQuick
import QtQml
import Conclave.Ui

/// What can be done with a conversation.
ThemedMenu {
    id: root

    required property ChatViewModel chat
    property double conversation: 0
    property bool pinned: false
    property bool archived: false
    property double folder: 0
    property double toRename: 0
    property double toName: 0
    signal renameAsked(double conversation)
    signal folderMade(double folder)
    signal exportAsked(double conversation, string ending)

    // Only now: a menu that closes gives the keyboard back to where it was, and so would end the typing of a name.
    onClosed: {
        if (root.toRename !== 0) {
            root.renameAsked(root.toRename)
        }
        if (root.toName !== 0) {
            root.folderMade(root.toName)
        }
        root.toRename = 0
        root.toName = 0
    }

    function openFor(row: Item, id: double, isPinned: bool, isArchived: bool, inFolder: double) {
        root.conversation = id
        root.pinned = isPinned
        root.archived = isArchived
        root.folder = inFolder
        root.popup(row, row.width - root.width, row.height)
    }

    delegate: ThemedMenuItem { // of the menu within the menu
        glyph: "folder"
    }

    ThemedMenuItem {
        objectName: "menuRename"
        text: qsTr("Rename")
        glyph: "rename"
        onTriggered: root.toRename = root.conversation
    }
    ThemedMenuItem {
        objectName: "menuPin"
        text: root.pinned ? qsTr("Unpin") : qsTr("Pin")
        glyph: "pin"
        enabled: !root.archived
        onTriggered: root.chat.pinConversation(root.conversation, !root.pinned)
    }
    ThemedMenu {
        id: folders
        title: qsTr("Move to folder")
        ThemedMenuItem {
            objectName: "menuNewFolder"
            text: qsTr("New folder…")
            glyph: "plus"
            onTriggered: {
                const made = root.chat.createFolder()
                if (made !== 0) {
                    root.chat.moveToFolder(root.conversation, made)
                    root.toName = made
                }
            }
        }
        ThemedMenuItem {
            text: qsTr("No folder")
            checkable: true
            checked: root.folder === 0
            onTriggered: root.chat.moveToFolder(root.conversation, 0)
        }
        Instantiator {
            model: root.chat.folders
            delegate: ThemedMenuItem {
                required property var modelData
                text: modelData.name
                checkable: true
                checked: root.folder === modelData.id
                onTriggered: root.chat.moveToFolder(root.conversation, modelData.id)
            }
            onObjectAdded: (index, object) => folders.insertItem(index + 2, object)
            onObjectRemoved: (index, object) => folders.removeItem(object)
        }
    }
    ThemedMenu {
        id: exports
        title: qsTr("Export")
        Instantiator {
            model: [{ name: qsTr("Markdown"), ending: "md" }, { name: qsTr("Web page (HTML)"), ending: "html" },
                    { name: qsTr("PDF"), ending: "pdf" }, { name: qsTr("Everything (JSON)"), ending: "json" }]
            delegate: ThemedMenuItem {
                required property var modelData
                text: modelData.name
                onTriggered: root.exportAsked(root.conversation, modelData.ending)
            }
            onObjectAdded: (index, object) => exports.insertItem(index, object)
            onObjectRemoved: (index, object) => exports.removeItem(object)
        }
    }
    ThemedMenuItem {
        objectName: "menuArchive"
        text: root.archived ? qsTr("Take out of the archive") : qsTr("Archive")
        glyph: "archive"
        onTriggered: root.chat.archiveConversation(root.conversation, !root.archived)
    }
    ThemedMenuItem {
        objectName: "menuDelete"
        text: qsTr("Delete")
        glyph: "remove"
        onTriggered: root.chat.removeConversation(root.conversation)
    }
}
