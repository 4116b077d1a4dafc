pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// All that the program does by keys or from the palette; the sheet of shortcuts is made of it, too.
Item {
    id: root

    required property var window ///< Main: a type cannot name what it is part of
    required property ChatViewModel chat
    required property Appearance appearance
    required property LibraryViewModel library

    readonly property list<Command> all: [
        Command {
            name: qsTr("New chat")
            group: qsTr("Conversation")
            sequence: StandardKey.New
            onActivated: root.window.startNewChat()
        },
        Command {
            name: qsTr("Attach files…")
            group: qsTr("Conversation")
            sequence: StandardKey.Open
            onActivated: root.window.attachFiles()
        },
        Command {
            name: qsTr("Stop the answer")
            group: qsTr("Conversation")
            sequence: "Esc"
            enabled: root.chat.busy && root.window.conversationShown
            onActivated: root.chat.stop()
        },
        Command {
            name: qsTr("Answer again")
            group: qsTr("Conversation")
            sequence: "Ctrl+R"
            enabled: root.chat.idle && root.chat.lastAnswer >= 0
            onActivated: root.chat.regenerate(root.chat.lastAnswer)
        },
        Command {
            name: qsTr("Copy the last answer")
            group: qsTr("Conversation")
            sequence: "Ctrl+Shift+C"
            enabled: root.chat.lastAnswer >= 0
            onActivated: root.chat.copyAnswer(root.chat.lastAnswer)
        },
        Command {
            name: qsTr("Settings of this conversation")
            group: qsTr("Conversation")
            sequence: "Ctrl+,"
            enabled: !root.chat.chartsOnly
            onActivated: root.window.openConversationSettings()
        },
        Command {
            name: qsTr("Rename this conversation")
            group: qsTr("Conversation")
            sequence: "F2"
            enabled: root.chat.currentConversation !== 0
            onActivated: root.window.renameConversation()
        },
        Command {
            name: qsTr("Delete this conversation")
            group: qsTr("Conversation")
            enabled: root.chat.currentConversation !== 0
            onActivated: root.chat.removeConversation(root.chat.currentConversation)
        },
        Command {
            name: qsTr("Undo deleting")
            group: qsTr("Conversation")
            sequence: "Ctrl+Shift+Z"
            enabled: root.chat.removedTitle.length > 0
            onActivated: root.chat.undoRemoval()
        },
        Command {
            name: qsTr("Export this conversation…")
            group: qsTr("Conversation")
            enabled: root.chat.currentConversation !== 0
            onActivated: root.window.exportConversation()
        },
        Command {
            name: qsTr("Find in this conversation")
            group: qsTr("Conversation")
            sequence: StandardKey.Find
            onActivated: root.window.find()
        },
        Command {
            name: qsTr("Next place found")
            group: qsTr("Conversation")
            sequence: "F3"
            enabled: root.chat.find.open
            onActivated: root.chat.find.step(1)
        },
        Command {
            name: qsTr("Place found before")
            group: qsTr("Conversation")
            sequence: "Shift+F3"
            enabled: root.chat.find.open
            onActivated: root.chat.find.step(-1)
        },
        Command {
            name: qsTr("Search all conversations")
            group: qsTr("Go to")
            sequence: "Ctrl+Shift+F"
            onActivated: root.window.search()
        },
        Command {
            name: qsTr("Next part of the window")
            group: qsTr("Go to")
            sequence: "F6"
            onActivated: root.window.focusNextPane()
        },
        Command {
            name: qsTr("Models")
            group: qsTr("Go to")
            sequence: "Ctrl+L"
            onActivated: root.window.libraryOpen ? root.window.backToConversation() : root.window.openLibrary()
        },
        Command {
            name: qsTr("Settings")
            group: qsTr("Go to")
            sequence: "Ctrl+."
            onActivated: root.window.settingsOpen ? root.window.backToConversation() : root.window.openSettings()
        },
        Command {
            name: qsTr("Everything that can be done")
            group: qsTr("Go to")
            sequence: "Ctrl+K"
            onActivated: root.window.openPalette()
        },
        Command {
            name: qsTr("Keyboard")
            group: qsTr("Go to")
            sequence: "F1"
            onActivated: root.window.openShortcuts()
        },
        Command {
            name: qsTr("Log and report")
            group: qsTr("Go to")
            onActivated: root.window.openReport(root.chat.problem)
        },
        Command {
            name: qsTr("Show me around")
            group: qsTr("Go to")
            onActivated: root.window.beginTour()
        },
        Command {
            name: qsTr("New window")
            group: qsTr("Window")
            sequence: "Ctrl+Shift+N"
            onActivated: root.window.windowAsked()
        },
        Command {
            name: qsTr("Show or hide the conversations")
            group: qsTr("Window")
            sequence: "Ctrl+B"
            onActivated: root.window.toggleSidebar()
        },
        Command {
            name: qsTr("Show or hide the panel of experts")
            group: qsTr("Window")
            sequence: "Ctrl+E"
            onActivated: root.window.toggleExperts()
        },
        Command {
            name: qsTr("Larger text")
            group: qsTr("Window")
            sequence: StandardKey.ZoomIn
            onActivated: root.appearance.changeText(1)
        },
        Command {
            name: qsTr("Smaller text")
            group: qsTr("Window")
            sequence: StandardKey.ZoomOut
            onActivated: root.appearance.changeText(-1)
        },
        Command {
            name: qsTr("Theme: as the system")
            group: qsTr("Window")
            onActivated: root.appearance.mode = Appearance.System
        },
        Command {
            name: qsTr("Theme: light")
            group: qsTr("Window")
            onActivated: root.appearance.mode = Appearance.Light
        },
        Command {
            name: qsTr("Theme: dark")
            group: qsTr("Window")
            onActivated: root.appearance.mode = Appearance.Dark
        },
        Command {
            name: qsTr("Theme: high contrast")
            group: qsTr("Window")
            onActivated: root.appearance.mode = Appearance.HighContrast
        },
        Command {
            name: root.library.offline ? qsTr("Go online") : qsTr("Go offline")
            group: qsTr("Window")
            onActivated: root.library.offline = !root.library.offline
        },
        Command {
            name: qsTr("Quit")
            group: qsTr("Window")
            sequence: "Ctrl+Q"
            onActivated: root.window.quitAsked()
        }
    ]
}
