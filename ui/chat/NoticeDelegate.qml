pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// Said by the program itself.
Item {
    id: root

    required property string body

    implicitHeight: words.implicitHeight

    Text {
        id: words
        width: parent.width
        text: root.body
        textFormat: Text.PlainText
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
        color: Theme.secondaryText
        font.pixelSize: Theme.captionSize
    }
}
