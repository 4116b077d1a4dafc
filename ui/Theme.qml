pragma Singleton
pragma ComponentBehavior: Bound

import QtQuick

/// Every colour, size and duration of the window. Nothing else in the QML names one.
QtObject {
    id: root

    property bool dark: false
    property bool contrast: false ///< black and white, with one accent; dark as well
    property real textScale: 1
    property bool compact: false

    // Surfaces, from the back to the front
    readonly property color window: contrast ? "#000000" : dark ? "#17181a" : "#faf9f6"
    readonly property color sidebar: contrast ? "#000000" : dark ? "#1d1f21" : "#f1efea"
    readonly property color card: contrast ? "#000000" : dark ? "#212426" : "#ffffff"
    readonly property color raised: contrast ? "#000000" : dark ? "#2b2e31" : "#ffffff"
    readonly property color bubble: contrast ? "#00302b" : dark ? "#24403c" : "#dfeeea"
    readonly property color picturePaper: "#ffffff"

    // Lines
    readonly property color border: contrast ? "#a0a0a0" : dark ? "#34383b" : "#e2dfd7"
    readonly property color strongBorder: contrast ? "#ffffff" : dark ? "#4a4f53" : "#c9c5bb"

    // Text
    readonly property color text: contrast ? "#ffffff" : dark ? "#eceae5" : "#1f2422"
    readonly property color secondaryText: contrast ? "#e4e4e4" : dark ? "#a9a8a2" : "#62655f"
    readonly property color accentText: contrast ? "#000000" : dark ? "#0b211e" : "#ffffff"

    // What can be pointed at
    readonly property color accent: contrast ? "#ffe14d" : dark ? "#62cdbf" : "#0f6b63"
    readonly property color accentHover: contrast ? "#fff3a8" : dark ? "#7adccf" : "#0b574f"
    readonly property color hover: contrast ? "#33ffffff" : dark ? "#14ffffff" : "#0d1f2422"
    readonly property color pressed: contrast ? "#55ffffff" : dark ? "#22ffffff" : "#1a1f2422"
    readonly property color selected: contrast ? "#40ffe14d" : dark ? "#1e62cdbf" : "#1a0f6b63"
    readonly property color rowLit: contrast ? "#55ffe14d" : dark ? "#3362cdbf" : "#260f6b63"
    readonly property color focus: contrast ? "#ffe14d" : dark ? "#8fe3d8" : "#0f6b63"
    readonly property color textSelection: contrast ? "#3a6ea5" : dark ? "#2f6f67" : "#b5dcd5"

    // Over words that were looked for: what lies below stays readable
    readonly property color foundMark: contrast ? "#66ffe14d" : dark ? "#4df0b429" : "#4df0b429"
    readonly property color foundCurrent: contrast ? "#ffffff" : dark ? "#f0b429" : "#b45f06"

    // Code
    readonly property color codeGround: contrast ? "#000000" : dark ? "#1c1e20" : "#f3f1ec"
    readonly property color codeKeyword: contrast ? "#ffa8ec" : dark ? "#e392cf" : "#8a2a78"
    readonly property color codeType: contrast ? "#a9d1ff" : dark ? "#86b8f2" : "#1a5fa8"
    readonly property color codeString: contrast ? "#c4f5a6" : dark ? "#a5d18b" : "#2f6b1f"
    readonly property color codeNumber: contrast ? "#ffc890" : dark ? "#f0b072" : "#96450a"
    readonly property color codeComment: contrast ? "#d0d0d0" : dark ? "#96988f" : "#666962"
    readonly property color codeName: contrast ? "#a5f0f5" : dark ? "#7fd0d6" : "#0f5f66"

    // Experts: how much they work on text and on pictures
    readonly property color expertEmpty: contrast ? "#2e2e2e" : dark ? "#2b2f32" : "#e2dfd7"
    readonly property color expertText: accent
    readonly property color expertImage: contrast ? "#7fb2ff" : dark ? "#f2935c" : "#c2410c"

    // What needs attention
    readonly property color warning: contrast ? "#ffd166" : dark ? "#f0b65a" : "#8a5300"
    readonly property color danger: contrast ? "#ffb3a8" : dark ? "#ff9a8d" : "#b3261e"
    readonly property color bannerFill: contrast ? "#000000" : dark ? "#3a2422" : "#fdecea"
    readonly property color bannerBorder: contrast ? "#ffb3a8" : dark ? "#6b3a35" : "#f2c1bb"
    readonly property color overlay: contrast ? "#f2000000" : dark ? "#d9101213" : "#e6faf9f6"
    readonly property color viewerGround: contrast ? "#fa000000" : dark ? "#f2101213" : "#f7faf9f6"
    readonly property color scrim: contrast ? "#c0000000" : dark ? "#99000000" : "#591f2422"

    // Marks on a picture lie on the picture's own paper, so they are the same in light and dark.
    readonly property var seriesColors: ["#0f766e", "#c2410c", "#6d28d9", "#1d4ed8", "#be185d", "#4d7c0f"]
    readonly property var darkSeriesColors: ["#4fc3b5", "#f2935c", "#b79cf5", "#7fa8ff", "#f08cbd", "#a3cf62"]
    readonly property color markRing: "#ffffff"
    readonly property color markLit: "#f59e0b"
    readonly property color tileLine: "#80d0562a"

    // Sizes, in device-independent pixels
    readonly property int tiny: room(4)
    readonly property int small: room(8)
    readonly property int medium: room(12)
    readonly property int large: room(16)
    readonly property int huge: room(24)
    readonly property int giant: room(40)
    readonly property int hairline: 1
    readonly property int focusWidth: 2

    readonly property int radius: 10
    readonly property int smallRadius: 7
    readonly property int largeRadius: 16

    readonly property int control: high(34)
    readonly property int smallControl: high(28)
    readonly property int row: high(36)
    readonly property int headerHeight: high(52)
    readonly property int statusHeight: high(34)
    readonly property int icon: high(18)
    readonly property int smallIcon: high(15)
    readonly property int largeIcon: 30
    readonly property int sidebarWidth: scaled(264)
    readonly property int columnWidth: scaled(820)
    readonly property int readingWidth: scaled(680)
    readonly property int leadWidth: scaled(500)
    readonly property int bubbleWidth: scaled(520)
    readonly property int narrowWindow: scaled(760)
    readonly property int sideBySideWidth: scaled(600)
    readonly property int thumbnail: 56
    readonly property int bubblePictureWidth: 180
    readonly property int bubblePictureHeight: 120
    readonly property int pictureHeight: 340
    readonly property int composerHeight: high(150)
    readonly property int tableNameWidth: scaled(104)
    readonly property int tableCellWidth: scaled(78)
    readonly property int findWidth: scaled(400)
    readonly property int tableRow: high(30)
    readonly property int residualHeight: scaled(16)
    readonly property int pencil: scaled(11)
    readonly property int tableHeight: scaled(330)
    readonly property int mark: 9
    readonly property int litMark: 16
    readonly property int dropZoneHeight: scaled(230)
    readonly property int menuWidth: scaled(230)
    readonly property int chipWidth: scaled(190)
    readonly property int previewWidth: scaled(900)
    readonly property int previewHeight: 720
    readonly property int partsWidth: scaled(210)
    readonly property int partsHeight: scaled(180)
    readonly property int meterWidth: 72
    readonly property int receiptWidth: scaled(640)
    readonly property int sightWidth: 460
    readonly property int priceWidth: scaled(88)
    readonly property int cardsWidth: scaled(152)
    readonly property int detailWidth: scaled(96)
    readonly property int leastText: scaled(64) ///< that says something when it is cut
    readonly property int sightHeight: 260
    readonly property int panelWidth: scaled(340)
    readonly property int expertsWidth: scaled(372)
    readonly property int expertsLeast: 220
    readonly property int promptHeight: high(132)
    readonly property int hitHeight: high(62)
    readonly property int undoWidth: scaled(460)
    readonly property int appMark: 56
    readonly property int paletteWidth: scaled(560)
    readonly property int paletteHeight: scaled(420)
    readonly property int keyWidth: scaled(130)
    readonly property int logHeight: scaled(260)
    readonly property int typingDot: 6
    readonly property int scrollHandle: 6
    readonly property int indentColumn: 7
    readonly property int quoteBar: 3
    readonly property int minimumWidth: 420
    readonly property int minimumHeight: 420
    readonly property int windowWidth: 1160
    readonly property int windowHeight: 780

    // Type
    readonly property int captionSize: scaled(12)
    readonly property int bodySize: scaled(14)
    readonly property int leadSize: scaled(16)
    readonly property int titleSize: scaled(24)
    readonly property int codeSize: scaled(13)
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

    /// What holds text, wherever it may grow.
    function scaled(size: int): int {
        return Math.round(size * textScale)
    }

    /// Controls and rows: as high as their text, and lower when things are close together.
    function high(size: int): int {
        return Math.round(size * textScale * (compact ? 0.86 : 1))
    }

    /// Between things.
    function room(size: int): int {
        return compact ? Math.round(size * 0.7) : size
    }

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
