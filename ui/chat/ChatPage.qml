pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Dialogs
import QtQuick.Layouts
import Conclave.Ui

/// The open conversation: header, transcript, banner, composer, status line.
Item {
    id: root

    required property ChatViewModel chat
    required property Appearance appearance
    required property bool sidebarShown
    required property bool expertsShown
    property bool headerButtons: false
    readonly property bool composerEmpty: composer.empty
    signal sidebarToggled()
    signal newChatAsked()
    signal libraryAsked()
    signal expertsToggled()
    signal reportAsked(string problem)
    readonly property Item composerItem: composer
    readonly property Item middle: middleItem

    // In Qt 6.4 a layout misses items that come or go at the moment it is resized, as they do with the sidebar: so a moment later.
    function followSidebar() {
        headerButtons = !sidebarShown
    }
    onSidebarShownChanged: Qt.callLater(root.followSidebar)
    Component.onCompleted: root.followSidebar()

    function focusComposer() {
        composer.takeFocus()
    }

    /// False: there is nothing yet to look in.
    function openFind(): bool {
        if (transcript.visible) {
            findBar.begin(transcript.firstRow(), transcript.selectedWords())
        }
        return transcript.visible
    }

    function openSettings() {
        settingsPanel.open()
    }

    /// False: there is nothing to read yet.
    function focusTranscript(): bool {
        if (transcript.visible) {
            transcript.forceActiveFocus(Qt.TabFocusReason)
        }
        return transcript.visible
    }

    function scroll(pages: real) {
        transcript.scroll(pages)
    }

    function reveal(row: int) {
        if (row >= 0) {
            transcript.reveal(row)
        }
    }

    function chooseFiles() {
        fileDialog.open()
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.headerHeight
            Layout.leftMargin: Theme.medium
            Layout.rightMargin: Theme.medium
            spacing: Theme.tiny
            IconButton {
                objectName: "sidebarShow"
                visible: root.headerButtons
                name: qsTr("Show the conversations (Ctrl+B)")
                glyph: "sidebar"
                onClicked: root.sidebarToggled()
            }
            IconButton {
                objectName: "headerNewChat"
                visible: root.headerButtons
                name: qsTr("New chat (Ctrl+N)")
                glyph: "plus"
                onClicked: root.newChatAsked()
            }
            Text {
                objectName: "conversationTitle"
                Layout.fillWidth: true
                Layout.leftMargin: Theme.tiny
                text: root.chat.currentTitle
                font.pixelSize: Theme.bodySize
                font.weight: Font.Medium
                color: Theme.secondaryText
                elide: Text.ElideRight
                textFormat: Text.PlainText
            }
            IconButton {
                objectName: "findButton"
                visible: transcript.visible
                name: qsTr("Find in this conversation (Ctrl+F)")
                glyph: "search"
                onClicked: root.openFind()
            }
            IconButton {
                objectName: "settingsButton"
                visible: !root.chat.chartsOnly
                name: qsTr("Settings of this conversation (Ctrl+,)")
                glyph: "settings"
                tint: root.chat.settings.usual ? Theme.secondaryText : Theme.accent
                onClicked: root.openSettings()
            }
            IconButton {
                objectName: "expertsButton"
                name: root.expertsShown ? qsTr("Close the panel of experts (Ctrl+E)") : qsTr("Panel of experts (Ctrl+E)")
                glyph: "experts"
                tint: root.expertsShown ? Theme.accent : Theme.secondaryText
                onClicked: root.expertsToggled()
            }
            IconButton {
                objectName: "appearanceButton"
                name: qsTr("Light or dark")
                glyph: "appearance"
                onClicked: appearanceMenu.open()
                ThemedMenu {
                    id: appearanceMenu
                    y: parent.height
                    x: parent.width - width
                    ThemedMenuItem {
                        text: qsTr("As the system")
                        checkable: true
                        checked: root.appearance.mode === Appearance.System
                        onTriggered: root.appearance.mode = Appearance.System
                    }
                    ThemedMenuItem {
                        objectName: "lightMode"
                        text: qsTr("Light")
                        checkable: true
                        checked: root.appearance.mode === Appearance.Light
                        onTriggered: root.appearance.mode = Appearance.Light
                    }
                    ThemedMenuItem {
                        objectName: "darkMode"
                        text: qsTr("Dark")
                        checkable: true
                        checked: root.appearance.mode === Appearance.Dark
                        onTriggered: root.appearance.mode = Appearance.Dark
                    }
                    ThemedMenuItem {
                        objectName: "contrastMode"
                        text: qsTr("High contrast")
                        checkable: true
                        checked: root.appearance.mode === Appearance.HighContrast
                        onTriggered: root.appearance.mode = Appearance.HighContrast
                    }
                }
            }
        }

        Item {
            id: middleItem
            Layout.fillWidth: true
            Layout.fillHeight: true
            TranscriptView {
                id: transcript
                anchors.fill: parent
                anchors.topMargin: findBar.visible ? findBar.height + Theme.small : 0
                visible: root.chat.transcript.count > 0
                chat: root.chat
                onSaveAsked: (text, file) => saveDialog.ask(text, file)
                onPictureOpened: (picture) => viewer.show(picture)
                onEditAsked: (row, body) => answerEditor.edit(row, body)
                onChartSaveAsked: (chart, ending) => chartDialog.ask(chart, ending)
            }
            FindBar {
                id: findBar
                anchors.top: parent.top
                anchors.right: parent.right
                anchors.rightMargin: Theme.large
                width: Math.min(Theme.findWidth, parent.width - 2 * Theme.large)
                find: root.chat.find
                onClosed: root.focusComposer()
            }
            EmptyState {
                anchors.fill: parent
                visible: root.chat.transcript.count === 0
                chat: root.chat
                onFilesAsked: root.chooseFiles()
                onModelAsked: root.libraryAsked()
            }
        }

        ColumnLayout {
            Layout.fillWidth: true
            Layout.maximumWidth: Theme.columnWidth
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: Theme.large
            Layout.rightMargin: Theme.large
            spacing: Theme.small
            Banner {
                objectName: "banner"
                Layout.fillWidth: true
                message: root.chat.problem
                detailed: true
                onDetailsAsked: root.reportAsked(root.chat.problem)
                onClosed: {
                    root.chat.dismissProblem()
                    root.focusComposer()
                }
            }
            TransferLine {
                Layout.fillWidth: true
                chat: root.chat
            }
            ContextPanel {
                Layout.fillWidth: true
                chat: root.chat
            }
            Composer {
                id: composer
                Layout.fillWidth: true
                chat: root.chat
                focus: true
                onFilesAsked: root.chooseFiles()
            }
        }

        StatusLine {
            Layout.fillWidth: true
            Layout.maximumWidth: Theme.columnWidth
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: Theme.large
            Layout.rightMargin: Theme.large
            chat: root.chat
            onModelAsked: root.libraryAsked()
        }
    }

    ChatSettingsPanel {
        id: settingsPanel
        objectName: "settingsPanel"
        parent: root
        chat: root.chat
    }

    AnswerEditor {
        id: answerEditor
        parent: root
        chat: root.chat
    }

    ReceiptPanel {
        parent: root
        chat: root.chat
    }

    AttachmentPreviewPanel {
        parent: root
        preview: root.chat.preview
    }

    FileDialog {
        id: fileDialog
        title: qsTr("Attach files")
        fileMode: FileDialog.OpenFiles
        nameFilters: [qsTr("Pictures and documents (%1)").arg("*.png *.jpg *.jpeg *.gif *.bmp *.webp *.tif *.tiff *.svg *.pdf *.docx *.xlsx *.txt *.md *.csv *.tsv"),
                      qsTr("All files (*)")]
        onAccepted: {
            root.chat.attachFiles(selectedFiles)
            root.focusComposer()
        }
    }

    ImageViewer {
        id: viewer
        chat: root.chat
        onRegionTaken: root.focusComposer()
    }

    FileDialog {
        id: saveDialog
        property string content
        function ask(text: string, file: url) {
            content = text
            selectedFile = file
            open()
        }
        title: qsTr("Save the code")
        fileMode: FileDialog.SaveFile
        acceptLabel: qsTr("Save") // else "Open" where the desktop has no dialog of its own
        rejectLabel: qsTr("Cancel")
        nameFilters: [qsTr("All files (*)")]
        onAccepted: root.chat.saveText(selectedFile, content)
    }

    FileDialog {
        id: chartDialog
        property ChartAnswer chart: null
        function ask(asked: ChartAnswer, ending: string) {
            chart = asked
            defaultSuffix = ending
            nameFilters = [qsTr("Files of this kind (%1)").arg("*." + ending), qsTr("All files (*)")]
            selectedFile = root.chat.chartFile(asked, ending)
            open()
        }
        title: qsTr("Save the chart")
        fileMode: FileDialog.SaveFile
        acceptLabel: qsTr("Save") // else "Open" where the desktop has no dialog of its own
        rejectLabel: qsTr("Cancel")
        onAccepted: root.chat.saveChart(chart, selectedFile, Theme.seriesColors)
    }
}
