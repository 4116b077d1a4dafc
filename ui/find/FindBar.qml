pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Looks for words in the open conversation: Enter goes to the next place, Shift+Enter to the one before, Esc closes it.
Rectangle {
    id: root

    required property TranscriptFind find
    readonly property string figures: root.find.count > 0 ? qsTr("%1 of %2").arg(root.find.number).arg(root.find.count)
                                      : root.find.typed.length === 0 || root.find.searching ? "" : qsTr("Nothing found")
    signal closed()

    /// Looks for `words`, or for what was looked for the last time, from the row `from` on.
    function begin(from: int, words: string) {
        if (words.length > 0) {
            find.typed = words
        }
        find.begin(from)
        field.forceActiveFocus(Qt.ShortcutFocusReason)
        field.selectAll()
    }

    function close() {
        find.close()
        root.closed()
    }

    objectName: "findBar"
    visible: root.find.open
    implicitHeight: Theme.control + 2 * Theme.small
    radius: Theme.radius
    color: Theme.raised
    border.width: Theme.hairline
    border.color: Theme.strongBorder

    TapHandler {} // not through it

    RowLayout {
        anchors.fill: parent
        anchors.margins: Theme.small
        spacing: Theme.tiny
        ThemedField {
            id: field
            objectName: "findField"
            Layout.fillWidth: true
            name: qsTr("Find in this conversation")
            placeholderText: qsTr("Find in this conversation")
            text: root.find.typed
            onTextEdited: root.find.typed = text
            // An answer that is being written goes on: Esc means the bar.
            Keys.onShortcutOverride: (event) => event.accepted = event.key === Qt.Key_Escape
            Keys.onEscapePressed: root.close()
            Keys.onReturnPressed: (event) => root.find.step(event.modifiers & Qt.ShiftModifier ? -1 : 1)
            Keys.onEnterPressed: (event) => root.find.step(event.modifiers & Qt.ShiftModifier ? -1 : 1)
        }
        Text {
            objectName: "findCount"
            Layout.leftMargin: Theme.tiny
            Layout.rightMargin: Theme.tiny
            text: root.figures
            font.pixelSize: Theme.captionSize
            color: root.find.count > 0 ? Theme.secondaryText : Theme.warning
            textFormat: Text.PlainText
            Accessible.role: Accessible.StaticText
            Accessible.name: root.find.count > 0 ? qsTr("Place %1 of %2").arg(root.find.number).arg(root.find.count) : text
        }
        IconButton {
            objectName: "findPrevious"
            name: qsTr("The place before (Shift+Enter)")
            glyph: "chevron-up"
            side: Theme.smallControl
            enabled: root.find.count > 0
            onClicked: root.find.step(-1)
        }
        IconButton {
            objectName: "findNext"
            name: qsTr("The next place (Enter)")
            glyph: "chevron-down"
            side: Theme.smallControl
            enabled: root.find.count > 0
            onClicked: root.find.step(1)
        }
        IconButton {
            objectName: "findClose"
            name: qsTr("Close (Esc)")
            glyph: "close"
            side: Theme.smallControl
            onClicked: root.close()
        }
    }
}
