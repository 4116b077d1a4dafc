pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// Plain text of several lines to be typed or read, in the colours of the theme. What lies around it is its user's to draw.
TextArea {
    id: root

    required property string name

    padding: Theme.small
    wrapMode: TextArea.Wrap
    textFormat: TextEdit.PlainText
    font.pixelSize: Theme.bodySize
    color: Theme.text
    placeholderTextColor: Theme.secondaryText
    selectByMouse: true
    selectionColor: Theme.textSelection
    selectedTextColor: Theme.text
    background: null
    Accessible.name: root.name
}
