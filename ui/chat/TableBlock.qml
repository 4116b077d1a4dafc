pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// A table; one that is wider than the column is scrolled sideways.
Flickable {
    id: root

    property alias markdown: view.markdown
    property alias needle: view.needle
    property alias found: view.found
    readonly property alias foundPlace: view.foundPlace
    signal selected(view: Item)
    signal copyAsked(text: string)

    /// What is meant is scrolled into sight.
    onFoundPlaceChanged: {
        if (foundPlace.width > 0) {
            contentX = Math.max(0, Math.min(contentWidth - width, Math.max(foundPlace.right - width, Math.min(contentX, foundPlace.x))))
        }
    }

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
