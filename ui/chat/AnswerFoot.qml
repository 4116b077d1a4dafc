pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// The end of an answer: its state and figures, and what can be done with it.
RowLayout {
    id: root

    required property ChatViewModel chat
    required property int row
    required property int version
    required property int versions
    required property bool continuable
    required property string body
    required property ChartAnswer chart
    required property bool streaming
    required property string badge
    required property string figures
    required property bool pointed
    readonly property bool isChart: root.chart !== null
    readonly property bool isReading: isChart && !root.chart.isAnswer
    signal quoteAsked()
    signal editAsked()
    signal chartSaveAsked(string ending)

    spacing: Theme.tiny

    TypingMark {
        visible: root.streaming
        Layout.fillWidth: true
        Layout.preferredHeight: Theme.smallControl
    }
    Badge {
        visible: !root.streaming && root.badge.length > 0
        text: root.badge
    }
    VersionSwitch {
        visible: !root.streaming && root.versions > 1
        version: root.version
        versions: root.versions
        enabled: !root.chat.busy
        onStepped: (step) => root.chat.showVersion(root.row, step)
    }
    Text {
        id: figuresText
        objectName: "answerFigures"
        Layout.fillWidth: true
        Layout.minimumWidth: 0
        visible: !root.streaming
        opacity: truncated && width < Theme.leastText ? 0 : 1
        text: root.figures
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        elide: Text.ElideRight
        textFormat: Text.PlainText
        HoverHandler {
            id: figuresPointer
        }
        Hint {
            text: root.figures
            visible: figuresText.truncated && figuresPointer.hovered
        }
    }
    TextButton {
        objectName: "continueAnswer"
        visible: !root.streaming && root.continuable
        enabled: root.chat.idle
        outlined: true
        glyph: "go-on"
        text: qsTr("Continue")
        Accessible.name: qsTr("Continue the answer")
        onClicked: root.chat.continueAnswer(root.row)
    }
    HoverTool {
        objectName: "quoteAnswer"
        visible: !root.streaming && !root.isChart && root.body.length > 0
        shown: root.pointed
        name: qsTr("Quote in your question")
        glyph: "quote"
        onClicked: root.quoteAsked()
    }
    HoverTool {
        objectName: "editAnswer"
        visible: !root.streaming && !root.isChart && root.body.length > 0
        shown: root.pointed
        enabled: root.chat.idle
        name: qsTr("Edit the answer")
        glyph: "rename"
        onClicked: root.editAsked()
    }
    HoverTool {
        objectName: "openReceipt"
        visible: !root.streaming
        shown: root.pointed
        name: qsTr("What the model saw, and the receipt")
        glyph: "receipt"
        onClicked: root.chat.receipt.open(root.row)
    }
    HoverTool {
        objectName: "regenerate"
        visible: !root.streaming
        shown: root.pointed
        enabled: root.chat.idle
        name: qsTr("Answer again")
        glyph: "again"
        onClicked: root.chat.regenerate(root.row)
    }
    ChartFileButtons {
        visible: !root.streaming && root.isReading
        chat: root.chat
        chart: root.chart
        onSaveAsked: (ending) => root.chartSaveAsked(ending)
    }
    CopyButton {
        objectName: "copyText"
        visible: !root.streaming && (!root.isChart || root.chart.summary.length > 0)
        text: root.isReading ? qsTr("Summary") : qsTr("Copy")
        name: root.isReading ? qsTr("Copy the summary") : qsTr("Copy the answer")
        onClicked: root.chat.copy(root.isChart ? root.chart.summary : root.body)
    }
}
