pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// Asks once before something is lost for good.
Popup {
    id: root

    property string heading
    property string body
    property string action
    signal confirmed()

    parent: Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(Theme.dialogWidth, parent ? parent.width - 2 * Theme.large : Theme.dialogWidth)
    padding: Theme.huge
    modal: true
    focus: true
    onOpened: cancel.forceActiveFocus()

    Overlay.modal: Rectangle {
        color: Theme.scrim
    }
    background: Rectangle {
        color: Theme.raised
        radius: Theme.largeRadius
        border.width: Theme.hairline
        border.color: Theme.border
    }
    contentItem: ColumnLayout {
        spacing: Theme.medium
        Text {
            Layout.fillWidth: true
            text: root.heading
            font.pixelSize: Theme.leadSize
            font.weight: Theme.emphasis
            color: Theme.text
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Text {
            Layout.fillWidth: true
            text: root.body
            font.pixelSize: Theme.bodySize
            color: Theme.secondaryText
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        RowLayout {
            Layout.topMargin: Theme.small
            Layout.alignment: Qt.AlignRight
            spacing: Theme.small
            ActionButton {
                id: cancel
                objectName: "confirmCancel"
                text: qsTr("Cancel")
                quiet: true
                onClicked: root.close()
            }
            ActionButton {
                objectName: "confirmAction"
                text: root.action
                danger: true
                onClicked: {
                    root.close()
                    root.confirmed()
                }
            }
        }
    }
}
