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
    required property Preferences preferences
    required property Diagnostics diagnostics
    required property bool first ///< of the program's windows: the one that can be left in the tray
    property bool ending: false   ///< the program ends: nothing stays in the tray
    property bool libraryOpen: false
    property bool settingsOpen: false
    readonly property bool conversationShown: !libraryOpen && !settingsOpen && !tour.visible

    readonly property bool narrow: width < Theme.narrowWindow
    property bool narrowSidebarOpen: false
    readonly property bool sidebarShown: narrow ? narrowSidebarOpen : appearance.sidebarOpen
    // The panel of experts stands beside the conversation, or over it where there is no room for both.
    readonly property bool expertsBeside: width - (narrow || !sidebarShown ? 0 : sidebar.width) - Theme.expertsWidth >= Theme.minimumWidth
    property bool expertsOverPage: false
    readonly property bool expertsShown: conversationShown && (expertsBeside ? appearance.expertsOpen : expertsOverPage)
    readonly property bool staysInTray: first && preferences.staysInTray && tray.there
    property int shownAs: Window.Windowed ///< before it was hidden or minimised
    signal quitAsked()
    signal windowAsked()

    function toggleSidebar() {
        if (narrow) {
            narrowSidebarOpen = !narrowSidebarOpen
        } else {
            appearance.sidebarOpen = !appearance.sidebarOpen
        }
    }

    function showSidebar() {
        if (!sidebarShown) {
            toggleSidebar()
        }
    }

    function toggleExperts() {
        const shown = expertsShown
        if (!conversationShown) {
            backToConversation()
        }
        if (expertsBeside) {
            appearance.expertsOpen = !shown
        } else {
            expertsOverPage = !shown
        }
        if (shown) {
            page.focusComposer()
        }
    }

    function openLibrary() {
        settingsOpen = false
        libraryOpen = true
        narrowSidebarOpen = false
        libraryPage.show()
    }

    function openSettings() {
        libraryOpen = false
        settingsOpen = true
        narrowSidebarOpen = false
        settingsPage.show()
    }

    /// Back from whatever lies over the conversation.
    function backToConversation() {
        libraryOpen = false
        settingsOpen = false
        page.focusComposer()
    }

    function startNewChat() {
        chat.newConversation()
        narrowSidebarOpen = false
        backToConversation()
    }

    /// What was dropped on the window, or given to the program when it was started.
    function takeFiles(files: var) {
        const rest = library.takeDropped(files)
        if (rest.length > 0) {
            chat.receiveDrop(rest, page.composerEmpty)
        } else if (files.length > 0) {
            openLibrary()
        }
    }

    /// In front of everything, wherever it was.
    function showAgain() {
        if (visibility === Window.Minimized || !visible) {
            visibility = shownAs
        }
        raise()
        requestActivate()
    }

    function beginTour() {
        backToConversation()
        chat.newConversation()
        tour.begin()
    }

    function holdsFocus(pane: Item): bool {
        let item = activeFocusItem
        while (item && item !== pane) {
            item = item.parent
        }
        return item !== null
    }

    /// From the conversations to what was said, to the question, and round again.
    function focusNextPane() {
        if (!conversationShown) {
            return
        }
        const panes = [() => sidebar.focusList(), () => page.focusTranscript(), () => experts.takeFocus(),
                       () => { page.focusComposer(); return true }]
        const here = holdsFocus(sidebar) ? 0 : holdsFocus(page.middle) ? 1 : holdsFocus(experts) ? 2 : 3
        for (let step = 1; step <= panes.length; ++step) {
            if (panes[(here + step) % panes.length]()) {
                return
            }
        }
    }

    function attachFiles() {
        backToConversation()
        page.chooseFiles()
    }

    function openConversationSettings() {
        backToConversation()
        page.openSettings()
    }

    function renameConversation() {
        showSidebar()
        sidebar.renameCurrent()
    }

    function exportConversation() {
        exportDialog.ask(chat.currentConversation, "md")
    }

    /// In the conversation; where there is none to look in, in all of them.
    function find() {
        if (!conversationShown || !page.openFind()) {
            search()
        }
    }

    function search() {
        showSidebar()
        sidebar.focusSearch()
    }

    function openPalette() {
        palette.open()
    }

    function openShortcuts() {
        sheet.open()
    }

    function openReport(problem: string) {
        report.show(problem)
    }

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
    onClosing: (close) => {
        root.chat.saveNow()
        if (root.staysInTray && !root.ending) {
            close.accepted = false
            root.hide()
        }
    }
    onVisibilityChanged: (visibility) => {
        if (visibility !== Window.Hidden && visibility !== Window.Minimized) {
            root.shownAs = visibility
        }
    }
    onNarrowChanged: root.narrowSidebarOpen = false
    onExpertsBesideChanged: root.expertsOverPage = false

    Commands {
        id: commands
        window: root
        chat: root.chat
        appearance: root.appearance
        library: root.library
    }

    Binding {
        target: Theme
        property: "dark"
        value: root.appearance.dark
    }
    Binding {
        target: Theme
        property: "contrast"
        value: root.appearance.contrast
    }
    Binding {
        target: Theme
        property: "textScale"
        value: root.appearance.textPercent / 100
    }
    Binding {
        target: Theme
        property: "compact"
        value: root.appearance.compact
    }

    ChatPage {
        id: page
        anchors.fill: parent
        anchors.leftMargin: root.narrow || !root.sidebarShown ? 0 : sidebar.width
        anchors.rightMargin: root.expertsShown && root.expertsBeside ? Theme.expertsWidth : 0
        chat: root.chat
        appearance: root.appearance
        sidebarShown: root.sidebarShown
        expertsShown: root.expertsShown
        onExpertsToggled: root.toggleExperts()
        onSidebarToggled: root.toggleSidebar()
        onNewChatAsked: root.startNewChat()
        onLibraryAsked: root.openLibrary()
        onReportAsked: (problem) => report.show(problem)
    }

    ExpertsPane {
        id: experts
        anchors.right: parent.right
        width: root.expertsBeside ? Theme.expertsWidth : page.width
        height: parent.height
        visible: root.expertsShown
        chat: root.chat
        onClosed: root.toggleExperts()
    }
    Binding {
        target: root.chat.experts
        property: "watching"
        value: root.expertsShown
    }

    LibraryPage {
        id: libraryPage
        anchors.fill: page
        visible: root.libraryOpen
        library: root.library
        onClosed: root.backToConversation()
    }
    SettingsPage {
        id: settingsPage
        anchors.fill: page
        visible: root.settingsOpen
        appearance: root.appearance
        preferences: root.preferences
        library: root.library
        diagnostics: root.diagnostics
        trayMissing: root.first && !tray.there
        onClosed: root.backToConversation()
        onShortcutsAsked: sheet.open()
        onTourAsked: root.beginTour()
        onLogAsked: report.show("")
    }
    Connections {
        target: root.library
        function onLoading() {
            root.backToConversation()
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
            root.settingsOpen = false
        }
        onLibraryAsked: root.openLibrary()
        onSettingsAsked: root.openSettings()
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
        nameFilters: [qsTr("All files (*)")]
        fileMode: FileDialog.SaveFile
        acceptLabel: qsTr("Save") // else "Open" where the desktop has no dialog of its own
        rejectLabel: qsTr("Cancel")
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
        onFilesDropped: (files) => root.takeFiles(files)
    }

    CommandPalette {
        id: palette
        parent: Overlay.overlay
        commands: commands.all
        chat: root.chat
        onConversationOpened: root.backToConversation()
    }
    ShortcutSheet {
        id: sheet
        parent: Overlay.overlay
        commands: commands.all
    }
    ReportPanel {
        id: report
        parent: Overlay.overlay
        chat: root.chat
        diagnostics: root.diagnostics
    }
    Tour {
        id: tour
        anchors.fill: parent
        chat: root.chat
        conversations: sidebar
        composer: page.composerItem
        transcript: page.middle
        onEnded: {
            root.preferences.tourTaken = true
            page.focusComposer()
        }
    }

    TrayHost {
        id: trayHost
    }
    Loader {
        id: tray
        readonly property bool there: item !== null && item.available
        readonly property bool wanted: root.first && root.preferences.staysInTray && trayHost.present
        onWantedChanged: {
            if (wanted) {
                setSource("desktop/Tray.qml", {chat: root.chat})
            } else {
                source = ""
            }
        }
    }
    Connections {
        target: tray.item
        ignoreUnknownSignals: true
        function onWindowAsked() {
            root.showAgain()
        }
        function onNewChatAsked() {
            root.showAgain()
            root.startNewChat()
        }
        function onQuitAsked() {
            root.quitAsked()
        }
    }
}
