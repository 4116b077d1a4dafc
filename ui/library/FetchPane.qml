pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// Fetching models: an address, what is on its way, the catalogue, and how the network is reached.
FormView {
    id: root

    required property LibraryViewModel library

    function fetch() {
        if (field.text.trim().length > 0 && root.library.fetch(field.text)) {
            field.clear()
        }
    }

    objectName: "fetchPane"

    component Heading: Text {
        Layout.fillWidth: true
        Layout.topMargin: Theme.small
        font.pixelSize: Theme.leadSize
        font.weight: Theme.emphasis
        color: Theme.text
        wrapMode: Text.Wrap
    }

    ColumnLayout {
        x: Math.max(Theme.large, (root.availableWidth - width) / 2)
        width: Math.min(Theme.readingWidth, root.availableWidth - 2 * Theme.large)
        spacing: Theme.medium

        RowLayout {
            Layout.fillWidth: true
            Layout.topMargin: Theme.small
            spacing: Theme.small
            ThemedField {
                id: field
                objectName: "fetchField"
                Layout.fillWidth: true
                enabled: !root.library.offline
                name: qsTr("Address of a model file, or a repository such as owner/name")
                placeholderText: qsTr("https://… or owner/name")
                onAccepted: root.fetch()
            }
            ActionButton {
                objectName: "fetchButton"
                enabled: !root.library.offline && field.text.trim().length > 0
                text: qsTr("Fetch")
                onClicked: root.fetch()
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.small
            Text {
                Layout.fillWidth: true
                text: root.library.offline ? qsTr("Offline: this program opens no connection at all.")
                                           : qsTr("Only what you fetch here opens a connection, and nothing of yours is sent.")
                font.pixelSize: Theme.captionSize
                color: Theme.secondaryText
                wrapMode: Text.Wrap
            }
            TextButton {
                objectName: "offlineSwitch"
                outlined: true
                text: root.library.offline ? qsTr("Go online") : qsTr("Go offline")
                onClicked: root.library.offline = !root.library.offline
            }
        }
        Repeater {
            model: root.library.downloads
            delegate: DownloadRow {
                Layout.fillWidth: true
                onPauseAsked: root.library.pause(downloadId)
                onResumeAsked: root.library.resume(downloadId)
                onRemovalAsked: root.library.forget(downloadId)
            }
        }
        Heading {
            text: qsTr("Models worth fetching")
        }
        Repeater {
            model: root.library.catalogue
            delegate: ColumnLayout {
                id: entry
                required property var modelData
                required property int index
                Layout.fillWidth: true
                spacing: Theme.medium
                Rectangle {
                    Layout.fillWidth: true
                    visible: entry.index > 0
                    implicitHeight: Theme.hairline
                    color: Theme.border
                }
                CatalogueRow {
                    Layout.fillWidth: true
                    enabled: !root.library.offline
                    model: entry.modelData
                    onFetchAsked: root.library.fetchListed(entry.modelData.id)
                }
            }
        }
        Heading {
            text: qsTr("Network")
        }
        ThemedField {
            id: proxy
            objectName: "proxyField"
            Layout.fillWidth: true
            name: qsTr("Proxy")
            text: root.library.proxy
            placeholderText: qsTr("Proxy: that of the system")
            onEditingFinished: root.library.setNetwork(proxy.text, mirror.text)
        }
        ThemedField {
            id: mirror
            objectName: "mirrorField"
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.large
            name: qsTr("Mirror of the model hub")
            text: root.library.mirror
            placeholderText: qsTr("Mirror: https://huggingface.co itself")
            onEditingFinished: root.library.setNetwork(proxy.text, mirror.text)
        }
    }
}
