pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// What loading the model would mean: a bar of memory with its parts, speeds, and what came true the last time.
ColumnLayout {
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
        Layout.fillWidth: true
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
        Layout.fillWidth: true
        visible: !root.forecast.ready && root.forecast.working
        text: qsTr("Reading the header…")
    }
    Figure {
        visible: text.length > 0
        text: root.forecast.reason
    }
    Repeater {
        model: root.forecast.remedies
        delegate: RowLayout {
            id: remedy
            required property string modelData
            Layout.fillWidth: true
            spacing: Theme.small
            Glyph {
                Layout.alignment: Qt.AlignTop
                glyph: "chevron-right"
                size: Theme.smallIcon
            }
            Figure {
                text: remedy.modelData
            }
        }
    }

    ColumnLayout {
        Layout.fillWidth: true
        visible: root.forecast.parts.length > 0
        spacing: Theme.small

        RowLayout {
            Layout.fillWidth: true
            Caption {
                Layout.fillWidth: true
                text: qsTr("Memory")
            }
            Caption {
                objectName: "forecastMemory"
                text: root.forecast.memoryText
            }
        }
        Rectangle {
            objectName: "forecastBar"
            Layout.fillWidth: true
            implicitHeight: Theme.large
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
            delegate: RowLayout {
                id: part
                required property var modelData
                Layout.fillWidth: true
                spacing: Theme.small
                Rectangle {
                    implicitWidth: Theme.mark
                    implicitHeight: Theme.mark
                    radius: 2
                    color: Theme.seriesInk(part.modelData.index)
                    opacity: part.modelData.onDisk ? Theme.disabled : 1
                }
                Caption {
                    Layout.fillWidth: true
                    text: qsTr("%1: %2").arg(part.modelData.name).arg(part.modelData.place)
                }
                Caption {
                    color: Theme.text
                    text: part.modelData.size
                }
            }
        }
    }

    Caption {
        visible: root.forecast.parts.length > 0
        text: qsTr("Context, in tokens")
    }
    Flow {
        Layout.fillWidth: true
        Layout.topMargin: -Theme.small
        visible: root.forecast.parts.length > 0
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

    GridLayout {
        Layout.fillWidth: true
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
