pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Three steps for someone who is here for the first time. The last one reads a chart.
Item {
    id: root

    required property ChatViewModel chat
    required property Item conversations
    required property Item composer
    required property Item transcript
    property int step: 0
    readonly property Item target: [root.conversations, root.composer, root.transcript][root.step]
    readonly property bool last: root.step === 2
    readonly property bool reads: root.last && root.chat.chartsOnly && root.chat.sampleAvailable
    signal ended()

    function begin() {
        step = 0
        visible = true
        next.forceActiveFocus(Qt.TabFocusReason)
        Qt.callLater(root.place)
    }

    function end() {
        visible = false
        root.ended()
    }

    function goOn() {
        if (!root.last) {
            step += 1
            Qt.callLater(root.place)
            return
        }
        if (root.reads) {
            root.chat.trySample()
        }
        root.end()
    }

    /// The ring lies around what is spoken of, the card beside it where there is room.
    function place() {
        const shown = root.target.visible && root.target.width > 0
        const area = shown ? root.target.mapToItem(root, 0, 0, root.target.width, root.target.height) : Qt.rect(0, 0, 0, 0)
        ring.visible = shown
        ring.x = area.x
        ring.y = area.y
        ring.width = area.width
        ring.height = area.height
        const right = area.x + area.width + Theme.large
        card.x = right + card.width < root.width - Theme.large ? right : Math.max(Theme.large, (root.width - card.width) / 2)
        const above = area.y - card.height - Theme.large
        card.y = shown && above > Theme.large ? above : Math.max(Theme.large, (root.height - card.height) / 2)
    }

    objectName: "tour"
    visible: false
    onWidthChanged: Qt.callLater(root.place)
    onHeightChanged: Qt.callLater(root.place)
    Keys.onEscapePressed: root.end()

    Rectangle {
        anchors.fill: parent
        color: Theme.scrim
    }
    // Nothing behind is touched while the tour is on.
    TapHandler {}
    HoverHandler {}

    Rectangle {
        id: ring
        radius: Theme.radius
        color: Theme.selected
        border.width: Theme.focusWidth
        border.color: Theme.focus
    }
    Rectangle {
        id: card
        width: Math.min(Theme.panelWidth, root.width - 2 * Theme.large)
        height: content.implicitHeight + 2 * Theme.large
        radius: Theme.radius
        color: Theme.raised
        border.width: Theme.hairline
        border.color: Theme.strongBorder
        onHeightChanged: Qt.callLater(root.place)
        Accessible.role: Accessible.Dialog
        Accessible.name: heading.text + ". " + words.text

        ColumnLayout {
            id: content
            anchors.fill: parent
            anchors.margins: Theme.large
            spacing: Theme.small
            Text {
                Layout.fillWidth: true
                text: qsTr("%1 of 3").arg(root.step + 1)
                font.pixelSize: Theme.captionSize
                color: Theme.secondaryText
            }
            Text {
                id: heading
                Layout.fillWidth: true
                text: [qsTr("What you do here stays here"), qsTr("Ask, or drop files"), qsTr("A chart becomes a table")][root.step]
                font.pixelSize: Theme.leadSize
                font.weight: Theme.emphasis
                color: Theme.text
                wrapMode: Text.Wrap
            }
            Text {
                id: words
                objectName: "tourWords"
                Layout.fillWidth: true
                text: [qsTr("Models run on this machine, and your conversations are kept on it. No connection is opened unless you fetch a model."),
                       qsTr("Pictures and documents can be dropped anywhere on the window. Ctrl+K finds everything the program does, F1 shows all keys."),
                       root.reads ? qsTr("The built-in model reads charts: the table behind one, and a summary whose every number points at its mark. See it read a sample.")
                                  : qsTr("Drop a picture of a chart: the built-in model reads the table behind it, and writes a summary whose every number points at its mark.")][root.step]
                font.pixelSize: Theme.bodySize
                lineHeight: Theme.lineHeight
                color: Theme.text
                wrapMode: Text.Wrap
            }
            RowLayout {
                Layout.fillWidth: true
                Layout.topMargin: Theme.small
                spacing: Theme.small
                TextButton {
                    id: skip
                    objectName: "tourSkip"
                    text: qsTr("Skip")
                    textSize: Theme.bodySize
                    visible: !root.last || root.reads
                    KeyNavigation.tab: next // the keyboard stays here as well
                    onClicked: root.end()
                }
                Item {
                    Layout.fillWidth: true
                }
                ActionButton {
                    id: next
                    objectName: "tourNext"
                    KeyNavigation.tab: skip.visible ? skip : next
                    enabled: !root.reads || root.chat.idle
                    text: !root.last ? qsTr("Next") : root.reads ? qsTr("Read the sample chart") : qsTr("Begin")
                    onClicked: root.goOn()
                }
            }
        }
    }
}
