pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// What the model saw when it wrote an answer, the answer's receipt, and the same question asked again.
Popup {
    id: root

    required property ChatViewModel chat
    readonly property AnswerReceipt receipt: root.chat.receipt

    objectName: "receiptPanel"
    anchors.centerIn: parent
    width: Math.min(Theme.receiptWidth, parent.width - 2 * Theme.large)
    height: Math.min(content.implicitHeight, parent.height - 2 * Theme.large)
    padding: 0
    modal: true
    focus: true
    visible: root.receipt.shown
    onClosed: root.receipt.close()
    onOpened: close.forceActiveFocus()

    component Heading: Text {
        Layout.fillWidth: true
        font.pixelSize: Theme.bodySize
        font.weight: Theme.emphasis
        color: Theme.text
        wrapMode: Text.Wrap
    }
    component Words: Text {
        Layout.fillWidth: true
        font.pixelSize: Theme.bodySize
        color: Theme.text
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }

    component Line: RowLayout {
        id: line
        required property var modelData
        Layout.fillWidth: true
        spacing: Theme.medium
        Text {
            Layout.preferredWidth: Theme.tableNameWidth
            Layout.maximumWidth: Theme.tableNameWidth
            Layout.alignment: Qt.AlignTop
            text: line.modelData.name
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            textFormat: Text.PlainText
        }
        TextEdit {
            objectName: "lineValue"
            Layout.fillWidth: true
            text: line.modelData.value
            font.pixelSize: Theme.captionSize
            color: Theme.text
            wrapMode: TextEdit.WrapAtWordBoundaryOrAnywhere
            textFormat: TextEdit.PlainText
            readOnly: true
            selectByMouse: true
            selectionColor: Theme.textSelection
            selectedTextColor: Theme.text
            Accessible.name: line.modelData.name + ": " + line.modelData.value
        }
    }

    Overlay.modal: Rectangle {
        color: Theme.scrim
    }
    background: Rectangle {
        color: Theme.card
        radius: Theme.radius
        border.width: Theme.hairline
        border.color: Theme.strongBorder
    }

    contentItem: ColumnLayout {
        id: content
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.headerHeight
            Layout.leftMargin: Theme.large
            Layout.rightMargin: Theme.small
            Text {
                Layout.fillWidth: true
                text: qsTr("Behind this answer")
                font.pixelSize: Theme.leadSize
                font.weight: Theme.emphasis
                color: Theme.text
                elide: Text.ElideRight
            }
            IconButton {
                id: close
                objectName: "receiptClose"
                name: qsTr("Close (Esc)")
                glyph: "close"
                onClicked: root.close()
            }
        }
        FormView {
            id: scroller
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredHeight: Math.min(sections.implicitHeight + Theme.large, Theme.previewHeight)

            ColumnLayout {
                id: sections
                x: Theme.large
                width: scroller.availableWidth - 2 * Theme.large
                spacing: Theme.small

                Words {
                    visible: !root.receipt.known
                    text: qsTr("This answer has no receipt: you edited it, or an older version of the program wrote it.")
                }
                Heading {
                    visible: root.receipt.known
                    text: qsTr("What the model saw")
                }
                Rectangle {
                    Layout.fillWidth: true
                    visible: root.receipt.known && root.receipt.promptTokens > 0
                    implicitHeight: Theme.tiny
                    radius: Theme.tiny / 2
                    color: Theme.accent
                    Rectangle {
                        width: parent.width * root.receipt.cachedTokens / Math.max(1, root.receipt.promptTokens)
                        height: parent.height
                        radius: parent.radius
                        color: Theme.strongBorder
                    }
                }
                Words {
                    objectName: "promptWords"
                    visible: root.receipt.known
                    text: root.receipt.promptWords
                }
                Repeater {
                    model: root.receipt.told
                    delegate: Words {
                        required property string modelData
                        text: modelData
                        color: Theme.secondaryText
                        maximumLineCount: 3
                        elide: Text.ElideRight
                    }
                }
                Repeater {
                    model: root.receipt.pictures
                    delegate: ColumnLayout {
                        id: sight
                        required property var modelData
                        Layout.fillWidth: true
                        spacing: Theme.tiny
                        Rectangle {
                            Layout.fillWidth: true
                            Layout.maximumWidth: Theme.sightWidth
                            visible: sight.modelData.source.length > 0
                            implicitHeight: Theme.sightHeight
                            color: Theme.window
                            border.width: Theme.hairline
                            border.color: Theme.border
                            Image {
                                id: seen
                                objectName: "sight"
                                anchors.fill: parent
                                anchors.margins: Theme.tiny
                                fillMode: Image.PreserveAspectFit
                                smooth: implicitWidth > width // pixels stay visible where it is enlarged
                                source: sight.modelData.source
                                Accessible.role: Accessible.Graphic
                                Accessible.name: qsTr("The picture as the model was shown it: %1").arg(sight.modelData.words)
                            }
                            TileGrid {
                                objectName: "tiles"
                                anchors.centerIn: parent
                                width: seen.paintedWidth
                                height: seen.paintedHeight
                                columns: sight.modelData.columns ?? 0
                                rows: sight.modelData.rows ?? 0
                            }
                        }
                        Words {
                            objectName: "sightWords"
                            text: sight.modelData.words
                            color: Theme.secondaryText
                        }
                    }
                }
                Heading {
                    Layout.topMargin: Theme.small
                    visible: root.receipt.figures.length > 0
                    text: qsTr("What it took")
                }
                Repeater {
                    objectName: "figureLines"
                    model: root.receipt.figures
                    delegate: Line {}
                }
                Heading {
                    Layout.topMargin: Theme.small
                    visible: root.receipt.known
                    text: qsTr("Receipt")
                }
                Repeater {
                    model: root.receipt.lines
                    delegate: Line {}
                }
                Item {
                    implicitHeight: Theme.small
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.hairline
            visible: root.receipt.known
            color: Theme.border
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.margins: Theme.small
            Layout.leftMargin: Theme.large
            visible: root.receipt.known
            spacing: Theme.small
            Glyph {
                visible: root.receipt.outcome.length > 0
                glyph: root.receipt.same ? "check" : "warning"
                color: root.receipt.same ? Theme.accent : Theme.warning
            }
            Text {
                objectName: "replayOutcome"
                Layout.fillWidth: true
                text: root.receipt.replaying ? qsTr("Being written again…") : root.receipt.outcome
                font.pixelSize: Theme.captionSize
                color: Theme.text
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
                Accessible.role: Accessible.AlertMessage
                Accessible.name: text
            }
            CopyButton {
                objectName: "copyReceipt"
                text: qsTr("Copy")
                name: qsTr("Copy the receipt as JSON")
                onClicked: root.chat.copy(root.receipt.json())
            }
            TextButton {
                objectName: "replay"
                outlined: true
                visible: !root.receipt.replaying
                enabled: root.receipt.replayable
                glyph: "again"
                text: qsTr("Replay")
                Accessible.name: qsTr("Have the answer written again and compare")
                onClicked: root.receipt.replay()
            }
            TextButton {
                objectName: "replayStop"
                outlined: true
                visible: root.receipt.replaying
                glyph: "stop"
                text: qsTr("Stop")
                onClicked: root.chat.stop()
            }
        }
    }
}
