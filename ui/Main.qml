pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Dialogs
import Conclave.Ui

/// The one window: conversations on the left, the open one on the right, and what lies over both.
ApplicationWindow {
    id: root

    required property ChatViewModel chat
    required property Appearance appearance
    required property LibraryViewModel library
    property bool libraryOpen: false

    readonly property bool narrow: width < Theme.narrowWindow
    property bool narrowSidebarOpen: false
    readonly property bool sidebarShown: narrow ? narrowSidebarOpen : appearance.sidebarOpen

    function toggleSidebar() {
        if (narrow) {
            narrowSidebarOpen = !narrowSidebarOpen
        } else {
            appearance.sidebarOpen = !appearance.sidebarOpen
        }
    }

    function openLibrary() {
        libraryOpen = true
        narrowSidebarOpen = false
        libraryPage.show()
    }

    function closeLibrary() {
        libraryOpen = false
        page.focusComposer()
    }

    function startNewChat() {
        libraryOpen = false
        chat.newConversation()
        narrowSidebarOpen = false
        page.focusComposer()
    }

    visible: true
    width: Theme.windowWidth
    height: Theme.windowHeight
    minimumWidth: Theme.minimumWidth
    minimumHeight: Theme.minimumHeight
    title: chat.currentTitle.length > 0 ? qsTr("%1 – Conclave").arg(chat.currentTitle) : qsTr("Conclave")
    color: Theme.window
    font.pixelSize: Theme.bodySize

    palette.window: Theme.window
    palette.windowText: Theme.text
    palette.base: Theme.card
    palette.text: Theme.text
    palette.button: Theme.raised
    palette.buttonText: Theme.text
    palette.highlight: Theme.accent
    palette.highlightedText: Theme.accentText
    palette.placeholderText: Theme.secondaryText
    palette.mid: Theme.border
    palette.dark: Theme.strongBorder
    palette.light: Theme.hover
    palette.link: Theme.accent

    // What was answered so far is written before the window goes; nothing asks, nothing waits.
    onClosing: root.chat.saveNow()
    onNarrowChanged: root.narrowSidebarOpen = false

    Binding {
        target: Theme
        property: "dark"
        value: root.appearance.dark
    }

    Shortcut {
        sequences: [StandardKey.New]
        onActivated: root.startNewChat()
    }
    Shortcut {
        sequences: [StandardKey.Open]
        onActivated: page.chooseFiles()
    }
    Shortcut {
        sequences: [StandardKey.Find]
        onActivated: {
            if (!root.sidebarShown) {
                root.toggleSidebar()
            }
            sidebar.focusSearch()
        }
    }
    Shortcut {
        sequence: "Ctrl+,"
        enabled: !root.chat.chartsOnly
        onActivated: page.openSettings()
    }
    Shortcut {
        sequence: "Ctrl+Shift+Z"
        enabled: root.chat.removedTitle.length > 0
        onActivated: root.chat.undoRemoval()
    }
    Shortcut {
        sequence: "Ctrl+L"
        onActivated: root.libraryOpen ? root.closeLibrary() : root.openLibrary()
    }
    Shortcut {
        sequence: "Ctrl+B"
        onActivated: root.toggleSidebar()
    }
    Shortcut {
        sequence: "F2"
        enabled: root.chat.currentConversation !== 0
        onActivated: {
            if (!root.sidebarShown) {
                root.toggleSidebar()
            }
            sidebar.renameCurrent()
        }
    }
    Shortcut {
        sequence: "Esc"
        enabled: root.chat.busy
        onActivated: root.chat.stop()
    }

    ChatPage {
        id: page
        anchors.fill: parent
        anchors.leftMargin: root.narrow || !root.sidebarShown ? 0 : sidebar.width
        chat: root.chat
        appearance: root.appearance
        sidebarShown: root.sidebarShown
        onSidebarToggled: root.toggleSidebar()
        onNewChatAsked: root.startNewChat()
        onLibraryAsked: root.openLibrary()
    }

    LibraryPage {
        id: libraryPage
        anchors.fill: page
        visible: root.libraryOpen
        library: root.library
        onClosed: root.closeLibrary()
    }
    Connections {
        target: root.library
        function onLoading() {
            root.closeLibrary()
        }
    }

    Rectangle {
        anchors.fill: parent
        visible: root.narrow && root.sidebarShown
        color: Theme.scrim
        TapHandler {
            onTapped: root.narrowSidebarOpen = false
        }
    }

    Sidebar {
        id: sidebar
        width: Theme.sidebarWidth
        height: parent.height
        visible: root.sidebarShown
        chat: root.chat
        onNewChatAsked: root.startNewChat()
        onToggled: root.toggleSidebar()
        onConversationOpened: {
            root.narrowSidebarOpen = false
            root.libraryOpen = false
        }
        onLibraryAsked: root.openLibrary()
        onMessageOpened: (row) => page.reveal(row)
        onImportAsked: importDialog.open()
        onExportAsked: (conversation, ending) => exportDialog.ask(conversation, ending)
    }

    FileDialog {
        id: importDialog
        title: qsTr("Import conversations")
        fileMode: FileDialog.OpenFiles
        nameFilters: [qsTr("Conversations (*.json)"), qsTr("All files (*)")]
        onAccepted: root.chat.importConversations(selectedFiles)
    }

    FileDialog {
        id: exportDialog
        property double conversation: 0
        function ask(id: double, ending: string) {
            conversation = id
            defaultSuffix = ending
            selectedFile = root.chat.exportFile(id, ending)
            open()
        }
        title: qsTr("Export")
        fileMode: FileDialog.SaveFile
        onAccepted: root.chat.exportConversation(conversation, selectedFile)
    }

    UndoBar {
        anchors.horizontalCenter: page.horizontalCenter
        anchors.top: parent.top
        anchors.topMargin: Theme.small
        width: Math.min(Theme.undoWidth, page.width - 2 * Theme.large)
        objectName: "undoBar"
        message: root.chat.removedTitle.length > 0 ? qsTr("“%1” was deleted.").arg(root.chat.removedTitle) : ""
        onUndone: root.chat.undoRemoval()
        onClosed: root.chat.forgetRemoval()
    }

    DropOverlay {
        anchors.fill: parent
        chat: root.chat
        onFilesDropped: (files) => {
            const rest = root.library.takeDropped(files)
            if (rest.length > 0) {
                root.chat.receiveDrop(rest, page.composerEmpty)
            } else {
                root.openLibrary()
            }
        }
    }
}
