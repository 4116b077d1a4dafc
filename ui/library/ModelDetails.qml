pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// The chosen model: what it is, what loading it would mean, load, delete.
ScrollView {
    id: root

    required property LibraryViewModel library
    property bool confirming: false

    objectName: "modelDetails"
    contentWidth: availableWidth
    ScrollBar.horizontal.policy: ScrollBar.AlwaysOff

    Connections {
        target: root.library
        function onChosenChanged() {
            root.confirming = false
        }
    }

    ColumnLayout {
        x: Theme.large
        width: root.availableWidth - 2 * Theme.large
        spacing: Theme.large

        Text {
            objectName: "modelTitle"
            Layout.fillWidth: true
            Layout.topMargin: Theme.small
            text: root.library.chosenName
            font.pixelSize: Theme.titleSize
            font.weight: Theme.emphasis
            color: Theme.text
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Banner {
            objectName: "modelProblem"
            Layout.fillWidth: true
            closable: false
            message: root.library.chosenProblem
        }
        Flow {
            Layout.fillWidth: true
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
                objectName: "removeModel"
                visible: root.library.canRemove && !root.confirming
                quiet: true
                text: qsTr("Delete…")
                glyph: "remove"
                onClicked: root.confirming = true
            }
        }
        ColumnLayout {
            objectName: "removalConfirmation"
            Layout.fillWidth: true
            visible: root.confirming && root.library.canRemove
            spacing: Theme.small
            Text {
                Layout.fillWidth: true
                text: root.library.noTrash
                      ? qsTr("There is no waste bin for its disk. %1 It cannot be brought back.").arg(root.library.removalText)
                      : qsTr("%1 It goes to the waste bin; the room is free once that is emptied.").arg(root.library.removalText)
                font.pixelSize: Theme.bodySize
                color: Theme.text
                wrapMode: Text.Wrap
            }
            Flow {
                Layout.fillWidth: true
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
            Layout.fillWidth: true
            visible: root.library.chosenProblem.length === 0
            forecast: root.library.forecast
        }
        GridLayout {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.large
            columns: 2
            columnSpacing: Theme.large
            rowSpacing: Theme.small
            Repeater {
                model: root.library.details
                delegate: Text {
                    required property var modelData
                    required property int index
                    Layout.row: index
                    Layout.column: 0
                    Layout.alignment: Qt.AlignTop
                    text: modelData.name
                    font.pixelSize: Theme.captionSize
                    color: Theme.secondaryText
                }
            }
            Repeater {
                model: root.library.details
                delegate: Text {
                    required property var modelData
                    required property int index
                    Layout.row: index
                    Layout.column: 1
                    Layout.fillWidth: true
                    text: modelData.value
                    font.pixelSize: Theme.captionSize
                    color: Theme.text
                    wrapMode: Text.WrapAnywhere
                    textFormat: Text.PlainText
                }
            }
        }
    }
}
