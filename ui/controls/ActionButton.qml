pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// The button that is meant: filled with the accent, or with the danger colour.
AbstractButton {
    id: root

    property string glyph: ""
    property bool danger: false
    property bool quiet: false
    // What cannot be pressed now is drawn as a quiet one: dimmed ink on a dimmed accent could not be read.
    readonly property bool plain: root.quiet || !root.enabled
    readonly property color ink: !root.enabled ? Theme.secondaryText : root.quiet ? Theme.text : Theme.accentText

    implicitWidth: content.implicitWidth + 2 * Theme.large
    implicitHeight: Theme.row
    leftPadding: Theme.large
    rightPadding: Theme.large
    focusPolicy: Qt.StrongFocus
    Accessible.name: root.text
    Accessible.role: Accessible.Button

    contentItem: RowLayout {
        id: content
        spacing: Theme.small
        Glyph {
            visible: root.glyph.length > 0
            glyph: root.glyph
            color: root.ink
        }
        Text {
            Layout.fillWidth: true
            text: root.text
            font.pixelSize: Theme.bodySize
            font.weight: Font.Medium
            color: root.ink
            elide: Text.ElideRight
            textFormat: Text.PlainText
            horizontalAlignment: root.glyph.length > 0 ? Text.AlignLeft : Text.AlignHCenter
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.plain ? (root.hovered ? Theme.hover : Theme.raised)
                          : root.danger ? Theme.danger : root.hovered ? Theme.accentHover : Theme.accent
        border.width: root.plain ? Theme.hairline : 0
        border.color: root.enabled ? Theme.strongBorder : Theme.border
        FocusRing {
            shown: root.visualFocus
        }
    }
}
