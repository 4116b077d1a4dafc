pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// What the user said: a bubble at the right, pictures above the text.
Item {
    id: root

    required property string body
    required property list<url> pictures
    readonly property real roomWidth: root.width - 4 * Theme.medium
    readonly property int frameWidth: Theme.bubblePictureWidth + 2 * Theme.tiny + Theme.small

    implicitHeight: bubble.height

    Rectangle {
        id: bubble
        anchors.right: parent.right
        width: content.width + 2 * Theme.medium
        height: content.height + 2 * Theme.medium
        radius: Theme.largeRadius
        color: Theme.bubble

        Column {
            id: content
            x: Theme.medium
            y: Theme.medium
            spacing: Theme.small

            Flow {
                id: pictureRow
                spacing: Theme.small
                readonly property int fitting: Math.max(1, Math.floor(root.roomWidth / root.frameWidth))
                visible: root.pictures.length > 0
                width: Math.min(root.pictures.length, fitting) * root.frameWidth - Theme.small
                Repeater {
                    model: root.pictures
                    delegate: Rectangle {
                        id: frame
                        required property url modelData
                        width: Theme.bubblePictureWidth + 2 * Theme.tiny
                        height: Theme.bubblePictureHeight + 2 * Theme.tiny
                        radius: Theme.smallRadius
                        color: Theme.picturePaper
                        Image {
                            id: picture
                            anchors.centerIn: parent
                            width: Theme.bubblePictureWidth
                            height: Theme.bubblePictureHeight
                            fillMode: Image.PreserveAspectFit
                            source: frame.modelData
                            sourceSize: Qt.size(2 * Theme.bubblePictureWidth, 2 * Theme.bubblePictureHeight)
                            autoTransform: true
                            asynchronous: true
                            Accessible.role: Accessible.Graphic
                            Accessible.name: qsTr("Picture you sent")
                        }
                    }
                }
            }
            TextEdit {
                id: words
                visible: root.body.length > 0
                width: Math.min(implicitWidth, Theme.bubbleWidth, root.roomWidth)
                text: root.body
                textFormat: TextEdit.PlainText
                wrapMode: TextEdit.Wrap
                readOnly: true
                selectByMouse: true
                color: Theme.text
                selectionColor: Theme.textSelection
                selectedTextColor: Theme.text
                font.pixelSize: Theme.bodySize
                Accessible.name: qsTr("You said: %1").arg(root.body)
            }
        }
    }
}
