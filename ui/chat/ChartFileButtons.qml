pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// The table of a chart for the clipboard and as a file, in the forms that others read.
RowLayout {
    id: root

    required property ChatViewModel chat
    required property ChartAnswer chart
    signal saveAsked(string ending)

    function copy(text: string) {
        chat.copy(text)
        done.restart()
    }

    spacing: Theme.tiny

    TextButton {
        objectName: "copyTable"
        outlined: true
        glyph: done.running ? "check" : "copy"
        tint: done.running ? Theme.accent : Theme.secondaryText
        text: qsTr("Table")
        Accessible.name: qsTr("Copy the table")
        onClicked: copyMenu.open()
        Timer {
            id: done
            interval: Theme.confirmation
        }
        Hint {
            visible: parent.hovered
            text: qsTr("Copy the table")
        }
        ThemedMenu {
            id: copyMenu
            y: -height
            ThemedMenuItem {
                objectName: "copyTsv"
                text: qsTr("For a spreadsheet (TSV)")
                onTriggered: root.copy(root.chart.tsv())
            }
            ThemedMenuItem {
                objectName: "copyCsv"
                text: qsTr("CSV")
                onTriggered: root.copy(root.chart.csv())
            }
            ThemedMenuItem {
                objectName: "copyMarkdown"
                text: qsTr("Markdown")
                onTriggered: root.copy(root.chart.markdown())
            }
        }
    }
    TextButton {
        objectName: "saveTable"
        outlined: true
        glyph: "save"
        text: qsTr("Save")
        Accessible.name: qsTr("Save the chart")
        onClicked: saveMenu.open()
        Hint {
            visible: parent.hovered
            text: qsTr("Save the chart")
        }
        ThemedMenu {
            id: saveMenu
            y: -height
            ThemedMenuItem {
                objectName: "saveXlsx"
                text: qsTr("Workbook (XLSX)")
                onTriggered: root.saveAsked("xlsx")
            }
            ThemedMenuItem {
                objectName: "saveCsv"
                text: qsTr("CSV")
                onTriggered: root.saveAsked("csv")
            }
            ThemedMenuItem {
                objectName: "saveSvg"
                text: qsTr("Chart drawn anew (SVG)")
                onTriggered: root.saveAsked("svg")
            }
            ThemedMenuItem {
                objectName: "savePng"
                enabled: root.chart && root.chart.hasOverlay
                text: qsTr("Picture with the table (PNG)")
                onTriggered: root.saveAsked("png")
            }
        }
    }
}
