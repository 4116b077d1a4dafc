pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// The summary, or the answer to a question. Every number in it is a citation: pointing at it, or walking to it with Left and Right, lights up its mark.
FocusScope {
    id: root

    required property ChartAnswer chart
    required property int litSeries
    required property int litRow
    property int active: -1
    // The citation that is pointed at, or those of the cell that is.
    readonly property var lit: active >= 0 ? [active] : chart ? chart.citationsOf(litSeries, litRow) : []
    readonly property string spoken: chart && chart.summary.length > 0 ? chart.spokenSummary() : ""
    signal cited(int citation)

    function cite(citation: int) {
        active = citation
        root.cited(citation)
    }

    function citationOf(link: string): int {
        return link.length > 0 ? parseInt(link.split(":")[1]) : -1
    }

    objectName: "summary"
    implicitHeight: words.implicitHeight
    activeFocusOnTab: true
    Accessible.role: Accessible.StaticText
    Accessible.name: !chart ? "" : active >= 0 ? chart.citationNote(active)
                     : chart.isAnswer ? spoken : qsTr("Summary: %1").arg(spoken)
    Accessible.focusable: true
    Keys.onRightPressed: root.cite(chart.nextCitation(active, 1))
    Keys.onLeftPressed: root.cite(chart.nextCitation(active, -1))
    onActiveFocusChanged: if (!activeFocus) root.cite(-1)

    FocusRing {
        anchors.margins: -Theme.tiny
        shown: root.activeFocus
    }
    Text {
        id: words
        objectName: "summaryText"
        width: parent.width
        text: root.chart ? root.chart.richSummary(root.chart.summary, root.lit, Theme.accent, Theme.warning) : ""
        textFormat: Text.StyledText
        wrapMode: Text.Wrap
        lineHeight: Theme.lineHeight
        color: Theme.text
        linkColor: Theme.accent
        font.pixelSize: Theme.bodySize
        Accessible.ignored: true
        onLinkHovered: (link) => root.cite(root.citationOf(link))
        onLinkActivated: (link) => {
            root.forceActiveFocus()
            root.cite(root.citationOf(link))
        }

        HoverHandler {
            id: pointer
            cursorShape: words.hoveredLink.length > 0 ? Qt.PointingHandCursor : Qt.ArrowCursor
        }
        Hint {
            visible: words.hoveredLink.length > 0
            x: pointer.point.position.x
            delay: Theme.quick
            text: root.chart ? root.chart.citationNote(root.active) : ""
        }
    }
}
