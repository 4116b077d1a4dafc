pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// The field in which a cell or a name of a chart's table is changed. Enter keeps what was typed and goes down, Escape gives it up; what
/// is no number stays in the field.
ThemedField {
    id: root

    required property ChartAnswer chart
    property int series: -1
    property int row: -1
    property bool shown: false
    property bool refused: false
    signal done(bool down)

    function begin(series: int, row: int) {
        if (shown) {
            keep()
        }
        root.series = series
        root.row = row
        refused = false
        text = chart.typedText(series, row)
        shown = true
        forceActiveFocus()
        selectAll()
    }

    /// True: it was kept.
    function keep(): bool {
        refused = !chart.put(series, row, text)
        shown = refused
        return !refused
    }

    function finish() {
        if (keep()) {
            root.done(true)
        }
    }

    function cancel() {
        shown = false
    }

    objectName: "cellEditor"
    name: row < 0 ? qsTr("Name of the series") : series < 0 ? qsTr("Name of the row") : qsTr("Number, or nothing where there is none")
    visible: shown
    horizontalAlignment: series < 0 ? TextInput.AlignLeft : TextInput.AlignRight
    color: refused ? Theme.danger : Theme.text
    onTextEdited: refused = false
    // Not onAccepted: the table below would take the same Enter for its own.
    Keys.onReturnPressed: finish()
    Keys.onEnterPressed: finish()
    Keys.onEscapePressed: {
        cancel()
        root.done(false)
    }
    onActiveFocusChanged: {
        if (!activeFocus && shown && !keep()) {
            cancel()
        }
    }

    Hint {
        visible: root.refused
        delay: 0
        text: root.row >= 0 && root.series >= 0 ? qsTr("That is no number") : qsTr("A name is needed")
    }
}
