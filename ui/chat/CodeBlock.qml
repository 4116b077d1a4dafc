pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// Code on its own ground, coloured; copied and saved as a whole. A long block comes in several of these, one below the other.
Item {
    id: root

    property alias code: text.code
    property alias language: text.language
    required property bool begins
    required property bool ends
    property string needle: ""
    property int found: -1
    readonly property rect foundPlace: Qt.rect(marks.foundPlace.x - area.contentX, area.y + marks.foundPlace.y, marks.foundPlace.width,
                                               marks.foundPlace.height)
    signal copyAsked()
    signal saveAsked()
    signal selected(view: Item)

    function selection(): string {
        return words.selectedText
    }

    function deselect() {
        words.deselect()
    }

    objectName: "codeBlock"
    implicitHeight: head.height + area.height + (root.ends ? Theme.small : 0) + (root.begins ? 0 : Theme.small / 4)

    CodeText {
        id: text
        keyword: Theme.codeKeyword
        type: Theme.codeType
        string: Theme.codeString
        number: Theme.codeNumber
        comment: Theme.codeComment
        name: Theme.codeName
    }
    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: Theme.codeGround
    }
    Rectangle { // the corners of a piece in the middle
        width: parent.width
        height: root.begins ? 0 : Theme.radius
        color: Theme.codeGround
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: root.ends ? 0 : Theme.radius
        color: Theme.codeGround
    }
    RowLayout {
        id: head
        x: Theme.medium
        width: parent.width - Theme.medium - Theme.tiny
        height: root.begins ? Theme.smallControl + Theme.tiny : 0
        visible: root.begins
        spacing: 0
        Text {
            objectName: "codeLanguage"
            Layout.fillWidth: true
            text: text.languageName.length > 0 ? text.languageName : qsTr("Code")
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        IconButton {
            objectName: "saveCode"
            name: qsTr("Save the code as a file")
            glyph: "save"
            side: Theme.smallControl
            glyphSize: Theme.smallIcon
            onClicked: root.saveAsked()
        }
        IconButton {
            objectName: "copyCode"
            name: qsTr("Copy the code")
            glyph: done.running ? "check" : "copy"
            tint: done.running ? Theme.accent : Theme.secondaryText
            side: Theme.smallControl
            glyphSize: Theme.smallIcon
            onClicked: {
                root.copyAsked()
                done.restart()
            }
            Timer {
                id: done
                interval: Theme.confirmation
            }
        }
    }
    Flickable {
        id: area
        x: Theme.medium
        y: head.height + (root.begins ? 0 : Theme.small / 4)
        width: parent.width - 2 * Theme.medium
        height: words.implicitHeight + (bar.size < 1 ? Theme.small : 0)
        contentWidth: words.contentWidth
        contentHeight: words.implicitHeight
        flickableDirection: Flickable.HorizontalFlick
        boundsBehavior: Flickable.StopAtBounds
        interactive: bar.size < 1
        clip: true
        ScrollBar.horizontal: ScrollHandle {
            id: bar
        }
        TextEdit {
            id: words
            objectName: "codeText"
            textFormat: TextEdit.PlainText
            wrapMode: TextEdit.NoWrap
            readOnly: true
            selectByMouse: true
            persistentSelection: true
            color: Theme.text
            selectionColor: Theme.textSelection
            selectedTextColor: Theme.text
            font.family: Theme.codeFamily
            font.pixelSize: Theme.codeSize
            tabStopDistance: 4 * letter.advanceWidth
            Accessible.name: qsTr("Code: %1").arg(text.code)
            Component.onCompleted: text.target = words.textDocument // not before: it is set anew then
            onSelectedTextChanged: if (selectedText.length > 0) root.selected(root)
            FindMarks {
                id: marks
                text: words
                needle: root.needle
                found: root.found
                onFoundPlaceChanged: {
                    if (foundPlace.width > 0) {
                        area.contentX = Math.max(0, Math.min(area.contentWidth - area.width,
                                                             Math.max(foundPlace.right - area.width, Math.min(area.contentX, foundPlace.x))))
                    }
                }
            }
            TextMetrics {
                id: letter
                font: words.font
                text: "0"
            }
        }
    }
}
