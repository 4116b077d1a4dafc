import QtQuick
import Qt.labs.platform as Platform
import Conclave.Ui

/// The program in the tray. Loaded only when the user wants it: not every desktop has a tray, nor the module for it.
Platform.SystemTrayIcon {
    id: root

    required property ChatViewModel chat
    signal windowAsked()
    signal newChatAsked()
    signal quitAsked()

    visible: true
    tooltip: qsTr("Conclave: %1").arg(root.chat.stateText)
    icon.source: "qrc:/icons/conclave.svg"
    onActivated: root.windowAsked()

    menu: Platform.Menu {
        Platform.MenuItem {
            text: qsTr("Show the window")
            onTriggered: root.windowAsked()
        }
        Platform.MenuItem {
            text: qsTr("New chat")
            onTriggered: root.newChatAsked()
        }
        Platform.MenuSeparator {}
        Platform.MenuItem {
            text: qsTr("Quit")
            onTriggered: root.quitAsked()
        }
    }
}
