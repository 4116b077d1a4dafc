pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// Where questions are written. Enter sends, Shift+Enter makes a new line.
FocusScope {
    id: root

    required property ChatViewModel chat
    readonly property bool empty: editor.text.trim().length === 0
    readonly property bool sendable: chat.idle && chat.context.fits
                                     && (chat.attachments.count > 0 || (!empty && chat.answersText))
    signal filesAsked()

    function takeFocus() {
        editor.forceActiveFocus()
    }

    function send() {
        if (chat.send(editor.text)) {
            editor.clear()
        }
    }

    implicitHeight: content.implicitHeight + 2 * Theme.small

    // Every conversation has a draft of its own, which survives a restart.
    Component.onCompleted: editor.text = root.chat.draft
    Connections {
        target: root.chat
        function onDraftChanged() {
            editor.text = root.chat.draft
            editor.cursorPosition = editor.length
        }
        function onQuoted(quotation: string) {
            const gap = editor.length > 0 ? "\n\n" : ""
            editor.insert(editor.length, gap + quotation + "\n\n")
            editor.cursorPosition = editor.length
            root.takeFocus()
        }
    }

    Rectangle {
        anchors.fill: parent
        radius: Theme.largeRadius
        color: Theme.card
        border.width: Theme.hairline
        border.color: editor.activeFocus ? Theme.accent : Theme.strongBorder
    }

    ColumnLayout {
        id: content
        anchors.fill: parent
        anchors.margins: Theme.small
        spacing: Theme.small

        AttachmentStrip {
            Layout.fillWidth: true
            chat: root.chat
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.tiny
            IconButton {
                objectName: "attach"
                Layout.alignment: Qt.AlignBottom
                name: qsTr("Attach files (Ctrl+O)")
                glyph: "attach"
                onClicked: root.filesAsked()
            }
            ScrollView {
                id: scroller
                focus: true
                Layout.fillWidth: true
                Layout.minimumHeight: Theme.control
                Layout.maximumHeight: Theme.composerHeight
                ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
                ThemedArea {
                    id: editor
                    objectName: "composer"
                    focus: true
                    placeholderText: !root.chat.chartsOnly ? qsTr("Ask, or drop files")
                                     : root.chat.answersText ? qsTr("Drop a chart, or ask about one")
                                     : qsTr("Drop, paste or attach a chart")
                    name: qsTr("Your question")
                    onTextChanged: root.chat.keepDraft(text)
                    // A tab is no letter here; what cannot be pressed now is passed over.
                    Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                    Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)

                    Keys.onPressed: (event) => {
                        const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter
                        if (enter && !(event.modifiers & Qt.ShiftModifier)) {
                            root.send()
                            event.accepted = true
                        } else if (event.matches(StandardKey.Paste)) {
                            event.accepted = root.chat.attachClipboard()
                        }
                    }
                }
            }
            IconButton {
                id: stopButton
                objectName: "stop"
                Layout.alignment: Qt.AlignBottom
                visible: root.chat.busy
                enabled: !root.chat.stopping
                name: qsTr("Stop (Esc)")
                glyph: "stop"
                filled: true
                onClicked: root.chat.stop()
            }
            IconButton {
                id: sendButton
                objectName: "send"
                Layout.alignment: Qt.AlignBottom
                visible: !root.chat.busy
                enabled: root.sendable
                name: qsTr("Send (Enter)")
                glyph: "send"
                filled: true
                onClicked: root.send()
            }
        }
        ContextLine {
            Layout.alignment: Qt.AlignRight
            Layout.rightMargin: Theme.tiny
            visible: !root.chat.chartsOnly && (root.chat.modelLoaded || context.words.length > 0)
            context: root.chat.context
        }
    }
}
