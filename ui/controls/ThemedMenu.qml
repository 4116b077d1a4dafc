pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// A menu in the colours of the theme.
Menu {
    id: root

    width: Theme.menuWidth
    padding: Theme.tiny
    margins: Theme.small

    delegate: ThemedMenuItem {}
    background: Rectangle {
        implicitWidth: Theme.menuWidth
        color: Theme.raised
        radius: Theme.radius
        border.width: Theme.hairline
        border.color: Theme.strongBorder
    }
}
