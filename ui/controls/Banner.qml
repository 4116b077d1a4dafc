pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Says what went wrong and stays until it is closed; never in the way of what is being done.
Rectangle {
    id: root

    required property string message
    property bool closable: true
    property bool detailed: false
    signal closed()
    signal detailsAsked()

    implicitHeight: content.implicitHeight + 2 * Theme.small
    visible: root.message.length > 0
    radius: Theme.radius
    color: Theme.bannerFill
    border.width: Theme.hairline
    border.color: Theme.bannerBorder
    Accessible.role: Accessible.AlertMessage
    Accessible.name: root.message

    RowLayout {
        id: content
        anchors.fill: parent
        anchors.leftMargin: Theme.medium
        anchors.rightMargin: Theme.small
        anchors.topMargin: Theme.small
        anchors.bottomMargin: Theme.small
        spacing: Theme.small
        Glyph {
            Layout.alignment: Qt.AlignTop
            Layout.topMargin: (Theme.smallControl - Theme.icon) / 2
            glyph: "warning"
            color: Theme.danger
        }
        Text {
            objectName: "bannerText"
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignVCenter
            text: root.message
            color: Theme.text
            font.pixelSize: Theme.bodySize
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        TextButton {
            objectName: "bannerDetails"
            visible: root.detailed
            Layout.alignment: Qt.AlignTop
            text: qsTr("Details")
            Accessible.name: qsTr("Details of what went wrong")
            onClicked: root.detailsAsked()
        }
        IconButton {
            objectName: "bannerClose"
            visible: root.closable
            Layout.alignment: Qt.AlignTop
            name: qsTr("Close this message")
            glyph: "close"
            side: Theme.smallControl
            glyphSize: Theme.smallIcon
            onClicked: root.closed()
        }
    }
}
