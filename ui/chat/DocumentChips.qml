pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// The documents that went with a question; each opens what the model was told of it.
Flow {
    id: root

    required property var documents
    signal opened(int index)

    spacing: Theme.small
    visible: root.documents.length > 0

    Repeater {
        model: root.documents
        delegate: AbstractButton {
            id: chip
            required property var modelData
            required property int index
            objectName: "document"
            implicitWidth: Math.min(content.implicitWidth + 2 * Theme.small, root.width)
            implicitHeight: Theme.control
            leftPadding: Theme.small
            rightPadding: Theme.small
            focusPolicy: Qt.StrongFocus
            Accessible.role: Accessible.Button
            Accessible.name: qsTr("Document: %1").arg(chip.modelData.name)
            Accessible.description: qsTr("Opens what the model was told of it")
            onClicked: root.opened(chip.index)
            background: Rectangle {
                radius: Theme.smallRadius
                color: chip.down ? Theme.pressed : chip.hovered ? Theme.hover : Theme.card
                border.width: Theme.hairline
                border.color: Theme.border
                FocusRing {
                    shown: chip.visualFocus
                }
            }
            contentItem: RowLayout {
                id: content
                spacing: Theme.small
                Glyph {
                    glyph: "document"
                    size: Theme.smallIcon
                    color: Theme.accent
                }
                Text {
                    Layout.maximumWidth: Theme.chipWidth
                    text: chip.modelData.name
                    font.pixelSize: Theme.captionSize
                    font.weight: Font.Medium
                    color: Theme.text
                    elide: Text.ElideMiddle
                    textFormat: Text.PlainText
                    Accessible.ignored: true
                }
                Text {
                    Layout.fillWidth: true
                    Layout.minimumWidth: 0
                    text: chip.modelData.parts.length > 0 ? chip.modelData.kind + " · " + chip.modelData.parts : chip.modelData.kind
                    font.pixelSize: Theme.captionSize
                    color: Theme.secondaryText
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                    Accessible.ignored: true
                }
            }
        }
    }
}
