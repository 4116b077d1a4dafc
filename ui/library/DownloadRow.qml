pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// One download: name, state, a line of progress, pause, go on, forget.
Rectangle {
    id: root

    required property double downloadId
    required property string name
    required property string stateText
    required property real share
    required property bool runs
    required property bool rests
    required property bool done
    required property bool failed
    signal pauseAsked()
    signal resumeAsked()
    signal removalAsked()

    objectName: "downloadRow"
    implicitHeight: content.implicitHeight + 2 * Theme.medium
    radius: Theme.radius
    color: Theme.card
    border.width: Theme.hairline
    border.color: Theme.border
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1: %2").arg(root.name).arg(root.stateText)

    ColumnLayout {
        id: content
        anchors.fill: parent
        anchors.margins: Theme.medium
        spacing: Theme.tiny
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.tiny
            Text {
                objectName: "downloadName"
                Layout.fillWidth: true
                text: root.name
                font.pixelSize: Theme.bodySize
                font.weight: Font.Medium
                color: Theme.text
                elide: Text.ElideMiddle
                textFormat: Text.PlainText
            }
            IconButton {
                objectName: "pauseDownload"
                visible: root.runs
                name: qsTr("Pause")
                glyph: "pause"
                side: Theme.smallControl
                glyphSize: Theme.smallIcon
                onClicked: root.pauseAsked()
            }
            IconButton {
                objectName: "resumeDownload"
                visible: root.rests
                name: root.failed ? qsTr("Try again") : qsTr("Go on")
                glyph: root.failed ? "again" : "go-on"
                side: Theme.smallControl
                glyphSize: Theme.smallIcon
                onClicked: root.resumeAsked()
            }
            IconButton {
                objectName: "removeDownload"
                name: root.done ? qsTr("Take it off this list; the model stays") : qsTr("Stop, and remove what has come")
                glyph: "close"
                side: Theme.smallControl
                glyphSize: Theme.smallIcon
                onClicked: root.removalAsked()
            }
        }
        Text {
            objectName: "downloadState"
            Layout.fillWidth: true
            text: root.stateText
            font.pixelSize: Theme.captionSize
            color: root.failed ? Theme.warning : Theme.secondaryText
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Rectangle {
            Layout.fillWidth: true
            visible: !root.done && root.share >= 0
            implicitHeight: Theme.tiny
            radius: Theme.tiny / 2
            color: Theme.hover
            Rectangle {
                width: parent.width * Math.max(0, root.share)
                height: parent.height
                radius: height / 2
                color: root.runs ? Theme.accent : Theme.strongBorder
            }
        }
    }
}
