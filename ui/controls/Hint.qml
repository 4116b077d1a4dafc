pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// A tool tip in the colours of the theme.
ToolTip {
    id: root

    property bool wraps: false ///< within the width that it is given

    delay: Theme.hintDelay
    padding: Theme.small
    font.pixelSize: Theme.captionSize

    contentItem: Text {
        text: root.text
        font: root.font
        color: Theme.text
        wrapMode: root.wraps ? Text.Wrap : Text.NoWrap
        textFormat: Text.PlainText
    }
    background: Rectangle {
        color: Theme.raised
        radius: Theme.smallRadius
        border.width: Theme.hairline
        border.color: Theme.strongBorder
    }
}
