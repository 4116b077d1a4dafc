pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// A line of text to be typed, in the colours of the theme.
TextField {
    id: root

    required property string name

    implicitHeight: Theme.control
    leftPadding: Theme.small
    rightPadding: Theme.small
    topPadding: 0
    bottomPadding: 0
    verticalAlignment: TextInput.AlignVCenter
    font.pixelSize: Theme.bodySize
    color: Theme.text
    placeholderTextColor: Theme.secondaryText
    selectByMouse: true
    selectionColor: Theme.textSelection
    selectedTextColor: Theme.text
    Accessible.name: root.name
    background: Rectangle {
        radius: Theme.smallRadius
        color: Theme.card
        border.width: Theme.hairline
        border.color: root.activeFocus ? Theme.accent : Theme.strongBorder
    }
}
