pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Dialogs
import QtQuick.Layouts
import Conclave.Ui

/// The model library: what is on this machine, and what can be fetched. Lies over the conversation while it is open.
Rectangle {
    id: root

    required property LibraryViewModel library
    readonly property bool tooNarrow: width < Theme.narrowWindow
    property bool narrow: false
    property bool fetching: false
    property bool detailsOpen: false
    signal closed()

    // In Qt 6.4 a layout misses items that come or go at the moment it is resized: so a moment later.
    function followWidth() {
        narrow = tooNarrow
    }
    onTooNarrowChanged: Qt.callLater(root.followWidth)
    Component.onCompleted: root.followWidth()

    function show() {
        root.library.open()
        root.forceActiveFocus()
    }

    objectName: "libraryPage"
    color: Theme.window
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Models")
    Keys.onEscapePressed: root.closed()

    // Taps stay here and do not reach what lies behind.
    TapHandler {}

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.headerHeight
            Layout.leftMargin: Theme.medium
            Layout.rightMargin: Theme.medium
            spacing: Theme.small
            IconButton {
                objectName: "libraryBack"
                name: root.narrow && root.detailsOpen && !root.fetching ? qsTr("Back to the models") : qsTr("Back to the conversation (Esc)")
                glyph: "chevron-left"
                onClicked: {
                    if (root.narrow && root.detailsOpen && !root.fetching) {
                        root.detailsOpen = false
                    } else {
                        root.closed()
                    }
                }
            }
            Text {
                Layout.fillWidth: true
                text: qsTr("Models")
                font.pixelSize: Theme.leadSize
                font.weight: Theme.emphasis
                color: Theme.text
                elide: Text.ElideRight
            }
            TextButton {
                objectName: "hereTab"
                outlined: !root.fetching
                tint: root.fetching ? Theme.secondaryText : Theme.accent
                textSize: Theme.bodySize
                text: qsTr("On this machine")
                onClicked: root.fetching = false
            }
            TextButton {
                objectName: "fetchTab"
                outlined: root.fetching
                tint: root.fetching ? Theme.accent : Theme.secondaryText
                textSize: Theme.bodySize
                text: qsTr("Fetch")
                onClicked: root.fetching = true
            }
        }
        Banner {
            objectName: "libraryProblem"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.large
            Layout.rightMargin: Theme.large
            Layout.bottomMargin: visible ? Theme.small : 0
            message: root.library.problem
            onClosed: root.library.dismissProblem()
        }
        FetchPane {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: root.fetching
            library: root.library
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: !root.fetching
            spacing: 0

            ColumnLayout {
                Layout.fillWidth: root.narrow
                Layout.fillHeight: true
                Layout.preferredWidth: Theme.panelWidth
                Layout.maximumWidth: root.narrow ? root.width : Theme.panelWidth
                Layout.leftMargin: Theme.medium
                Layout.rightMargin: Theme.medium
                Layout.bottomMargin: Theme.medium
                visible: !root.narrow || !root.detailsOpen
                spacing: Theme.small

                ListView {
                    id: list
                    objectName: "modelList"
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    clip: true
                    spacing: 2
                    model: root.library.models
                    boundsBehavior: Flickable.StopAtBounds
                    activeFocusOnTab: true
                    keyNavigationEnabled: true
                    Accessible.role: Accessible.List
                    Accessible.name: qsTr("Models on this machine")
                    ScrollBar.vertical: ScrollHandle {}
                    Keys.onReturnPressed: if (list.currentItem) list.currentItem.open()

                    delegate: ModelRow {
                        required property string file
                        required property int index
                        function open() {
                            list.currentIndex = index
                            root.library.choose(file)
                            root.detailsOpen = true
                        }
                        width: ListView.view.width
                        current: file === root.library.chosen || (list.activeFocus && ListView.isCurrentItem)
                        onClicked: open()
                    }
                    Text {
                        anchors.left: parent.left
                        anchors.right: parent.right
                        padding: Theme.small
                        visible: list.count === 0
                        text: root.library.scanning ? qsTr("Looking for models…")
                                                    : qsTr("No models yet. Drop .gguf files on the window, add a folder, or fetch one.")
                        font.pixelSize: Theme.captionSize
                        color: Theme.secondaryText
                        wrapMode: Text.Wrap
                    }
                }
                FolderList {
                    Layout.fillWidth: true
                    library: root.library
                    onFolderAsked: folderDialog.open()
                }
                TextButton {
                    objectName: "addModelFile"
                    text: qsTr("Add a model file…")
                    glyph: "plus"
                    onClicked: fileDialog.open()
                }
            }
            Rectangle {
                Layout.fillHeight: true
                visible: !root.narrow
                implicitWidth: Theme.hairline
                color: Theme.border
            }
            ModelDetails {
                Layout.fillWidth: true
                Layout.fillHeight: true
                visible: root.library.chosen.length > 0 && (!root.narrow || root.detailsOpen)
                library: root.library
            }
            Item {
                Layout.fillWidth: true
                Layout.fillHeight: true
                visible: root.library.chosen.length === 0 && !root.narrow
                Text {
                    anchors.centerIn: parent
                    width: Math.min(parent.width - 2 * Theme.large, Theme.leadWidth)
                    text: qsTr("Choose a model to see what it is and what loading it would mean.")
                    font.pixelSize: Theme.bodySize
                    color: Theme.secondaryText
                    wrapMode: Text.Wrap
                    horizontalAlignment: Text.AlignHCenter
                }
            }
        }
    }

    FileDialog {
        id: fileDialog
        title: qsTr("Add model files")
        fileMode: FileDialog.OpenFiles
        nameFilters: [qsTr("Models (*.gguf)"), qsTr("All files (*)")]
        onAccepted: root.library.addFiles(selectedFiles)
    }
    FolderDialog {
        id: folderDialog
        title: qsTr("Add a folder of models")
        onAccepted: root.library.addFolder(selectedFolder)
    }
}
