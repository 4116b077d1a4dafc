pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// An attachment looked at: its picture or its words, its pages to choose from, and what it costs.
Popup {
    id: root

    required property AttachmentPreview preview
    readonly property bool wide: width > Theme.sideBySideWidth

    objectName: "previewPanel"
    anchors.centerIn: parent
    width: Math.min(Theme.previewWidth, parent.width - 2 * Theme.large)
    height: Math.min(Theme.previewHeight, parent.height - 2 * Theme.large)
    padding: Theme.hairline
    modal: true
    focus: true
    visible: root.preview.shown
    onClosed: root.preview.close()
    onOpened: close.forceActiveFocus()

    component Caption: Text {
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        textFormat: Text.PlainText
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
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.headerHeight
            Layout.leftMargin: Theme.large
            Layout.rightMargin: Theme.small
            spacing: Theme.medium
            Text {
                objectName: "previewName"
                Layout.fillWidth: true
                text: root.preview.name
                font.pixelSize: Theme.leadSize
                font.weight: Theme.emphasis
                color: Theme.text
                elide: Text.ElideMiddle
                textFormat: Text.PlainText
            }
            Caption {
                objectName: "previewDetail"
                text: root.preview.detail
            }
            IconButton {
                id: close
                objectName: "previewClose"
                name: qsTr("Close (Esc)")
                glyph: "close"
                onClicked: root.close()
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.hairline
            color: Theme.border
        }
        Item {
            id: body
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.bottomMargin: footer.visible ? 0 : Theme.radius
            ColumnLayout {
                id: chooser
                width: root.wide ? Theme.partsWidth : body.width
                height: root.wide ? body.height : Theme.partsHeight
                visible: root.preview.partCount > 1
                spacing: 0
                RowLayout {
                    Layout.fillWidth: true
                    Layout.margins: Theme.small
                    spacing: Theme.tiny
                    TextButton {
                        objectName: "chooseAll"
                        outlined: true
                        text: qsTr("All")
                        Accessible.name: qsTr("Take all parts along")
                        enabled: root.preview.chosenCount < root.preview.partCount
                        onClicked: root.preview.chooseAll()
                    }
                    TextButton {
                        objectName: "chooseOne"
                        outlined: true
                        text: qsTr("Only this")
                        Accessible.name: qsTr("Take only this part along")
                        enabled: root.preview.chosenCount > 1
                        onClicked: root.preview.chooseOnlyCurrent()
                    }
                    Item {
                        Layout.fillWidth: true
                    }
                    Caption {
                        objectName: "chosenCount"
                        text: qsTr("%1 of %2").arg(root.preview.chosenCount).arg(root.preview.partCount)
                    }
                }
                PartsList {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.leftMargin: Theme.small
                    Layout.rightMargin: Theme.small
                    preview: root.preview
                }
            }
            Rectangle {
                x: chooser.visible && root.wide ? chooser.width : 0
                y: chooser.visible && !root.wide ? chooser.height : 0
                width: body.width - x
                height: body.height - y
                color: Theme.window
                Image {
                    id: picture
                    objectName: "previewPicture"
                    anchors.fill: parent
                    anchors.margins: Theme.medium
                    visible: root.preview.picture.length > 0
                    source: root.preview.picture
                    fillMode: Image.PreserveAspectFit
                    smooth: true
                    mipmap: true
                    Accessible.role: Accessible.Graphic
                    Accessible.name: root.preview.name
                }
                ScrollView {
                    id: scroller
                    anchors.fill: parent
                    visible: !picture.visible
                    contentWidth: availableWidth
                    ThemedArea {
                        objectName: "previewText"
                        text: root.preview.text
                        readOnly: true
                        padding: Theme.large
                        name: qsTr("Text of %1").arg(root.preview.name)
                    }
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.hairline
            visible: footer.visible
            color: Theme.border
        }
        RowLayout {
            id: footer
            Layout.fillWidth: true
            Layout.margins: Theme.small
            Layout.leftMargin: Theme.large
            visible: root.preview.drawable || notes.text.length > 0
            spacing: Theme.small
            Caption {
                id: notes
                objectName: "previewNotes"
                Layout.fillWidth: true
                wrapMode: Text.Wrap
                text: root.preview.textCut ? (root.preview.notes + " " + qsTr("Only the beginning is shown here; all of it is told.")).trim()
                                           : root.preview.notes
            }
            TextButton {
                objectName: "asText"
                visible: root.preview.drawable
                outlined: true
                text: qsTr("As text")
                glyph: root.preview.asPictures ? "" : "check"
                tint: root.preview.asPictures ? Theme.text : Theme.accent
                Accessible.name: qsTr("Attach the words of the pages")
                onClicked: root.preview.asPictures = false
            }
            TextButton {
                objectName: "asPictures"
                visible: root.preview.drawable
                outlined: true
                text: qsTr("As pictures")
                glyph: root.preview.asPictures ? "check" : ""
                tint: root.preview.asPictures ? Theme.accent : Theme.text
                Accessible.name: qsTr("Attach the pages as pictures")
                onClicked: root.preview.asPictures = true
            }
        }
    }
}
