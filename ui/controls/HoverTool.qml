pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// A small button that shows while its message is pointed at, or while the keyboard is on it; the keyboard always reaches it.
IconButton {
    id: root

    property bool shown: false

    side: Theme.smallControl
    glyphSize: Theme.smallIcon
    opacity: root.shown || root.activeFocus || root.hovered ? (root.enabled ? 1 : Theme.disabled) : 0

    Behavior on opacity {
        NumberAnimation {
            duration: Theme.quick
        }
    }
}
