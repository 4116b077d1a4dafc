pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// A thin scroll bar that shows while there is something to scroll.
ScrollBar {
    id: root

    padding: 2
    minimumSize: 0.08
    policy: ScrollBar.AsNeeded
    Accessible.name: qsTr("Scroll")

    contentItem: Rectangle {
        implicitWidth: Theme.scrollHandle
        implicitHeight: Theme.scrollHandle
        radius: Theme.scrollHandle / 2
        color: root.pressed || root.hovered ? Theme.secondaryText : Theme.strongBorder
        visible: root.size < 1
    }
    background: null
}
