pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// What a search found: the conversation, and the words around the match.
AbstractButton {
    id: root

    required property double conversationId
    required property double messageId
    required property string title
    required property string snippet
    required property string plain
    property bool keyboardHere: false

    objectName: "searchHit"
    implicitHeight: content.implicitHeight + 2 * Theme.small
    leftPadding: Theme.small
    rightPadding: Theme.small
    topPadding: Theme.small
    Accessible.role: Accessible.ListItem
    Accessible.name: root.plain.length > 0 ? qsTr("%1: %2").arg(root.title).arg(root.plain) : root.title

    contentItem: Column {
        id: content
        spacing: 2
        Text {
            width: parent.width
            text: root.title
            font.pixelSize: Theme.bodySize
            font.weight: root.messageId === 0 ? Theme.emphasis : Font.Normal
            color: Theme.text
            elide: Text.ElideRight
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
        Text {
            objectName: "snippet"
            width: parent.width
            visible: root.snippet.length > 0
            text: root.snippet
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            wrapMode: Text.Wrap
            maximumLineCount: 2
            elide: Text.ElideRight
            textFormat: Text.StyledText
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.smallRadius
        color: root.hovered ? Theme.hover : "transparent"
        FocusRing {
            anchors.margins: 0
            shown: root.keyboardHere || root.visualFocus
        }
    }
}
