pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// The log of this run, and what stands behind an error if one is looked at.
Panel {
    id: root

    required property ChatViewModel chat
    required property Diagnostics diagnostics
    property string problem: ""

    function show(what: string) {
        problem = what
        open()
    }

    objectName: "reportPanel"
    title: root.problem.length > 0 ? qsTr("What went wrong") : qsTr("Log")

    Text {
        Layout.fillWidth: true
        objectName: "reportProblem"
        visible: root.problem.length > 0
        text: root.problem
        font.pixelSize: Theme.bodySize
        color: Theme.text
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
    Rectangle {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.preferredHeight: Theme.logHeight
        radius: Theme.smallRadius
        color: Theme.codeGround
        border.width: Theme.hairline
        border.color: Theme.border
        ListView {
            id: list
            objectName: "logList"
            anchors.fill: parent
            anchors.margins: Theme.small
            clip: true
            spacing: Theme.tiny
            model: root.opened ? root.diagnostics.lines : []
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Log")
            ScrollBar.vertical: ScrollHandle {}
            onCountChanged: Qt.callLater(list.positionViewAtEnd)
            delegate: RowLayout {
                id: line
                required property var modelData
                width: ListView.view.width - Theme.small
                spacing: Theme.small
                Text {
                    Layout.alignment: Qt.AlignTop
                    text: line.modelData.time
                    font.pixelSize: Theme.captionSize
                    font.family: Theme.codeFamily
                    color: Theme.secondaryText
                }
                Text {
                    Layout.fillWidth: true
                    text: line.modelData.text
                    font.pixelSize: Theme.captionSize
                    font.family: Theme.codeFamily
                    color: line.modelData.severe ? Theme.warning : Theme.text
                    wrapMode: Text.Wrap
                    textFormat: Text.PlainText
                    Accessible.role: Accessible.ListItem
                    Accessible.name: text
                }
            }
            Text {
                anchors.fill: parent
                visible: list.count === 0
                text: qsTr("Nothing to tell so far.")
                font.pixelSize: Theme.captionSize
                color: Theme.secondaryText
                wrapMode: Text.Wrap
            }
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.small
        Text {
            Layout.fillWidth: true
            text: qsTr("The report names this program, the system, the model and the lines above. Nothing you wrote is in it.")
            font.pixelSize: Theme.captionSize
            color: Theme.secondaryText
            wrapMode: Text.Wrap
        }
        CopyButton {
            objectName: "copyReport"
            text: qsTr("Copy report")
            name: qsTr("Copy the report")
            onClicked: root.chat.copy(root.diagnostics.report(root.problem))
        }
    }
}
