pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// Something to be read in the middle of the window, with a heading and a way out.
Popup {
    id: root

    required property string title
    default property alias body: holder.data

    anchors.centerIn: parent
    width: Math.min(Theme.receiptWidth, parent.width - 2 * Theme.large)
    height: Math.min(content.implicitHeight, parent.height - 2 * Theme.large)
    padding: 0
    modal: true
    focus: true
    onOpened: close.forceActiveFocus()

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
                text: root.title
                font.pixelSize: Theme.leadSize
                font.weight: Theme.emphasis
                color: Theme.text
                elide: Text.ElideRight
            }
            IconButton {
                id: close
                objectName: "panelClose"
                name: qsTr("Close (Esc)")
                glyph: "close"
                onClicked: root.close()
            }
        }
        ColumnLayout {
            id: holder
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.leftMargin: Theme.large
            Layout.rightMargin: Theme.large
            Layout.bottomMargin: Theme.large
            spacing: Theme.small
        }
    }
}
