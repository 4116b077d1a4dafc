pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// The pages or sheets of a document. Up and Down look at them, Space takes one along or leaves it out.
ListView {
    id: root

    required property AttachmentPreview preview

    objectName: "partsList"
    clip: true
    model: root.preview.parts
    currentIndex: root.preview.current
    boundsBehavior: Flickable.StopAtBounds
    keyNavigationEnabled: true
    activeFocusOnTab: true
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Parts of %1").arg(root.preview.name)
    onCurrentIndexChanged: if (root.activeFocus) root.preview.current = root.currentIndex
    ScrollBar.vertical: ScrollHandle {}

    delegate: ItemDelegate {
        id: part
        required property int index
        required property string name
        required property bool chosen
        required property bool empty

        objectName: "part"
        width: ListView.view.width
        height: Theme.row
        padding: Theme.small
        focusPolicy: Qt.NoFocus
        Accessible.role: Accessible.CheckBox
        Accessible.checkable: true
        Accessible.checked: part.chosen
        Accessible.name: part.name
        onClicked: root.preview.current = part.index
        Keys.onSpacePressed: root.preview.turn(part.index)
        background: Rectangle {
            radius: Theme.smallRadius
            color: root.preview.current === part.index ? Theme.selected : part.hovered ? Theme.hover : "transparent"
            FocusRing {
                shown: root.activeFocus && root.preview.current === part.index
            }
        }
        contentItem: RowLayout {
            spacing: Theme.small
            AbstractButton {
                id: box
                objectName: "partChosen"
                implicitWidth: Theme.icon
                implicitHeight: Theme.icon
                focusPolicy: Qt.NoFocus
                Accessible.ignored: true
                onClicked: root.preview.turn(part.index)
                background: Rectangle {
                    radius: Theme.tiny
                    color: part.chosen ? Theme.accent : Theme.card
                    border.width: Theme.hairline
                    border.color: part.chosen ? Theme.accent : Theme.strongBorder
                    Glyph {
                        anchors.centerIn: parent
                        visible: part.chosen
                        glyph: "check"
                        size: Theme.smallIcon
                        color: Theme.accentText
                    }
                }
            }
            Text {
                Layout.fillWidth: true
                text: part.name
                font.pixelSize: Theme.bodySize
                color: part.empty ? Theme.secondaryText : Theme.text
                elide: Text.ElideRight
                textFormat: Text.PlainText
                Accessible.ignored: true
            }
            Glyph {
                visible: part.empty
                glyph: "image"
                size: Theme.smallIcon
            }
        }
    }
}
