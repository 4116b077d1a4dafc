pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// A square button with an icon; its name is the tool tip and what a screen reader says.
AbstractButton {
    id: root

    required property string name
    required property string glyph
    property color tint: Theme.secondaryText
    property int side: Theme.control
    property int glyphSize: Theme.icon
    property bool filled: false

    implicitWidth: root.side
    implicitHeight: root.side
    focusPolicy: Qt.StrongFocus
    opacity: root.enabled ? 1 : Theme.disabled
    Accessible.name: root.name
    Accessible.role: Accessible.Button

    contentItem: Item {
        Glyph {
            anchors.centerIn: parent
            glyph: root.glyph
            size: root.glyphSize
            color: root.filled ? Theme.accentText : root.hovered ? Theme.text : root.tint
        }
    }
    background: Rectangle {
        radius: root.filled ? Theme.radius : Theme.smallRadius
        color: root.filled ? (root.hovered ? Theme.accentHover : Theme.accent)
                           : root.down ? Theme.pressed : root.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: root.visualFocus
        }
    }

    Hint {
        visible: root.hovered && root.enabled
        text: root.name
    }
}
