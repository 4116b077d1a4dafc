pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// A line that folds something out below it, and in again: `text` behind an arrow. `Accessible.name` is for whoever uses it.
AbstractButton {
    id: root

    required property bool open
    property int textSize: Theme.bodySize
    readonly property color tint: hovered ? Theme.text : Theme.secondaryText
    property alias title: words

    implicitWidth: content.implicitWidth + 2 * Theme.small
    implicitHeight: Theme.smallControl
    Layout.leftMargin: -Theme.small
    leftPadding: Theme.small
    rightPadding: Theme.small
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.checkable: true
    Accessible.checked: open
    contentItem: RowLayout {
        id: content
        spacing: Theme.tiny
        Glyph {
            glyph: root.open ? "chevron-down" : "chevron-right"
            size: Theme.smallIcon
            color: root.tint
        }
        Text {
            id: words
            text: root.text
            textFormat: Text.PlainText
            font.pixelSize: root.textSize
            color: root.tint
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.smallRadius
        color: root.down ? Theme.pressed : root.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: root.visualFocus
        }
    }
}
