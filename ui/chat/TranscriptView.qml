// Not ComponentBehavior: Bound: the footer of a ListView of Qt 6.4 refuses bound components. Drop this line for the pragma with a floor of 6.5.

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// The messages. Stays at the end while an answer grows, unless the reader has scrolled up.
ListView {
    id: root

    required property ChatViewModel chat
    property bool following: true

    function follow() {
        if (following) {
            positionViewAtEnd()
        }
    }

    /// Shows a message that was looked for.
    function reveal(row: int) {
        following = false
        positionViewAtIndex(row, ListView.Beginning)
    }

    objectName: "transcript"
    model: chat.transcript
    clip: true
    spacing: Theme.large
    topMargin: Theme.small
    boundsBehavior: Flickable.StopAtBounds
    // Answers differ much in height; a wide buffer keeps their delegates, and so the scroll range, steady.
    cacheBuffer: 4000
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Conversation")
    // A footer rather than a bottom margin: positionViewAtEnd() leaves margins out.
    footer: Item {
        height: Theme.large
    }
    ScrollBar.vertical: ScrollHandle {
        onPressedChanged: root.following = !pressed && root.atYEnd
    }

    onContentHeightChanged: Qt.callLater(root.follow)
    onHeightChanged: Qt.callLater(root.follow)
    onCountChanged: {
        root.following = true
        Qt.callLater(root.follow)
    }
    onMovementStarted: root.following = false
    onMovementEnded: root.following = root.atYEnd

    delegate: TurnDelegate {
        width: ListView.view.width
        chat: root.chat
    }

    IconButton {
        objectName: "jumpToEnd"
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.small
        anchors.horizontalCenter: parent.horizontalCenter
        visible: !root.following && !root.atYEnd
        name: qsTr("Go to the latest answer")
        glyph: "down"
        filled: true
        onClicked: {
            root.following = true
            root.follow()
        }
    }
}
