pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// A model of this machine in the list: name, figures, what it can do or that it cannot be run.
AbstractButton {
    id: root

    required property string name
    required property string figures
    required property string abilities
    required property bool broken
    required property bool current

    objectName: "modelRow"
    implicitHeight: content.implicitHeight + 2 * Theme.small
    leftPadding: Theme.medium
    rightPadding: Theme.medium
    topPadding: Theme.small
    bottomPadding: Theme.small
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2, %3").arg(root.name).arg(root.figures).arg(root.abilities)

    contentItem: ColumnLayout {
        id: content
        spacing: 2
        Text {
            Layout.fillWidth: true
            text: root.name
            font.pixelSize: Theme.bodySize
            font.weight: Font.Medium
            color: Theme.text
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        Text {
            Layout.fillWidth: true
            text: root.figures
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        Text {
            Layout.fillWidth: true
            text: root.abilities
            font.pixelSize: Theme.captionSize
            color: root.broken ? Theme.warning : Theme.secondaryText
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.current ? Theme.selected : root.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: root.visualFocus
        }
    }
}
