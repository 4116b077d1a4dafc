pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// The tiles that a picture is cut into for a model, drawn over it.
Item {
    id: root

    required property int columns
    required property int rows

    visible: columns > 0

    Repeater {
        model: root.visible ? root.columns - 1 : 0
        delegate: Rectangle {
            required property int index
            x: Math.round((index + 1) * root.width / root.columns)
            width: Theme.hairline
            height: root.height
            color: Theme.tileLine
        }
    }
    Repeater {
        model: root.visible ? root.rows - 1 : 0
        delegate: Rectangle {
            required property int index
            y: Math.round((index + 1) * root.height / root.rows)
            width: root.width
            height: Theme.hairline
            color: Theme.tileLine
        }
    }
}
