pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Conclave.Ui

/// Goes through the versions of a turn: "2 / 3" between two arrows.
RowLayout {
    id: root

    required property int version
    required property int versions
    signal stepped(int step)

    visible: root.versions > 1
    spacing: 0
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Version %1 of %2").arg(root.version).arg(root.versions)

    IconButton {
        objectName: "versionBefore"
        name: qsTr("Version before")
        glyph: "chevron-left"
        side: Theme.smallControl
        glyphSize: Theme.smallIcon
        enabled: root.version > 1
        onClicked: root.stepped(-1)
    }
    Text {
        objectName: "versionText"
        text: qsTr("%1 / %2").arg(root.version).arg(root.versions)
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
    }
    IconButton {
        objectName: "versionAfter"
        name: qsTr("Version after")
        glyph: "chevron-right"
        side: Theme.smallControl
        glyphSize: Theme.smallIcon
        enabled: root.version < root.versions
        onClicked: root.stepped(1)
    }
}
