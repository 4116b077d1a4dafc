pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Where models are looked for.
ColumnLayout {
    id: root

    required property LibraryViewModel library
    signal folderAsked()

    spacing: Theme.tiny

    Repeater {
        model: root.library.folders
        delegate: RowLayout {
            id: row
            required property string modelData
            required property int index
            Layout.fillWidth: true
            spacing: Theme.small
            Glyph {
                glyph: "folder"
                size: Theme.smallIcon
            }
            Text {
                objectName: "modelFolder"
                Layout.fillWidth: true
                text: row.modelData
                font.pixelSize: Theme.captionSize
                color: Theme.secondaryText
                elide: Text.ElideMiddle
                textFormat: Text.PlainText
            }
            IconButton {
                visible: row.index > 0
                name: qsTr("Leave out this folder; nothing in it is changed")
                glyph: "close"
                side: Theme.smallControl
                glyphSize: Theme.smallIcon
                onClicked: root.library.removeFolder(row.index)
            }
        }
    }
    TextButton {
        objectName: "addFolder"
        text: qsTr("Add a folder…")
        glyph: "plus"
        onClicked: root.folderAsked()
    }
}
