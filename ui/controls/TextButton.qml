pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// A quiet button of text with an optional icon before it.
AbstractButton {
    id: root

    property string glyph: ""
    property color tint: Theme.secondaryText
    property bool outlined: false
    property int textSize: Theme.captionSize

    implicitWidth: content.implicitWidth + 2 * Theme.small
    implicitHeight: Theme.smallControl
    leftPadding: Theme.small
    rightPadding: Theme.small
    focusPolicy: Qt.StrongFocus
    opacity: root.enabled ? 1 : Theme.disabled
    Accessible.name: root.text
    Accessible.role: Accessible.Button

    contentItem: RowLayout {
        id: content
        spacing: Theme.tiny + 2
        Glyph {
            visible: root.glyph.length > 0
            glyph: root.glyph
            size: Theme.smallIcon
            color: root.hovered ? Theme.text : root.tint
        }
        Text {
            Layout.fillWidth: true
            text: root.text
            font.pixelSize: root.textSize
            color: root.hovered ? Theme.text : root.tint
            elide: Text.ElideRight
            textFormat: Text.PlainText
            horizontalAlignment: Text.AlignHCenter
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.smallRadius
        color: root.down ? Theme.pressed : root.hovered ? Theme.hover : "transparent"
        border.width: root.outlined ? Theme.hairline : 0
        border.color: Theme.border
        FocusRing {
            shown: root.visualFocus
        }
    }
}
