pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// One conversation: opens, is renamed in place, goes, or shows its menu.
AbstractButton {
    id: root

    required property double conversationId
    required property string title
    required property string heading
    readonly property int headingHeight: root.heading.length > 0 ? Theme.smallControl : 0
    property bool current: false
    property bool editing: false
    property bool keyboardHere: false
    signal opened()
    signal renameAsked()
    signal renamed(string name)
    signal renameDropped()
    signal removalAsked()
    signal menuAsked()
    property bool indented: false

    objectName: "conversation"
    implicitHeight: Theme.row + root.headingHeight
    topInset: root.headingHeight
    topPadding: root.headingHeight
    leftPadding: root.indented ? Theme.huge : Theme.small
    rightPadding: Theme.tiny
    Accessible.name: root.title
    Accessible.role: Accessible.ListItem
    onClicked: root.opened()
    onDoubleClicked: root.renameAsked()

    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: root.menuAsked()
    }
    onEditingChanged: {
        if (root.editing) {
            editor.text = root.title
            editor.forceActiveFocus()
            editor.selectAll()
        }
    }

    contentItem: RowLayout {
        spacing: 0
        Text {
            Layout.fillWidth: true
            visible: !root.editing
            text: root.title
            font.pixelSize: Theme.bodySize
            font.weight: root.current ? Font.Medium : Font.Normal
            color: Theme.text
            elide: Text.ElideRight
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
        TextField {
            id: editor
            objectName: "renameEditor"
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.smallControl
            visible: root.editing
            padding: Theme.tiny
            font.pixelSize: Theme.bodySize
            color: Theme.text
            selectByMouse: true
            selectionColor: Theme.textSelection
            selectedTextColor: Theme.text
            Accessible.name: qsTr("Name of the conversation")
            background: Rectangle {
                color: Theme.card
                radius: Theme.smallRadius
                border.width: Theme.hairline
                border.color: Theme.focus
            }
            Keys.onReturnPressed: root.renamed(text) // taken here: the list would open the conversation
            Keys.onEnterPressed: root.renamed(text)
            onActiveFocusChanged: if (!activeFocus && root.editing) root.renameDropped()
            Keys.onEscapePressed: root.renameDropped()
        }
        IconButton {
            objectName: "conversationMenu"
            visible: !root.editing && (root.hovered || root.current || root.keyboardHere)
            name: qsTr("More for “%1”").arg(root.title)
            glyph: "more"
            side: Theme.smallControl
            glyphSize: Theme.smallIcon
            onClicked: root.menuAsked()
        }
        IconButton {
            objectName: "removeConversation"
            visible: !root.editing && (root.hovered || root.current || root.keyboardHere)
            name: qsTr("Delete “%1”").arg(root.title)
            glyph: "remove"
            side: Theme.smallControl
            glyphSize: Theme.smallIcon
            onClicked: root.removalAsked()
        }
    }
    background: Rectangle {
        radius: Theme.smallRadius
        color: root.current ? Theme.selected : root.hovered ? Theme.hover : "transparent"
        FocusRing {
            anchors.margins: 0
            shown: !root.editing && (root.keyboardHere || root.visualFocus)
        }
    }

    Text {
        x: Theme.small
        height: root.headingHeight
        visible: root.heading.length > 0
        text: root.heading
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        verticalAlignment: Text.AlignVCenter
    }
}
