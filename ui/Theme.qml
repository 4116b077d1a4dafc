pragma Singleton
pragma ComponentBehavior: Bound

import QtQuick

/// Every colour, size and duration of the window. Nothing else in the QML names one.
QtObject {
    id: root

    property bool dark: false

    // Surfaces, from the back to the front
    readonly property color window: dark ? "#17181a" : "#faf9f6"
    readonly property color sidebar: dark ? "#1d1f21" : "#f1efea"
    readonly property color card: dark ? "#212426" : "#ffffff"
    readonly property color raised: dark ? "#2b2e31" : "#ffffff"
    readonly property color bubble: dark ? "#24403c" : "#dfeeea"
    readonly property color picturePaper: "#ffffff"

    // Lines
    readonly property color border: dark ? "#34383b" : "#e2dfd7"
    readonly property color strongBorder: dark ? "#4a4f53" : "#c9c5bb"

    // Text
    readonly property color text: dark ? "#eceae5" : "#1f2422"
    readonly property color secondaryText: dark ? "#a9a8a2" : "#62655f"
    readonly property color accentText: dark ? "#0b211e" : "#ffffff"

    // What can be pointed at
    readonly property color accent: dark ? "#62cdbf" : "#0f6b63"
    readonly property color accentHover: dark ? "#7adccf" : "#0b574f"
    readonly property color hover: dark ? "#14ffffff" : "#0d1f2422"
    readonly property color pressed: dark ? "#22ffffff" : "#1a1f2422"
    readonly property color selected: dark ? "#1e62cdbf" : "#1a0f6b63"
    readonly property color rowLit: dark ? "#3362cdbf" : "#260f6b63"
    readonly property color focus: dark ? "#8fe3d8" : "#0f6b63"
    readonly property color textSelection: dark ? "#2f6f67" : "#b5dcd5"

    // Code
    readonly property color codeGround: dark ? "#1c1e20" : "#f3f1ec"
    readonly property color codeKeyword: dark ? "#e392cf" : "#8a2a78"
    readonly property color codeType: dark ? "#86b8f2" : "#1a5fa8"
    readonly property color codeString: dark ? "#a5d18b" : "#2f6b1f"
    readonly property color codeNumber: dark ? "#f0b072" : "#96450a"
    readonly property color codeComment: dark ? "#96988f" : "#666962"
    readonly property color codeName: dark ? "#7fd0d6" : "#0f5f66"

    // What needs attention
    readonly property color warning: dark ? "#f0b65a" : "#8a5300"
    readonly property color danger: dark ? "#ff9a8d" : "#b3261e"
    readonly property color bannerFill: dark ? "#3a2422" : "#fdecea"
    readonly property color bannerBorder: dark ? "#6b3a35" : "#f2c1bb"
    readonly property color overlay: dark ? "#d9101213" : "#e6faf9f6"
    readonly property color viewerGround: dark ? "#f2101213" : "#f7faf9f6"
    readonly property color scrim: dark ? "#99000000" : "#591f2422"

    // Marks on a picture lie on the picture's own paper, so they are the same in light and dark.
    readonly property var seriesColors: ["#0f766e", "#c2410c", "#6d28d9", "#1d4ed8", "#be185d", "#4d7c0f"]
    readonly property var darkSeriesColors: ["#4fc3b5", "#f2935c", "#b79cf5", "#7fa8ff", "#f08cbd", "#a3cf62"]
    readonly property color markRing: "#ffffff"
    readonly property color markLit: "#f59e0b"

    // Sizes, in device-independent pixels
    readonly property int tiny: 4
    readonly property int small: 8
    readonly property int medium: 12
    readonly property int large: 16
    readonly property int huge: 24
    readonly property int giant: 40
    readonly property int hairline: 1
    readonly property int focusWidth: 2

    readonly property int radius: 10
    readonly property int smallRadius: 7
    readonly property int largeRadius: 16

    readonly property int control: 34
    readonly property int smallControl: 28
    readonly property int row: 36
    readonly property int headerHeight: 52
    readonly property int statusHeight: 34
    readonly property int icon: 18
    readonly property int smallIcon: 15
    readonly property int largeIcon: 30
    readonly property int sidebarWidth: 264
    readonly property int columnWidth: 820
    readonly property int readingWidth: 680
    readonly property int leadWidth: 500
    readonly property int bubbleWidth: 520
    readonly property int narrowWindow: 760
    readonly property int sideBySideWidth: 600
    readonly property int thumbnail: 56
    readonly property int bubblePictureWidth: 180
    readonly property int bubblePictureHeight: 120
    readonly property int pictureHeight: 340
    readonly property int composerHeight: 150
    readonly property int tableNameWidth: 104
    readonly property int tableCellWidth: 78
    readonly property int tableRow: 30
    readonly property int tableHeight: 330
    readonly property int mark: 9
    readonly property int litMark: 16
    readonly property int dropZoneHeight: 230
    readonly property int menuWidth: 230
    readonly property int chipWidth: 190
    readonly property int previewWidth: 900
    readonly property int previewHeight: 720
    readonly property int partsWidth: 210
    readonly property int partsHeight: 180
    readonly property int meterWidth: 72
    readonly property int receiptWidth: 640
    readonly property int sightWidth: 460
    readonly property int sightHeight: 260
    readonly property int panelWidth: 340
    readonly property int promptHeight: 132
    readonly property int hitHeight: 62
    readonly property int undoWidth: 460
    readonly property int appMark: 56
    readonly property int typingDot: 6
    readonly property int scrollHandle: 6
    readonly property int indentColumn: 7
    readonly property int quoteBar: 3
    readonly property int minimumWidth: 420
    readonly property int minimumHeight: 420
    readonly property int windowWidth: 1160
    readonly property int windowHeight: 780

    // Type
    readonly property int captionSize: 12
    readonly property int bodySize: 14
    readonly property int leadSize: 16
    readonly property int titleSize: 24
    readonly property int codeSize: 13
    readonly property string codeFamily: Qt.platform.os === "windows" ? "Consolas" : Qt.platform.os === "osx" ? "Menlo" : "monospace"
    readonly property real lineHeight: 1.2
    readonly property int emphasis: Font.DemiBold

    // Zoom of a picture
    readonly property real largestZoom: 12
    readonly property real zoomStep: 1.25
    readonly property real regionStep: 0.02

    // Opacities
    readonly property real disabled: 0.4
    readonly property real leftOut: 0.6

    // Durations, in milliseconds
    readonly property int quick: 110
    readonly property int calm: 180
    readonly property int pulse: 900
    readonly property int confirmation: 1400
    readonly property int hintDelay: 600
    readonly property int undoTime: 20000

    /// Of a mark on a picture.
    function seriesColor(series: int): color {
        return seriesColors[Math.max(0, series) % seriesColors.length]
    }

    /// The same series beside the picture, on the card.
    function seriesInk(series: int): color {
        const inks = dark ? darkSeriesColors : seriesColors
        return inks[Math.max(0, series) % inks.length]
    }
}
