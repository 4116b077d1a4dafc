// Not ComponentBehavior: Bound: the Loader of Qt 6.4 refuses bound components. Drop this line for the pragma with a floor of 6.5.

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// A row of the transcript in the middle column: a question, a notice, a chart, or a piece of an answer.
Item {
    id: root

    required property ChatViewModel chat
    required property TranscriptState transcript
    required property int index
    required property int message
    required property int part
    required property bool first
    required property int kind
    required property string body
    required property list<url> pictures
    required property var documents
    required property ChartAnswer chart
    required property bool streaming
    required property string badge
    required property string figures
    required property int version
    required property int versions
    required property bool continuable
    required property string reasoning
    required property string words
    required property string language
    required property int indent
    required property bool begins
    required property bool ends
    required property bool closed
    required property bool open
    required property string thought
    required property bool leftOut
    required property bool toldFirst
    readonly property bool pointed: transcript.pointed === message
    readonly property string needle: chat.find.needle
    readonly property int found: chat.find.row === index ? chat.find.inRow : -1
    /// Where the words that are looked for stand in this row, the one of them that is meant.
    readonly property rect foundPlace: {
        const place = content.item && content.item.foundPlace !== undefined ? content.item.foundPlace : Qt.rect(0, 0, 0, 0)
        return place.width > 0 ? Qt.rect(place.x, content.y + place.y, place.width, place.height)
                               : Qt.rect(0, content.y, root.width, content.height)
    }
    readonly property bool markedAsWhole: found >= 0 && (chart !== null || part === TranscriptRows.Math || part === TranscriptRows.ToolCall)
    readonly property int gap: first ? Theme.large
                             : part === TranscriptRows.Code && !begins ? 0
                             : part === TranscriptRows.Foot || part === TranscriptRows.ReasoningText ? Theme.small : Theme.medium

    height: content.y + (content.item ? content.item.implicitHeight : 0)

    Loader {
        id: divider
        y: active ? Theme.medium : 0
        width: content.width
        anchors.horizontalCenter: parent.horizontalCenter
        active: root.toldFirst && root.first
        sourceComponent: ToldDivider {
            chat: root.chat
        }
    }

    HoverHandler {
        onHoveredChanged: root.transcript.point(root.message, hovered)
    }
    Rectangle { // around what has no text of its own to be marked in
        objectName: "foundWhole"
        visible: root.markedAsWhole
        x: content.x - Theme.small
        y: content.y - Theme.tiny
        z: 1
        width: content.width + 2 * Theme.small
        height: content.height + 2 * Theme.tiny
        radius: Theme.radius
        color: "transparent"
        border.width: Theme.focusWidth
        border.color: Theme.foundCurrent
    }
    Rectangle { // beside the reasoning
        visible: root.part === TranscriptRows.ReasoningText
        x: content.x
        width: Theme.quoteBar
        height: parent.height
        color: Theme.border
    }
    Loader {
        id: content
        readonly property int shift: root.indent * Theme.indentColumn + (root.part === TranscriptRows.ReasoningText ? Theme.medium : 0)
        readonly property real column: Math.min(Theme.columnWidth, root.width - 2 * Theme.large)
        x: (root.width - column) / 2
        y: root.gap + (divider.item ? divider.y + divider.item.implicitHeight : 0)
        opacity: root.leftOut ? Theme.leftOut : 1
        width: column
        sourceComponent: {
            switch (root.part) {
            case TranscriptRows.ReasoningHead: return reasoningHead
            case TranscriptRows.ReasoningText: return reasoningText
            case TranscriptRows.Prose: return prose
            case TranscriptRows.Table: return table
            case TranscriptRows.Code: return code
            case TranscriptRows.Math: return math
            case TranscriptRows.ToolCall: return toolCall
            case TranscriptRows.Foot: return foot
            }
            return root.kind === TranscriptModel.Question ? question : root.kind === TranscriptModel.Answer ? chartAnswer : notice
        }
    }
    Component {
        id: question
        QuestionDelegate {
            chat: root.chat
            row: root.message
            version: root.version
            versions: root.versions
            body: root.body
            pictures: root.pictures
            documents: root.documents
            needle: root.needle
            found: root.found
            onPictureOpened: (picture) => root.transcript.pictureOpened(picture)
        }
    }
    Component {
        id: notice
        NoticeDelegate {
            body: root.body
        }
    }
    Component {
        id: chartAnswer
        AnswerDelegate {
            chart: root.chart
            streaming: root.streaming
            AnswerFoot {
                Layout.fillWidth: true
                chat: root.chat
                row: root.message
                version: root.version
                versions: root.versions
                continuable: root.continuable
                body: root.body
                chart: root.chart
                streaming: root.streaming
                badge: root.badge
                figures: root.figures
                pointed: root.pointed
                onChartSaveAsked: (ending) => root.transcript.chartSaveAsked(root.chart, ending)
            }
        }
    }
    Component {
        id: foot
        AnswerFoot {
            chat: root.chat
            row: root.message
            version: root.version
            versions: root.versions
            continuable: root.continuable
            body: root.body
            chart: root.chart
            streaming: root.streaming
            badge: root.badge
            figures: root.figures
            pointed: root.pointed
            onEditAsked: root.transcript.editAsked(root.message, root.body)
            onQuoteAsked: root.chat.quote(root.transcript.selectionIn(root.message) || root.body)
        }
    }
    Component {
        id: reasoningHead
        ReasoningHead {
            thought: root.thought
            open: root.open
            thinking: root.streaming && root.body.length === 0
            pointed: root.pointed
            onToggled: root.chat.rows.setReasoningOpen(root.message, !root.open)
            onCopyAsked: root.chat.copy(root.reasoning)
        }
    }
    Component {
        id: reasoningText
        Item {
            readonly property rect foundPlace: thoughts.foundPlace
            implicitHeight: thoughts.implicitHeight
            MarkdownView {
                id: thoughts
                objectName: "reasoningText"
                x: content.shift
                width: parent.width - x
                markdown: root.words
                color: Theme.secondaryText
                readAs: qsTr("Reasoning: %1").arg(root.words)
                needle: root.needle
                found: root.found
                onSelected: (view) => root.transcript.select(view, root.message)
                onCopyAsked: (text) => root.chat.copy(text)
            }
        }
    }
    Component {
        id: prose
        Item {
            readonly property rect foundPlace: view.foundPlace
            implicitHeight: view.implicitHeight
            MarkdownView {
                id: view
                x: content.shift
                width: parent.width - x
                markdown: root.words
                needle: root.needle
                found: root.found
                onSelected: (view) => root.transcript.select(view, root.message)
                onCopyAsked: (text) => root.chat.copy(text)
            }
        }
    }
    Component {
        id: table
        Item {
            readonly property rect foundPlace: grid.foundPlace
            implicitHeight: grid.implicitHeight
            TableBlock {
                id: grid
                x: content.shift
                width: parent.width - x
                height: implicitHeight
                markdown: root.words
                needle: root.needle
                found: root.found
                onSelected: (view) => root.transcript.select(view, root.message)
                onCopyAsked: (text) => root.chat.copy(text)
            }
        }
    }
    Component {
        id: code
        Item {
            readonly property rect foundPlace: block.foundPlace
            implicitHeight: block.implicitHeight
            CodeBlock {
                id: block
                x: content.shift
                width: parent.width - x
                height: implicitHeight
                code: root.words
                language: root.language
                needle: root.needle
                found: root.found
                begins: root.begins
                ends: root.ends
                onCopyAsked: root.chat.copy(root.chat.rows.codeAt(root.index))
                onSaveAsked: root.transcript.saveAsked(root.chat.rows.codeAt(root.index), root.chat.codeFile(root.language))
                onSelected: (view) => root.transcript.select(view, root.message)
            }
        }
    }
    Component {
        id: math
        Item {
            implicitHeight: formula.implicitHeight
            MathBlock {
                id: formula
                x: content.shift
                width: parent.width - x
                height: implicitHeight
                latex: root.words
                closed: root.closed
                onCopyAsked: (text) => root.chat.copy(text)
            }
        }
    }
    Component {
        id: toolCall
        ToolCallBlock {
            name: root.language
            arguments: root.words
        }
    }
}
