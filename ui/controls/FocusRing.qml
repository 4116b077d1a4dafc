pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// The line around what the keyboard is on.
Rectangle {
    id: root

    property bool shown: false

    anchors.fill: parent
    anchors.margins: -Theme.focusWidth
    radius: Theme.smallRadius + Theme.focusWidth
    visible: root.shown
    color: "transparent"
    border.width: Theme.focusWidth
    border.color: Theme.focus
}
