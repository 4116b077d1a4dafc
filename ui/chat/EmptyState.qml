pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// What an empty conversation shows: what the program does, and where to drop a chart.
Item {
    id: root

    required property ChatViewModel chat
    signal filesAsked()
    signal modelAsked()

    ColumnLayout {
        anchors.centerIn: parent
        width: Math.min(Theme.readingWidth, root.width - 2 * Theme.huge)
        spacing: Theme.medium

        Image {
            Layout.alignment: Qt.AlignHCenter
            visible: root.height > 2 * Theme.dropZoneHeight
            source: "qrc:/icons/conclave.svg"
            sourceSize: Qt.size(Theme.appMark, Theme.appMark)
            Accessible.ignored: true
        }
        Text {
            objectName: "welcome"
            Layout.fillWidth: true
            text: qsTr("What does your chart say?")
            font.pixelSize: Theme.titleSize
            font.weight: Theme.emphasis
            color: Theme.text
            wrapMode: Text.Wrap
            horizontalAlignment: Text.AlignHCenter
        }
        Text {
            Layout.fillWidth: true
            Layout.maximumWidth: Theme.leadWidth
            Layout.alignment: Qt.AlignHCenter
            text: qsTr("Conclave reads it on this machine: the table behind it, and a summary whose every number points at its mark.")
            font.pixelSize: Theme.bodySize
            lineHeight: Theme.lineHeight
            color: Theme.secondaryText
            wrapMode: Text.Wrap
            horizontalAlignment: Text.AlignHCenter
        }

        Rectangle {
            Layout.fillWidth: true
            Layout.topMargin: Theme.small
            Layout.preferredHeight: Math.min(Theme.dropZoneHeight, Math.max(zone.implicitHeight + 2 * Theme.large, root.height * 0.42))
            radius: Theme.largeRadius
            color: zoneTap.pressed ? Theme.pressed : zoneHover.hovered ? Theme.hover : Theme.card
            border.width: Theme.hairline
            border.color: zoneHover.hovered ? Theme.accent : Theme.strongBorder

            HoverHandler {
                id: zoneHover
                cursorShape: Qt.PointingHandCursor
            }
            TapHandler {
                id: zoneTap
                onTapped: root.filesAsked()
            }
            ColumnLayout {
                id: zone
                anchors.centerIn: parent
                width: parent.width - 2 * Theme.large
                spacing: Theme.small
                Glyph {
                    Layout.alignment: Qt.AlignHCenter
                    glyph: "chart"
                    size: Theme.largeIcon
                    color: Theme.accent
                }
                Text {
                    Layout.fillWidth: true
                    text: root.chat.chartsOnly ? qsTr("Drop a chart here") : qsTr("Drop a chart or a document here")
                    font.pixelSize: Theme.leadSize
                    font.weight: Font.Medium
                    color: Theme.text
                    wrapMode: Text.Wrap
                    horizontalAlignment: Text.AlignHCenter
                }
                Text {
                    Layout.fillWidth: true
                    text: qsTr("or paste a picture, or choose a file")
                    font.pixelSize: Theme.captionSize
                    color: Theme.secondaryText
                    wrapMode: Text.Wrap
                    horizontalAlignment: Text.AlignHCenter
                }
                Flow {
                    Layout.alignment: Qt.AlignHCenter
                    Layout.topMargin: Theme.small
                    spacing: Theme.small
                    ActionButton {
                        objectName: "trySample"
                        visible: root.chat.sampleAvailable
                        enabled: root.chat.idle
                        text: qsTr("Try the sample chart")
                        onClicked: root.chat.trySample()
                    }
                    ActionButton {
                        objectName: "chooseFile"
                        quiet: true
                        text: qsTr("Choose a file…")
                        onClicked: root.filesAsked()
                    }
                    ActionButton {
                        objectName: "emptyLoadModel"
                        visible: !root.chat.modelLoaded && !root.chat.modelLoading
                        quiet: true
                        text: qsTr("Load model…")
                        onClicked: root.modelAsked()
                    }
                }
            }
        }
    }
}
