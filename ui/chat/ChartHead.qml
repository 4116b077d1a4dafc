pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// What a chart that was read is called, and what can be done with its view: the table over the picture, the table edited.
Item {
    id: root

    required property ChartAnswer chart
    required property bool streaming
    required property bool overlaid
    required property bool editing
    readonly property bool broad: width >= Math.min(nameWidth, width / 2) + tools.width + Theme.large
    readonly property real nameWidth: Math.max(title.implicitWidth, kind.implicitWidth)
    signal overlayToggled()
    signal editingToggled()

    implicitHeight: !tools.visible || broad ? Math.max(names.height, tools.visible ? tools.height : 0) : names.height + Theme.tiny + tools.height

    Column {
        id: names
        width: root.broad && tools.visible ? root.width - tools.width - Theme.large : root.width
        spacing: 2
        Text {
            id: title
            objectName: "chartTitle"
            width: parent.width
            visible: text.length > 0
            text: root.chart ? root.chart.title : ""
            font.pixelSize: Theme.leadSize
            font.weight: Theme.emphasis
            color: Theme.text
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Text {
            id: kind
            objectName: "chartKind"
            width: parent.width
            visible: text.length > 0
            text: root.chart ? root.chart.kind : ""
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
    }
    Row {
        id: tools
        x: root.broad ? root.width - width : 0
        y: root.broad ? 0 : names.height + Theme.tiny
        visible: !root.streaming && root.chart && (root.chart.hasOverlay || root.chart.editable)
        spacing: Theme.small
        TextButton {
            objectName: "overlayToggle"
            visible: root.chart && root.chart.hasOverlay
            outlined: true
            checkable: true
            checked: root.overlaid
            glyph: root.overlaid ? "check" : "chart"
            tint: root.overlaid ? Theme.accent : Theme.secondaryText
            text: qsTr("Table over the picture")
            Accessible.checkable: true
            Accessible.checked: root.overlaid
            onToggled: root.overlayToggled()
            Hint {
                visible: parent.hovered
                text: qsTr("Draws the numbers where they belong by the chart's axes, and shows how far that is from their marks")
            }
        }
        TextButton {
            objectName: "editTable"
            visible: root.chart && root.chart.editable
            outlined: true
            checkable: true
            checked: root.editing
            glyph: root.editing ? "check" : "rename"
            tint: root.editing ? Theme.accent : Theme.secondaryText
            text: root.editing ? qsTr("Done") : qsTr("Edit the table")
            onToggled: root.editingToggled()
        }
    }
}
