pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// Copies something; its icon becomes a tick for a moment.
TextButton {
    id: root

    required property string name

    outlined: true
    glyph: done.running ? "check" : "copy"
    tint: done.running ? Theme.accent : Theme.secondaryText
    Accessible.name: root.name
    onClicked: done.restart()

    Timer {
        id: done
        interval: Theme.confirmation
    }
    Hint {
        visible: root.hovered
        text: root.name
    }
}
