pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// One of several, all of them in sight.
ColumnLayout {
    id: root

    required property string name
    required property var choices ///< of {"value", "text"}
    required property var current
    signal chosen(var value)

    spacing: Theme.tiny

    Text {
        Layout.fillWidth: true
        text: root.name
        font.pixelSize: Theme.bodySize
        color: Theme.text
        wrapMode: Text.Wrap
    }
    Flow {
        Layout.fillWidth: true
        spacing: Theme.tiny
        Repeater {
            model: root.choices
            delegate: TextButton {
                required property var modelData
                readonly property bool here: root.current === modelData.value
                objectName: "choice-" + modelData.value
                outlined: true
                text: modelData.text
                textSize: Theme.bodySize
                implicitHeight: Theme.control
                glyph: here ? "check" : ""
                tint: here ? Theme.accent : Theme.text
                Accessible.role: Accessible.RadioButton
                Accessible.name: root.name + ": " + modelData.text
                Accessible.checked: here
                onClicked: root.chosen(modelData.value)
            }
        }
    }
}
