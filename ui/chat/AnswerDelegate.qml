// Not ComponentBehavior: Bound: the Loader of Qt 6.4 refuses bound components. Drop this line for the pragma with a floor of 6.5.

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// An answer: a card of the whole width, with a chart that was read or with text.
Rectangle {
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
    readonly property bool isChart: root.chart !== null

    implicitHeight: content.implicitHeight + 2 * Theme.large
    radius: Theme.largeRadius
    color: Theme.card
    border.width: Theme.hairline
    border.color: Theme.border

    HoverHandler {
        id: pointer
    }

    MarkdownText {
        target: words.textDocument
        markdown: root.isChart ? "" : root.body
        spacing: Theme.small
        line: Theme.strongBorder
        codeGround: Theme.hover
    }

    ColumnLayout {
        id: content
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.large
        spacing: Theme.medium

        Loader {
            Layout.fillWidth: true
            active: root.isChart
            visible: active
            sourceComponent: ChartAnswerView {
                chart: root.chart
                streaming: root.streaming
            }
        }
        TextEdit {
            id: words
            objectName: "answerText"
            Layout.fillWidth: true
            visible: !root.isChart && root.body.length > 0
            textFormat: TextEdit.RichText
            wrapMode: TextEdit.Wrap
            readOnly: true
            selectByMouse: true
            color: Theme.text
            selectionColor: Theme.textSelection
            selectedTextColor: Theme.text
            font.pixelSize: Theme.bodySize
            Accessible.name: qsTr("Answer: %1").arg(root.body)
        }
        TypingMark {
            visible: root.streaming
        }
        RowLayout {
            Layout.fillWidth: true
            visible: !root.streaming
            spacing: Theme.tiny
            Badge {
                visible: root.badge.length > 0
                text: root.badge
            }
            VersionSwitch {
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
                visible: root.continuable
                enabled: root.chat.idle
                outlined: true
                glyph: "go-on"
                text: qsTr("Continue")
                Accessible.name: qsTr("Continue the answer")
                onClicked: root.chat.continueAnswer(root.row)
            }
            HoverTool {
                objectName: "quoteAnswer"
                visible: !root.isChart && root.body.length > 0
                shown: pointer.hovered
                name: qsTr("Quote in your question")
                glyph: "quote"
                onClicked: root.chat.quote(words.selectedText.length > 0 ? words.selectedText : root.body)
            }
            HoverTool {
                objectName: "regenerate"
                shown: pointer.hovered
                enabled: root.chat.idle
                name: qsTr("Answer again")
                glyph: "again"
                onClicked: root.chat.regenerate(root.row)
            }
            CopyButton {
                objectName: "copyCsv"
                visible: root.isChart
                text: qsTr("CSV")
                name: qsTr("Copy the table as CSV")
                onClicked: root.chat.copy(root.chart.csv())
            }
            CopyButton {
                objectName: "copyMarkdown"
                visible: root.isChart
                text: qsTr("Markdown")
                name: qsTr("Copy the table as Markdown")
                onClicked: root.chat.copy(root.chart.markdown())
            }
            CopyButton {
                objectName: "copyText"
                text: root.isChart ? qsTr("Summary") : qsTr("Copy")
                name: root.isChart ? qsTr("Copy the summary") : qsTr("Copy the answer")
                onClicked: root.chat.copy(root.isChart ? root.chart.summary : root.body)
            }
        }
    }
}
