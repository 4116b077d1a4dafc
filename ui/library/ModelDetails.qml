pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// The chosen model: what it is, what loading it would mean, load, delete.
FormView {
    id: root

    required property LibraryViewModel library
    property bool confirming: false

    objectName: "modelDetails"

    Connections {
        target: root.library
        function onChosenChanged() {
            root.confirming = false
        }
    }

    Column { // no layout of layouts: those of Qt 6.4 lose heights that follow a width
        id: content
        x: Theme.large
        width: root.availableWidth - 2 * Theme.large
        topPadding: Theme.small
        bottomPadding: Theme.large
        spacing: Theme.large

        Text {
            objectName: "modelTitle"
            width: content.width
            text: root.library.chosenName
            font.pixelSize: Theme.titleSize
            font.weight: Theme.emphasis
            color: Theme.text
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Banner {
            objectName: "modelProblem"
            width: content.width
            closable: false
            message: root.library.chosenProblem
        }
        Flow {
            width: content.width
            spacing: Theme.small
            ActionButton {
                objectName: "loadChosen"
                visible: root.library.chosenProblem.length === 0
                enabled: root.library.canLoad && !root.library.isLoaded
                text: root.library.isLoaded ? qsTr("Loaded") : qsTr("Load")
                glyph: root.library.isLoaded ? "check" : "model"
                onClicked: root.library.load()
            }
            ActionButton {
                objectName: "checkFile"
                quiet: true
                enabled: !root.library.checking
                text: qsTr("Check the file")
                glyph: "check"
                onClicked: root.library.checkFile()
            }
            ActionButton {
                objectName: "removeModel"
                visible: root.library.canRemove && !root.confirming
                quiet: true
                text: qsTr("Delete…")
                glyph: "remove"
                onClicked: root.confirming = true
            }
        }
        Text {
            objectName: "checkText"
            width: content.width
            visible: text.length > 0
            text: root.library.checkText
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
        }
        Column {
            objectName: "removalConfirmation"
            width: content.width
            visible: root.confirming && root.library.canRemove
            spacing: Theme.small
            Text {
                width: content.width
                text: root.library.noTrash
                      ? qsTr("There is no waste bin for its disk. %1 It cannot be brought back.").arg(root.library.removalText)
                      : qsTr("%1 It goes to the waste bin; the room is free once that is emptied.").arg(root.library.removalText)
                font.pixelSize: Theme.bodySize
                color: Theme.text
                wrapMode: Text.Wrap
            }
            Flow {
                width: content.width
                spacing: Theme.small
                ActionButton {
                    objectName: "confirmRemoval"
                    danger: true
                    text: root.library.noTrash ? qsTr("Delete for good") : qsTr("To the waste bin")
                    onClicked: root.library.remove(root.library.noTrash)
                }
                ActionButton {
                    quiet: true
                    text: qsTr("Keep it")
                    onClicked: root.confirming = false
                }
            }
        }
        ForecastView {
            width: content.width
            visible: root.library.chosenProblem.length === 0
            forecast: root.library.forecast
        }
        Column {
            width: content.width
            spacing: Theme.small
            Repeater {
                model: root.library.details
                delegate: Item {
                    id: line
                    required property var modelData
                    width: content.width
                    height: Math.max(lineName.height, lineValue.height)
                    Text {
                        id: lineName
                        width: Theme.detailWidth
                        text: line.modelData.name
                        font.pixelSize: Theme.captionSize
                        color: Theme.secondaryText
                        wrapMode: Text.Wrap
                    }
                    Text {
                        id: lineValue
                        anchors.left: lineName.right
                        anchors.right: parent.right
                        anchors.leftMargin: Theme.small
                        text: line.modelData.value
                        font.pixelSize: Theme.captionSize
                        color: Theme.text
                        wrapMode: Text.WrapAnywhere
                        textFormat: Text.PlainText
                    }
                }
            }
        }
    }
}
