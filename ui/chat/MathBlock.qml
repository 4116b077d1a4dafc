pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// A formula on lines of its own; as it was written when it cannot be read, or while it is still being written.
Item {
    id: root

    required property string latex
    required property bool closed
    readonly property bool shown: root.closed && formula.readable
    signal copyAsked(text: string)

    objectName: "mathBlock"
    implicitHeight: (root.shown ? formula.implicitHeight + Theme.small : source.implicitHeight) + (bar.size < 1 ? Theme.small : 0)
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Formula: %1").arg(root.latex)

    HoverHandler {
        id: pointer
    }
    Flickable {
        anchors.fill: parent
        visible: root.shown
        contentWidth: Math.max(width, formula.implicitWidth)
        contentHeight: height
        flickableDirection: Flickable.HorizontalFlick
        boundsBehavior: Flickable.StopAtBounds
        interactive: bar.size < 1
        clip: bar.size < 1
        ScrollBar.horizontal: ScrollHandle {
            id: bar
        }
        Formula {
            id: formula
            objectName: "formula"
            x: Math.max(0, (root.width - implicitWidth) / 2)
            y: Theme.tiny
            width: implicitWidth
            height: implicitHeight
            latex: root.latex
            display: true
            pixelSize: Theme.bodySize
            color: Theme.text
        }
    }
    Text {
        id: source
        objectName: "formulaSource"
        width: root.width
        visible: !root.shown
        text: root.latex
        textFormat: Text.PlainText
        wrapMode: Text.WrapAnywhere
        font.family: Theme.codeFamily
        font.pixelSize: Theme.codeSize
        color: Theme.secondaryText
    }
    HoverTool {
        objectName: "copyFormula"
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        shown: pointer.hovered
        name: qsTr("Copy the formula as LaTeX")
        glyph: "copy"
        onClicked: root.copyAsked(root.latex)
    }
}
