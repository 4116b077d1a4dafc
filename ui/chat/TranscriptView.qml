// Not ComponentBehavior: Bound: the footer of a ListView of Qt 6.4 refuses bound components. Drop this line for the pragma with a floor of 6.5.

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// The messages. Stays at the end while an answer grows, unless the reader has scrolled up.
ListView {
    id: root

    required property ChatViewModel chat
    property bool following: true
    signal saveAsked(text: string, file: url)
    signal pictureOpened(picture: url)
    signal editAsked(row: int, body: string)
    signal chartSaveAsked(chart: ChartAnswer, ending: string)

    function follow() {
        if (following) {
            positionViewAtEnd()
        }
    }

    /// Shows a message that was looked for.
    function reveal(message: int) {
        following = false
        positionViewAtIndex(chat.rows.rowOf(message), ListView.Beginning)
    }

    /// The first row in sight.
    function firstRow(): int {
        for (let y = 0; y < height; y += Theme.large) {
            const row = indexAt(width / 2, contentY + y)
            if (row >= 0) {
                return row
            }
        }
        return 0
    }

    /// The text that is selected, when it is short enough to look for others like it.
    function selectedWords(): string {
        const words = shared.selecting ? shared.selecting.selection() : ""
        return words.length <= 100 && !words.includes("\n") ? words : ""
    }

    /// Brings what was found into sight; what is in sight stays where it is.
    function showFound() {
        const row = chat.find.row
        if (row < 0) {
            return
        }
        following = false
        if (!itemAtIndex(row) || !isInSight(itemAtIndex(row))) {
            positionViewAtIndex(row, ListView.Center)
        }
        Qt.callLater(root.settleFound) // a row that is made now has its height a moment later
    }

    function isInSight(item: Item): bool {
        const top = item.y + item.foundPlace.y - contentY
        return top >= Theme.large && top + item.foundPlace.height <= height - Theme.large
    }

    function settleFound() {
        const item = itemAtIndex(chat.find.row)
        if (item && !isInSight(item)) {
            const top = originY - topMargin
            const wanted = item.y + item.foundPlace.y - height / 3
            contentY = Math.max(top, Math.min(Math.max(top, originY + contentHeight - height), wanted))
        }
    }

    Connections {
        target: root.chat.find
        function onShown() {
            root.showFound()
        }
    }

    /// By so many heights of the view; upwards when negative.
    function scroll(pages: real) {
        const top = originY - topMargin
        const bottom = Math.max(top, originY + contentHeight - height)
        contentY = Math.max(top, Math.min(bottom, contentY + pages * height))
        following = atYEnd
    }

    TranscriptState {
        id: shared
        onSaveAsked: (text, file) => root.saveAsked(text, file)
        onPictureOpened: (picture) => root.pictureOpened(picture)
        onEditAsked: (row, body) => root.editAsked(row, body)
        onChartSaveAsked: (chart, ending) => root.chartSaveAsked(chart, ending)
    }

    objectName: "transcript"
    model: chat.rows
    clip: true
    topMargin: Theme.small
    boundsBehavior: Flickable.StopAtBounds
    cacheBuffer: 1200
    keyNavigationEnabled: false
    currentIndex: -1 // a current row would take the keyboard from the view
    activeFocusOnTab: true
    Keys.onPressed: (event) => {
        const far = 1e6
        const steps = [[Qt.Key_Up, -0.1], [Qt.Key_Down, 0.1], [Qt.Key_PageUp, -0.9], [Qt.Key_PageDown, 0.9], [Qt.Key_Home, -far], [Qt.Key_End, far]]
        const step = steps.find((one) => one[0] === event.key)
        event.accepted = step !== undefined
        if (step) {
            root.scroll(step[1])
        }
    }
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
    onMovementStarted: root.following = false
    onMovementEnded: root.following = root.atYEnd

    Connections {
        target: root.chat.transcript
        function onCountChanged() {
            root.following = true
            Qt.callLater(root.follow)
        }
    }

    delegate: TurnDelegate {
        width: ListView.view.width
        chat: root.chat
        transcript: shared
    }

    // Over what scrolls, not in it.
    Rectangle {
        parent: root
        anchors.fill: parent
        visible: root.activeFocus && root.Window.activeFocusItem === root
        color: "transparent"
        border.width: Theme.focusWidth
        border.color: Theme.focus
    }

    IconButton {
        objectName: "jumpToEnd"
        parent: root
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
