pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// What the user said: a bubble at the right, pictures above the text, below it what can be done with it.
Item {
    id: root

    required property ChatViewModel chat
    required property int row
    required property string body
    required property list<url> pictures
    required property var documents
    required property int version
    required property int versions
    property string needle: ""
    property int found: -1
    readonly property rect foundPlace: Qt.rect(marks.foundPlace.x, content.y + words.y + marks.foundPlace.y, marks.foundPlace.width,
                                               marks.foundPlace.height)
    property bool editing: false
    signal pictureOpened(url picture)
    readonly property real roomWidth: root.width - 4 * Theme.medium
    readonly property int frameWidth: Theme.bubblePictureWidth + 2 * Theme.tiny + Theme.small

    implicitHeight: (root.editing ? editor.implicitHeight : bubble.height) + Theme.tiny + Theme.smallControl

    function edit() {
        root.editing = true
        editor.begin()
    }

    HoverHandler {
        id: pointer
    }

    QuestionEditor {
        id: editor
        anchors.right: parent.right
        width: Math.min(root.width, Theme.bubbleWidth + 2 * Theme.medium)
        height: implicitHeight
        visible: root.editing
        body: root.body
        sendable: root.chat.idle
        onDropped: {
            root.editing = false
            editButton.forceActiveFocus(Qt.OtherFocusReason)
        }
        onSent: (text) => {
            if (root.chat.editQuestion(root.row, text)) {
                root.editing = false
            }
        }
    }

    RowLayout {
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: Theme.smallControl
        visible: !root.editing
        spacing: 0
        HoverTool {
            id: editButton
            objectName: "editQuestion"
            shown: pointer.hovered
            enabled: root.chat.idle
            name: qsTr("Edit the question")
            glyph: "rename"
            onClicked: root.edit()
        }
        HoverTool {
            objectName: "copyQuestion"
            shown: pointer.hovered
            visible: root.body.length > 0
            name: qsTr("Copy the question")
            glyph: "copy"
            onClicked: root.chat.copy(root.body)
        }
        VersionSwitch {
            version: root.version
            versions: root.versions
            enabled: !root.chat.busy
            onStepped: (step) => root.chat.showVersion(root.row, step)
        }
    }

    Rectangle {
        id: bubble
        anchors.right: parent.right
        visible: !root.editing
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
                        objectName: "sentPicture"
                        activeFocusOnTab: true
                        Accessible.role: Accessible.Button
                        Accessible.name: qsTr("Look at the picture closely")
                        Keys.onReturnPressed: root.pictureOpened(frame.modelData)
                        Keys.onSpacePressed: root.pictureOpened(frame.modelData)
                        FocusRing {
                            shown: frame.activeFocus
                        }
                        TapHandler {
                            onTapped: root.pictureOpened(frame.modelData)
                        }
                        HoverHandler {
                            cursorShape: Qt.PointingHandCursor
                        }
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
            DocumentChips {
                width: Math.min(Theme.bubbleWidth, root.roomWidth)
                documents: root.documents
                onOpened: (index) => root.chat.openDocument(root.row, index)
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
                FindMarks {
                    id: marks
                    text: words
                    needle: root.needle
                    found: root.found
                }
            }
        }
    }
}
