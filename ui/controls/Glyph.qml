pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.impl
import Conclave.Ui

/// An icon of the program, in one colour of the theme.
IconImage {
    id: root

    /// Name of a file in resources/icons, without the ending.
    required property string glyph
    property int size: Theme.icon

    source: root.glyph.length > 0 ? "qrc:/icons/" + root.glyph + ".svg" : ""
    sourceSize: Qt.size(root.size, root.size)
    width: root.size
    height: root.size
    color: Theme.secondaryText
    Accessible.ignored: true
}
