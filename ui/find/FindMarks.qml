pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// Marks over the words of a TextEdit that are looked for; a frame around the place that is meant. Lies on the text, in its coordinates.
Item {
    id: root

    required property TextEdit text
    required property string needle
    required property int found
    readonly property rect foundPlace: marks.currentPlace

    anchors.fill: root.text

    TextMarks {
        id: marks
        needle: root.needle
        current: root.found
    }
    Connections {
        target: root.text
        function onContentSizeChanged() {
            marks.place()
        }
        function onWidthChanged() {
            Qt.callLater(marks.place)
        }
    }
    // Not before: a TextEdit that is completed sets its text anew.
    Component.onCompleted: marks.target = root.text.textDocument

    Repeater {
        model: marks.places
        delegate: Rectangle {
            id: mark
            required property var modelData
            objectName: mark.modelData.current ? "foundCurrent" : "foundMark"
            x: mark.modelData.place.x
            y: mark.modelData.place.y
            width: mark.modelData.place.width
            height: mark.modelData.place.height
            radius: Theme.tiny / 2
            color: Theme.foundMark
            border.width: mark.modelData.current ? Theme.focusWidth : 0
            border.color: Theme.foundCurrent
        }
    }
}
