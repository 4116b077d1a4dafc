pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// The pictures that go with the question being written.
Flow {
    id: root

    required property ChatViewModel chat

    spacing: Theme.small
    visible: root.chat.draftImages.count > 0

    Repeater {
        model: root.chat.draftImages
        delegate: Rectangle {
            id: chip

            required property int index
            required property string name
            required property string thumbnail

            objectName: "attachment"
            width: chipRow.implicitWidth + Theme.small
            height: Theme.thumbnail
            radius: Theme.radius
            color: Theme.window
            border.width: Theme.hairline
            border.color: Theme.border
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("Attached: %1").arg(chip.name)

            RowLayout {
                id: chipRow
                anchors.verticalCenter: parent.verticalCenter
                x: Theme.tiny
                spacing: Theme.small
                Rectangle {
                    implicitWidth: Theme.thumbnail - Theme.small
                    implicitHeight: Theme.thumbnail - Theme.small
                    radius: Theme.smallRadius
                    color: Theme.picturePaper
                    Image {
                        anchors.fill: parent
                        anchors.margins: Theme.tiny
                        fillMode: Image.PreserveAspectFit
                        source: chip.thumbnail
                    }
                }
                Text {
                    Layout.maximumWidth: Theme.menuWidth / 2
                    text: chip.name
                    font.pixelSize: Theme.captionSize
                    color: Theme.text
                    elide: Text.ElideMiddle
                    textFormat: Text.PlainText
                }
                IconButton {
                    objectName: "removeAttachment"
                    name: qsTr("Remove %1").arg(chip.name)
                    glyph: "close"
                    side: Theme.smallControl
                    glyphSize: Theme.smallIcon
                    onClicked: root.chat.removeDraftImage(chip.index)
                }
            }
        }
    }
}
