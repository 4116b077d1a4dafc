pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Every connection of this run, opened or refused.
ColumnLayout {
    id: root

    required property LibraryViewModel library

    spacing: Theme.tiny

    Text {
        Layout.fillWidth: true
        objectName: "connectionsHead"
        text: root.library.connections.length === 0 ? qsTr("No connection was made since the program was started.")
                                                    : qsTr("Connections since the program was started:")
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        wrapMode: Text.Wrap
    }
    Repeater {
        model: root.library.connections
        delegate: RowLayout {
            id: row
            required property var modelData
            objectName: "connection"
            Layout.fillWidth: true
            spacing: Theme.small
            Text {
                Layout.alignment: Qt.AlignTop
                text: row.modelData.time
                font.pixelSize: Theme.captionSize
                color: Theme.secondaryText
            }
            Text {
                Layout.fillWidth: true
                text: row.modelData.words
                font.pixelSize: Theme.captionSize
                color: row.modelData.refused ? Theme.warning : Theme.text
                wrapMode: Text.WrapAnywhere
                textFormat: Text.PlainText
            }
        }
    }
}
