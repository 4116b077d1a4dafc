pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// A number on a line, with its name, its value and what it does.
ColumnLayout {
    id: root

    required property string name
    required property string note
    required property real value
    required property real from
    required property real to
    required property real step
    property int digits: 2
    signal chosen(real value)

    spacing: 0
    RowLayout {
        Layout.fillWidth: true
        Text {
            Layout.fillWidth: true
            text: root.name
            font.pixelSize: Theme.bodySize
            color: Theme.text
        }
        Text {
            text: qsTr("%1").arg(Number(root.value).toLocaleString(Qt.locale(), "f", root.digits)) // in the language that is chosen
            font.pixelSize: Theme.bodySize
            color: Theme.secondaryText
        }
    }
    Slider {
        id: slider
        Layout.fillWidth: true
        implicitHeight: Theme.smallControl
        from: root.from
        to: root.to
        stepSize: root.step
        value: root.value
        Accessible.name: root.name
        Accessible.description: root.note
        onMoved: root.chosen(value)
        background: Rectangle {
            x: slider.leftPadding
            y: slider.topPadding + (slider.availableHeight - height) / 2
            width: slider.availableWidth
            height: Theme.tiny
            radius: height / 2
            color: Theme.strongBorder
            Rectangle {
                width: slider.visualPosition * parent.width
                height: parent.height
                radius: height / 2
                color: Theme.accent
            }
        }
        handle: Rectangle {
            x: slider.leftPadding + slider.visualPosition * (slider.availableWidth - width)
            y: slider.topPadding + (slider.availableHeight - height) / 2
            width: Theme.large
            height: Theme.large
            radius: width / 2
            color: Theme.raised
            border.width: Theme.focusWidth
            border.color: Theme.accent
            FocusRing {
                radius: width / 2
                shown: slider.visualFocus
            }
        }
    }
    Text {
        Layout.fillWidth: true
        text: root.note
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        wrapMode: Text.Wrap
    }
}
