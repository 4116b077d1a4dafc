pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// A file that goes with the question being written. Opens its preview; the cross takes it away, also while it is still being read.
AbstractButton {
    id: root

    required property string name
    required property string thumbnail
    required property string kind
    required property string detail
    required property bool reading
    required property real progress
    signal removed()

    objectName: "attachment"
    implicitWidth: content.implicitWidth + Theme.small
    implicitHeight: Theme.thumbnail
    leftPadding: Theme.tiny
    rightPadding: Theme.tiny
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: root.detail.length > 0 ? qsTr("Attached: %1, %2").arg(root.name).arg(root.detail)
                                            : qsTr("Attached: %1").arg(root.name)
    Accessible.description: qsTr("Opens a preview")
    Keys.onDeletePressed: root.removed()

    background: Rectangle {
        radius: Theme.radius
        color: root.down ? Theme.pressed : root.hovered ? Theme.hover : Theme.window
        border.width: Theme.hairline
        border.color: Theme.border
        FocusRing {
            shown: root.visualFocus
        }
    }
    contentItem: RowLayout {
        id: content
        spacing: Theme.small
        Rectangle {
            implicitWidth: Theme.thumbnail - Theme.small
            implicitHeight: Theme.thumbnail - Theme.small
            radius: Theme.smallRadius
            color: root.thumbnail.length > 0 ? Theme.picturePaper : Theme.selected
            Image {
                anchors.fill: parent
                anchors.margins: Theme.tiny
                visible: root.thumbnail.length > 0
                fillMode: Image.PreserveAspectFit
                source: root.thumbnail
            }
            Glyph {
                anchors.centerIn: parent
                visible: root.thumbnail.length === 0
                glyph: "document"
                size: Theme.icon
                color: Theme.accent
            }
        }
        ColumnLayout {
            spacing: 0
            Text {
                Layout.maximumWidth: Theme.chipWidth
                text: root.name
                font.pixelSize: Theme.captionSize
                font.weight: Font.Medium
                color: Theme.text
                elide: Text.ElideMiddle
                textFormat: Text.PlainText
                Accessible.ignored: true
            }
            Text {
                objectName: "attachmentDetail"
                Layout.maximumWidth: Theme.chipWidth
                visible: text.length > 0
                text: root.kind.length > 0 && root.detail.length > 0 ? root.kind + " · " + root.detail : root.kind + root.detail
                font.pixelSize: Theme.captionSize
                color: Theme.secondaryText
                elide: Text.ElideRight
                textFormat: Text.PlainText
                Accessible.ignored: true
            }
            Rectangle {
                Layout.fillWidth: true
                Layout.topMargin: Theme.tiny
                Layout.minimumWidth: Theme.giant
                visible: root.reading
                implicitHeight: Theme.focusWidth
                radius: Theme.focusWidth / 2
                color: Theme.border
                Rectangle {
                    width: parent.width * root.progress
                    height: parent.height
                    radius: parent.radius
                    color: Theme.accent
                }
            }
        }
        IconButton {
            objectName: "removeAttachment"
            name: root.reading ? qsTr("Stop reading %1").arg(root.name) : qsTr("Remove %1").arg(root.name)
            glyph: "close"
            side: Theme.smallControl
            glyphSize: Theme.smallIcon
            onClicked: root.removed()
        }
    }
}
