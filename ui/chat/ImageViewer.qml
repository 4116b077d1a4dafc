pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// A picture over the whole window: zoomed with the wheel or the keyboard, and a region of it that can be asked about.
Popup {
    id: root

    required property ChatViewModel chat
    property url source
    property real zoom: 1 ///< against the size that fits
    property bool selecting: false
    property rect region: Qt.rect(0, 0, 0, 0) ///< in shares of the picture, 0 to 1
    readonly property bool hasRegion: region.width > 0 && region.height > 0
    signal regionTaken()

    function show(picture: url) {
        source = picture
        zoom = 1
        selecting = false
        region = Qt.rect(0, 0, 0, 0)
        open()
        stage.forceActiveFocus()
    }

    /// Keeps the point of the picture that is at (x, y) where it is.
    function zoomTo(wanted: real, x: real, y: real) {
        const next = Math.max(1, Math.min(Theme.largestZoom, wanted))
        const shareX = (area.contentX + x - picture.x) / picture.width
        const shareY = (area.contentY + y - picture.y) / picture.height
        zoom = next
        area.contentX = Math.max(0, Math.min(area.contentWidth - area.width, shareX * picture.width + picture.x - x))
        area.contentY = Math.max(0, Math.min(area.contentHeight - area.height, shareY * picture.height + picture.y - y))
    }

    function zoomBy(factor: real) {
        zoomTo(zoom * factor, area.width / 2, area.height / 2)
    }

    /// Moves or sizes the region by shares of the picture.
    function nudge(x: real, y: real, sizes: bool) {
        if (!hasRegion) {
            region = Qt.rect(0.25, 0.25, 0.5, 0.5)
            return
        }
        const width = sizes ? Math.max(0.02, Math.min(1 - region.x, region.width + x)) : region.width
        const height = sizes ? Math.max(0.02, Math.min(1 - region.y, region.height + y)) : region.height
        region = Qt.rect(sizes ? region.x : Math.max(0, Math.min(1 - width, region.x + x)),
                         sizes ? region.y : Math.max(0, Math.min(1 - height, region.y + y)), width, height)
    }

    function ask() {
        if (root.hasRegion) {
            root.chat.attachRegion(root.source, root.region)
            root.close()
            root.regionTaken()
        }
    }

    parent: Overlay.overlay
    width: parent ? parent.width : 0
    height: parent ? parent.height : 0
    padding: 0
    modal: true
    focus: true
    closePolicy: Popup.CloseOnEscape
    background: Rectangle {
        color: Theme.viewerGround
    }

    contentItem: ColumnLayout {
        spacing: 0

        FocusScope {
            id: stage
            objectName: "imageViewer"
            Layout.fillWidth: true
            Layout.fillHeight: true
            activeFocusOnTab: true
            clip: true
            Accessible.role: Accessible.Graphic
            Accessible.name: root.selecting ? qsTr("Picture. Arrow keys move the region, with Shift they size it") : qsTr("Picture")
            Keys.onPressed: (event) => {
                event.accepted = true
                const step = Theme.regionStep
                const sizes = (event.modifiers & Qt.ShiftModifier) !== 0
                if (event.key === Qt.Key_Plus || event.key === Qt.Key_Equal) {
                    root.zoomBy(Theme.zoomStep)
                } else if (event.key === Qt.Key_Minus) {
                    root.zoomBy(1 / Theme.zoomStep)
                } else if (event.key === Qt.Key_0) {
                    root.zoom = 1
                } else if (event.key === Qt.Key_Return && root.hasRegion) {
                    root.ask()
                } else if (root.selecting && event.key === Qt.Key_Left) {
                    root.nudge(-step, 0, sizes)
                } else if (root.selecting && event.key === Qt.Key_Right) {
                    root.nudge(step, 0, sizes)
                } else if (root.selecting && event.key === Qt.Key_Up) {
                    root.nudge(0, -step, sizes)
                } else if (root.selecting && event.key === Qt.Key_Down) {
                    root.nudge(0, step, sizes)
                } else {
                    event.accepted = false
                }
            }

            Flickable {
                id: area
                anchors.fill: parent
                contentWidth: Math.max(width, picture.width)
                contentHeight: Math.max(height, picture.height)
                boundsBehavior: Flickable.StopAtBounds
                interactive: !root.selecting

                Image {
                    id: picture
                    objectName: "viewedPicture"
                    readonly property real fit: sourceSize.width > 0 ? Math.min((area.width - 2 * Theme.large) / implicitWidth,
                                                                                (area.height - 2 * Theme.large) / implicitHeight) : 1
                    // Whole pixels: else a line of what lies behind shows at the edge where only a part is drawn anew.
                    x: Math.round(Math.max(0, (area.width - width) / 2))
                    y: Math.round(Math.max(0, (area.height - height) / 2))
                    width: Math.round(implicitWidth * fit * root.zoom)
                    height: Math.round(implicitHeight * fit * root.zoom)
                    source: root.source
                    autoTransform: true
                    asynchronous: true
                    mipmap: true

                    Rectangle { // the region
                        visible: root.hasRegion
                        x: root.region.x * picture.width
                        y: root.region.y * picture.height
                        width: root.region.width * picture.width
                        height: root.region.height * picture.height
                        color: "transparent"
                        border.width: 2 * Theme.focusWidth
                        border.color: Theme.markRing
                        Rectangle {
                            anchors.fill: parent
                            anchors.margins: Theme.focusWidth
                            color: Theme.rowLit
                            border.width: Theme.focusWidth
                            border.color: Theme.markLit
                        }
                    }
                    MouseArea {
                        objectName: "regionArea"
                        property point from
                        anchors.fill: parent
                        enabled: root.selecting
                        cursorShape: root.selecting ? Qt.CrossCursor : Qt.ArrowCursor
                        preventStealing: true
                        onPressed: (mouse) => from = Qt.point(mouse.x, mouse.y)
                        onPositionChanged: (mouse) => {
                            const x = Math.max(0, Math.min(width, mouse.x))
                            const y = Math.max(0, Math.min(height, mouse.y))
                            root.region = Qt.rect(Math.min(from.x, x) / width, Math.min(from.y, y) / height,
                                                  Math.abs(from.x - x) / width, Math.abs(from.y - y) / height)
                        }
                    }
                }
                WheelHandler {
                    acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
                    onWheel: (event) => root.zoomTo(root.zoom * Math.pow(Theme.zoomStep, event.angleDelta.y / 120),
                                                    event.x - area.contentX, event.y - area.contentY)
                }
            }
            TapHandler { // beside the picture
                enabled: !root.selecting
                onTapped: (point) => {
                    const at = stage.mapToItem(picture, point.position.x, point.position.y)
                    if (!picture.contains(at)) {
                        root.close()
                    }
                }
            }
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.margins: Theme.small
            spacing: Theme.small
            IconButton {
                objectName: "zoomOut"
                name: qsTr("Smaller (−)")
                glyph: "minus"
                enabled: root.zoom > 1
                onClicked: root.zoomBy(1 / Theme.zoomStep)
            }
            Text {
                objectName: "zoomText"
                text: qsTr("%1 %").arg(Math.round(100 * picture.fit * root.zoom))
                font.pixelSize: Theme.captionSize
                color: Theme.text
            }
            IconButton {
                objectName: "zoomIn"
                name: qsTr("Larger (+)")
                glyph: "plus"
                enabled: root.zoom < Theme.largestZoom
                onClicked: root.zoomBy(Theme.zoomStep)
            }
            Item {
                Layout.fillWidth: true
            }
            TextButton {
                objectName: "selectRegion"
                text: root.selecting ? qsTr("Drag over the picture") : qsTr("Select a region")
                glyph: "crop"
                outlined: true
                tint: root.selecting ? Theme.accent : Theme.secondaryText
                onClicked: {
                    root.selecting = !root.selecting
                    stage.forceActiveFocus()
                }
            }
            ActionButton {
                objectName: "askRegion"
                text: qsTr("Ask about this region")
                enabled: root.hasRegion
                onClicked: root.ask()
            }
            IconButton {
                objectName: "closeViewer"
                name: qsTr("Close (Esc)")
                glyph: "close"
                onClicked: root.close()
            }
        }
    }
}
