pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// An entry of a ThemedMenu.
MenuItem {
    id: root

    property string glyph: ""

    implicitHeight: Theme.row
    padding: Theme.small
    Accessible.name: root.text

    indicator: null
    contentItem: RowLayout {
        spacing: Theme.small
        Glyph {
            glyph: root.checkable ? (root.checked ? "check" : "") : root.glyph
            Layout.preferredWidth: Theme.icon
        }
        Text {
            Layout.fillWidth: true
            objectName: "menuText"
            text: root.text
            font.pixelSize: Theme.bodySize
            color: Theme.text
            opacity: root.enabled ? 1 : Theme.disabled
            elide: Text.ElideRight
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
        Glyph {
            visible: root.subMenu !== null
            glyph: "chevron-right"
            size: Theme.smallIcon
        }
    }
    arrow: null
    background: Rectangle {
        radius: Theme.smallRadius
        color: root.highlighted ? Theme.hover : "transparent"
    }
}
