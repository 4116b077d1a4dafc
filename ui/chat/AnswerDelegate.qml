// Not ComponentBehavior: Bound: the Loader of Qt 6.4 refuses bound components. Drop this line for the pragma with a floor of 6.5.

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// A chart that was read: a card of the whole width.
Rectangle {
    id: root

    required property ChartAnswer chart
    required property bool streaming
    default property alias foot: content.data

    implicitHeight: content.implicitHeight + 2 * Theme.large
    radius: Theme.largeRadius
    color: Theme.card
    border.width: Theme.hairline
    border.color: Theme.border

    ColumnLayout {
        id: content
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.large
        spacing: Theme.medium

        ChartAnswerView {
            Layout.fillWidth: true
            chart: root.chart
            streaming: root.streaming
        }
    }
}
