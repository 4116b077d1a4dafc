pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// The row of a folder or of the archive: folds what is in it.
AbstractButton {
    id: root

    required property string title
    required property double folder
    required property bool folded
    required property int count
    property bool editing: false
    property bool keyboardHere: false
    signal renamed(string name)
    signal renameDropped()
    signal menuAsked()

    objectName: "section"
    implicitHeight: Theme.row
    leftPadding: Theme.tiny
    rightPadding: Theme.small
    Accessible.role: Accessible.ListItem
    Accessible.name: root.folded ? qsTr("%1, folded, conversations: %2").arg(root.title).arg(root.count)
                                 : qsTr("%1, conversations: %2").arg(root.title).arg(root.count)
    onEditingChanged: {
        if (root.editing) {
            editor.text = root.title
            editor.forceActiveFocus()
            editor.selectAll()
        }
    }

    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: root.menuAsked()
    }

    contentItem: RowLayout {
        spacing: Theme.tiny
        Glyph {
            glyph: root.folded ? "chevron-right" : "chevron-down"
            size: Theme.smallIcon
        }
        Glyph {
            glyph: root.folder === 0 ? "archive" : "folder"
            size: Theme.smallIcon
        }
        Text {
            Layout.fillWidth: true
            visible: !root.editing
            text: root.title
            font.pixelSize: Theme.captionSize
            font.weight: Font.Medium
            color: Theme.secondaryText
            elide: Text.ElideRight
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
        ThemedField {
            id: editor
            objectName: "folderEditor"
            Layout.fillWidth: true
            implicitHeight: Theme.smallControl
            visible: root.editing
            name: qsTr("Name of the folder")
            Keys.onReturnPressed: root.renamed(text) // taken here: the list would fold the folder
            Keys.onEnterPressed: root.renamed(text)
            onActiveFocusChanged: if (!activeFocus && root.editing) root.renamed(text)
            Keys.onEscapePressed: root.renameDropped()
        }
        IconButton {
            objectName: "folderMenu"
            visible: root.folder !== 0 && !root.editing && (root.hovered || root.keyboardHere)
            name: qsTr("More for the folder “%1”").arg(root.title)
            glyph: "more"
            side: Theme.smallControl
            glyphSize: Theme.smallIcon
            onClicked: root.menuAsked()
        }
        Text {
            visible: !root.editing
            text: root.count
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.smallRadius
        color: root.hovered ? Theme.hover : "transparent"
        FocusRing {
            anchors.margins: 0
            shown: !root.editing && (root.keyboardHere || root.visualFocus)
        }
    }
}
