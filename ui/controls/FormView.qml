pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import Conclave.Ui

/// What is as wide as its place and scrolls up and down, also to whatever in it gets the keyboard's focus.
ScrollView {
    id: root

    readonly property Item focused: root.Window.activeFocusItem

    function holds(item: Item): bool {
        for (let above = item; above; above = above.parent) {
            if (above === root.contentItem)
                return true
        }
        return false
    }

    function reveal(item: Item) {
        const view = root.contentItem as Flickable
        const top = item.mapToItem(view.contentItem, 0, 0).y - Theme.medium
        const bottom = top + item.height + 2 * Theme.medium
        const last = Math.max(0, view.contentHeight - view.height)
        if (top < view.contentY)
            view.contentY = Math.max(0, top)
        else if (bottom > view.contentY + view.height)
            view.contentY = Math.min(last, top, bottom - view.height)
    }

    contentWidth: availableWidth
    ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
    onFocusedChanged: {
        if (root.focused && root.holds(root.focused))
            root.reveal(root.focused)
    }
}
