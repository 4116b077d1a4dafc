pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// New chat and the conversations there are.
Rectangle {
    id: root

    required property ChatViewModel chat
    property double pendingRemoval: 0
    property double renaming: 0
    signal newChatAsked()
    signal toggled()
    signal conversationOpened()

    function renameCurrent() {
        renaming = chat.currentConversation
    }

    function askRemoval(id: double, title: string) {
        pendingRemoval = id
        confirm.heading = qsTr("Delete “%1”?").arg(title)
        confirm.open()
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

        ListView {
            id: list
            objectName: "conversationList"
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            spacing: 2
            model: root.chat.conversations
            boundsBehavior: Flickable.StopAtBounds
            keyNavigationEnabled: true
            activeFocusOnTab: true
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Conversations")
            ScrollBar.vertical: ScrollHandle {}
            Keys.onReturnPressed: if (list.currentItem) list.currentItem.opened()

            delegate: ConversationDelegate {
                width: ListView.view.width
                current: conversationId === root.chat.currentConversation
                keyboardHere: list.activeFocus && ListView.isCurrentItem
                editing: root.renaming !== 0 && root.renaming === conversationId
                onOpened: {
                    root.chat.openConversation(conversationId)
                    root.conversationOpened()
                }
                onRenameAsked: root.renaming = conversationId
                onRenamed: (name) => {
                    root.renaming = 0
                    root.chat.renameConversation(conversationId, name)
                }
                onRenameDropped: root.renaming = 0
                onRemovalAsked: root.askRemoval(conversationId, title)
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
    }

    Rectangle {
        anchors.right: parent.right
        width: Theme.hairline
        height: parent.height
        color: Theme.border
    }

    ConfirmDialog {
        id: confirm
        objectName: "confirmRemoval"
        body: qsTr("The conversation and its answers are removed for good.")
        action: qsTr("Delete")
        onConfirmed: root.chat.removeConversation(root.pendingRemoval)
    }
}
