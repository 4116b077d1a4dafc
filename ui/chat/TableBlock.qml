pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// A table; one that is wider than the column is scrolled sideways.
Flickable {
    id: root

    property alias markdown: view.markdown
    signal selected(view: Item)
    signal copyAsked(text: string)

    objectName: "tableBlock"
    implicitHeight: view.implicitHeight + (bar.size < 1 ? Theme.small : 0)
    contentWidth: Math.max(root.width, view.naturalWidth)
    contentHeight: view.implicitHeight
    flickableDirection: Flickable.HorizontalFlick
    boundsBehavior: Flickable.StopAtBounds
    interactive: bar.size < 1
    clip: bar.size < 1
    ScrollBar.horizontal: ScrollHandle {
        id: bar
    }

    MarkdownView {
        id: view
        width: root.width
        readAs: qsTr("Table: %1").arg(root.markdown)
        onSelected: (view) => root.selected(view)
        onCopyAsked: (text) => root.copyAsked(text)
    }
}
