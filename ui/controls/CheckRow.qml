pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// Something that is on or off, in words.
CheckBox {
    id: root

    padding: 0
    Accessible.name: root.text

    indicator: Rectangle {
        y: (root.height - height) / 2
        width: Theme.icon
        height: Theme.icon
        radius: Theme.tiny
        color: root.checked ? Theme.accent : Theme.card
        border.width: Theme.hairline
        border.color: root.checked ? Theme.accent : Theme.strongBorder
        Glyph {
            anchors.centerIn: parent
            visible: root.checked
            glyph: "check"
            size: Theme.smallIcon
            color: Theme.accentText
        }
        FocusRing {
            shown: root.visualFocus
        }
    }
    contentItem: Text {
        leftPadding: Theme.icon + Theme.small
        text: root.text
        font.pixelSize: Theme.bodySize
        color: Theme.text
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        verticalAlignment: Text.AlignVCenter
    }
}
