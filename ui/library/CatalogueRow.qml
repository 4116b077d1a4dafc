pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// A model that can be fetched.
RowLayout {
    id: root

    required property var model
    signal fetchAsked()

    spacing: Theme.medium

    Column { // not a layout of layouts: texts that wrap anew must move what stands below them
        id: words
        Layout.fillWidth: true
        spacing: 2
        Text {
            width: words.width
            text: root.model.name
            font.pixelSize: Theme.bodySize
            font.weight: Font.Medium
            color: Theme.text
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Text {
            width: words.width
            text: root.model.strengths
            font.pixelSize: Theme.captionSize
            color: Theme.text
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Text {
            width: words.width
            text: root.model.checked ? root.model.figures : qsTr("%1 · checked only against what the server states").arg(root.model.figures)
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
    }
    TextButton {
        objectName: "fetchListed"
        outlined: true
        text: qsTr("Fetch")
        glyph: "download"
        Accessible.name: qsTr("Fetch %1").arg(root.model.name)
        onClicked: root.fetchAsked()
    }
}
