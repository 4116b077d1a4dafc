// Not ComponentBehavior: Bound: the Loader of Qt 6.4 refuses bound components. Drop this line for the pragma with a floor of 6.5.

import QtQuick
import Conclave.Ui

/// A message of the transcript: a question, an answer, or a notice, in the middle column.
Item {
    id: root

    required property ChatViewModel chat
    required property int kind
    required property string body
    required property list<url> pictures
    required property ChartAnswer chart
    required property bool streaming
    required property string badge
    required property string figures
    required property int version
    required property int versions
    required property bool continuable
    required property int index

    height: content.item ? content.item.implicitHeight : 0

    Loader {
        id: content
        width: Math.min(Theme.columnWidth, root.width - 2 * Theme.large)
        anchors.horizontalCenter: parent.horizontalCenter
        sourceComponent: root.kind === TranscriptModel.Question ? question
                       : root.kind === TranscriptModel.Answer ? answer : notice
    }
    Component {
        id: question
        QuestionDelegate {
            chat: root.chat
            row: root.index
            version: root.version
            versions: root.versions
            body: root.body
            pictures: root.pictures
        }
    }
    Component {
        id: answer
        AnswerDelegate {
            chat: root.chat
            row: root.index
            version: root.version
            versions: root.versions
            continuable: root.continuable
            body: root.body
            chart: root.chart
            streaming: root.streaming
            badge: root.badge
            figures: root.figures
        }
    }
    Component {
        id: notice
        NoticeDelegate {
            body: root.body
        }
    }
}
