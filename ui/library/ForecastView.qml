pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// What loading the model would mean: a bar of memory with its parts, speeds, and what came true the last time.
Column { // no layout of layouts: those of Qt 6.4 lose heights that follow a width
    id: root

    required property ForecastModel forecast
    readonly property var contextSteps: [2048, 4096, 8192, 16384, 32768, 65536, 131072]

    spacing: Theme.medium

    component Caption: Text {
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
    component Figure: Text {
        Layout.fillWidth: true
        font.pixelSize: Theme.bodySize
        color: Theme.text
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }

    RowLayout {
        width: root.width
        spacing: Theme.small
        visible: root.forecast.ready
        Rectangle {
            implicitWidth: Theme.small
            implicitHeight: Theme.small
            radius: Theme.small / 2
            color: root.forecast.runs ? Theme.accent : Theme.warning
        }
        Text {
            objectName: "forecastVerdict"
            Layout.fillWidth: true
            text: root.forecast.verdict
            font.pixelSize: Theme.leadSize
            font.weight: Theme.emphasis
            color: Theme.text
            wrapMode: Text.Wrap
        }
    }
    Caption {
        width: root.width
        visible: !root.forecast.ready && root.forecast.working
        text: qsTr("Reading the header…")
    }
    Figure {
        width: root.width
        visible: text.length > 0
        text: root.forecast.reason
    }
    Repeater {
        model: root.forecast.remedies
        delegate: Item {
            id: remedy
            required property string modelData
            width: root.width
            height: remedyWords.height
            Glyph {
                id: remedyGlyph
                y: (firstLine.height - height) / 2
                glyph: "chevron-right"
                size: Theme.smallIcon
            }
            FontMetrics {
                id: firstLine
                font: remedyWords.font
            }
            Figure {
                id: remedyWords
                anchors.left: remedyGlyph.right
                anchors.right: parent.right
                anchors.leftMargin: Theme.small
                text: remedy.modelData
            }
        }
    }

    Column {
        width: root.width
        visible: root.forecast.parts.length > 0
        spacing: Theme.small

        Item {
            width: parent.width
            height: memory.height
            Caption {
                text: qsTr("Memory")
            }
            Caption {
                id: memory
                objectName: "forecastMemory"
                anchors.right: parent.right
                text: root.forecast.memoryText
            }
        }
        Rectangle {
            objectName: "forecastBar"
            width: parent.width
            height: Theme.large
            radius: Theme.tiny
            color: Theme.hover
            clip: true
            Accessible.role: Accessible.ProgressBar
            Accessible.name: qsTr("Memory: %1").arg(root.forecast.memoryText)
            Row {
                anchors.fill: parent
                Repeater {
                    model: root.forecast.parts
                    delegate: Rectangle {
                        required property var modelData
                        width: parent.width * modelData.share
                        height: parent.height
                        color: Theme.seriesInk(modelData.index)
                        opacity: modelData.onDisk ? Theme.disabled : 1
                    }
                }
            }
        }
        Repeater {
            model: root.forecast.parts
            delegate: Item {
                id: part
                required property var modelData
                width: root.width
                height: partName.height
                Rectangle {
                    id: partInk
                    anchors.verticalCenter: parent.verticalCenter
                    width: Theme.mark
                    height: Theme.mark
                    radius: 2
                    color: Theme.seriesInk(part.modelData.index)
                    opacity: part.modelData.onDisk ? Theme.disabled : 1
                }
                Caption {
                    id: partName
                    anchors.left: partInk.right
                    anchors.right: partSize.left
                    anchors.leftMargin: Theme.small
                    anchors.rightMargin: Theme.small
                    text: qsTr("%1: %2").arg(part.modelData.name).arg(part.modelData.place)
                }
                Caption {
                    id: partSize
                    anchors.right: parent.right
                    color: Theme.text
                    text: part.modelData.size
                }
            }
        }
    }

    Column {
        width: root.width
        visible: root.forecast.parts.length > 0
        spacing: Theme.small
        Caption {
            text: qsTr("Context, in tokens")
        }
        Flow {
            width: parent.width
            spacing: Theme.tiny
            Repeater {
                model: root.contextSteps.filter((step) => step <= Math.max(root.forecast.mostContext, root.contextSteps[0]))
                delegate: TextButton {
                    required property int modelData
                    readonly property bool current: root.forecast.contextTokens === modelData
                    objectName: "contextStep"
                    outlined: true
                    tint: current ? Theme.accent : Theme.secondaryText
                    text: qsTr("%1 K").arg(modelData / 1024)
                    Accessible.name: qsTr("With a context of %1 tokens").arg(modelData)
                    onClicked: root.forecast.contextTokens = modelData
                }
            }
        }
    }

    GridLayout {
        width: root.width
        visible: root.forecast.parts.length > 0
        columns: 2
        columnSpacing: Theme.medium
        rowSpacing: Theme.small
        Caption {
            visible: root.forecast.measured
            text: qsTr("Answers at")
        }
        Figure {
            objectName: "forecastSpeed"
            visible: root.forecast.measured
            text: root.forecast.answerSpeed
        }
        Caption {
            visible: root.forecast.promptSpeed.length > 0
            text: qsTr("Reads prompts at")
        }
        Figure {
            visible: root.forecast.promptSpeed.length > 0
            text: root.forecast.promptSpeed
        }
        Caption {
            visible: root.forecast.longestContext.length > 0
            text: qsTr("Longest context that fits")
        }
        Figure {
            visible: root.forecast.longestContext.length > 0
            text: root.forecast.longestContext
        }
        Caption {
            visible: root.forecast.outcome.length > 0
            Layout.alignment: Qt.AlignTop
            text: qsTr("Last answer")
        }
        Figure {
            objectName: "forecastOutcome"
            visible: root.forecast.outcome.length > 0
            text: root.forecast.outcome
        }
    }
    TextButton {
        objectName: "measureMachine"
        visible: root.forecast.ready && root.forecast.parts.length > 0 && !root.forecast.measured
        enabled: !root.forecast.working
        outlined: true
        text: root.forecast.working ? qsTr("Measuring this machine…") : qsTr("Measure this machine for a forecast of speed (some seconds)")
        onClicked: root.forecast.measure()
    }
}
