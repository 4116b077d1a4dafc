pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// Three dots that breathe while an answer is on its way.
Row {
    id: root

    spacing: Theme.tiny
    Accessible.role: Accessible.Indicator
    Accessible.name: qsTr("An answer is being written")

    Repeater {
        model: 3
        delegate: Rectangle {
            id: dot
            required property int index
            width: Theme.typingDot
            height: Theme.typingDot
            radius: Theme.typingDot / 2
            color: Theme.accent
            SequentialAnimation on opacity {
                running: root.visible
                loops: Animation.Infinite
                PauseAnimation { duration: dot.index * Theme.calm }
                NumberAnimation { from: 1; to: 0.25; duration: Theme.pulse / 2; easing.type: Easing.InOutSine }
                NumberAnimation { from: 0.25; to: 1; duration: Theme.pulse / 2; easing.type: Easing.InOutSine }
                PauseAnimation { duration: (2 - dot.index) * Theme.calm }
            }
        }
    }
}
