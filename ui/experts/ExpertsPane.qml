pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Dialogs
import QtQuick.Layouts
import Conclave.Ui

/// What the mixture of experts does while it answers: beside the conversation, or over it where there is no room for both.
Rectangle {
    id: root

    required property ChatViewModel chat
    readonly property ExpertPanel panel: chat.experts
    readonly property bool empty: panel.explanation.length > 0
    readonly property var inks: ({
        "ground": Theme.sidebar, "empty": Theme.expertEmpty, "text": Theme.expertText, "image": Theme.expertImage,
        "words": Theme.text, "quiet": Theme.secondaryText, "lit": Theme.markLit, "warning": Theme.warning
    })
    readonly property var placeInks: [Theme.expertImage, Theme.expertText, Theme.strongBorder, Theme.secondaryText]
    signal closed()

    /// False: it is not there.
    function takeFocus(): bool {
        if (visible) {
            (root.empty ? close : map).forceActiveFocus(Qt.TabFocusReason)
        }
        return visible
    }

    objectName: "expertsPane"
    color: Theme.sidebar
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Panel of experts")

    component Caption: Text {
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
    component Figure: Rectangle {
        id: figure
        required property string name
        required property string value
        required property string hint

        Layout.fillWidth: true
        Layout.preferredWidth: 1
        implicitHeight: lines.implicitHeight + 2 * Theme.small
        radius: Theme.smallRadius
        color: Theme.card
        border.width: Theme.hairline
        border.color: Theme.border
        Accessible.role: Accessible.StaticText
        Accessible.name: figure.name + ": " + figure.value
        Accessible.description: figure.hint
        HoverHandler {
            id: pointer
        }
        Hint {
            visible: pointer.hovered
            wraps: true
            width: Theme.expertsWidth - Theme.huge
            text: figure.hint
        }
        ColumnLayout {
            id: lines
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            anchors.margins: Theme.small
            spacing: 0
            Text {
                objectName: "figureValue"
                Layout.fillWidth: true
                text: figure.value
                font.pixelSize: Theme.leadSize
                font.weight: Theme.emphasis
                color: Theme.text
                Accessible.ignored: true
            }
            Caption {
                Layout.fillWidth: true
                text: figure.name
                Accessible.ignored: true
            }
        }
    }
    component Key: Row {
        id: legend
        required property string name
        required property color ink
        property bool ring: false
        spacing: Theme.tiny
        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.mark
            height: Theme.mark
            radius: 2
            color: legend.ring ? "transparent" : legend.ink
            border.width: legend.ring ? 2 : 0
            border.color: legend.ink
        }
        Caption {
            text: legend.name
        }
    }

    Rectangle {
        width: Theme.hairline
        height: parent.height
        color: Theme.border
    }

    RowLayout {
        id: head
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: Theme.large
        anchors.rightMargin: Theme.small
        height: Theme.headerHeight
        spacing: 0
        Text {
            Layout.fillWidth: true
            text: qsTr("Panel of experts")
            font.pixelSize: Theme.leadSize
            font.weight: Theme.emphasis
            color: Theme.text
            elide: Text.ElideRight
        }
        IconButton {
            objectName: "saveExperts"
            visible: !root.empty
            name: qsTr("Save the picture")
            glyph: "save"
            onClicked: {
                saveDialog.selectedFile = root.chat.expertsFile()
                saveDialog.open()
            }
        }
        IconButton {
            id: close
            objectName: "closeExperts"
            name: qsTr("Close the panel of experts (Ctrl+E)")
            glyph: "close"
            onClicked: root.closed()
        }
    }

    Column {
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.huge
        visible: root.empty
        spacing: Theme.medium
        Glyph {
            anchors.horizontalCenter: parent.horizontalCenter
            glyph: "experts"
            size: Theme.appMark
            color: Theme.accent
        }
        Text {
            objectName: "expertsExplanation"
            width: parent.width
            text: root.panel.explanation
            font.pixelSize: Theme.bodySize
            lineHeight: Theme.lineHeight
            color: Theme.secondaryText
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
    }

    Flickable {
        id: scroller
        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: Theme.large - Theme.tiny // room for what shows the focus
        anchors.rightMargin: Theme.large - Theme.tiny
        anchors.bottomMargin: Theme.medium
        visible: !root.empty
        clip: true
        contentHeight: body.height
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollHandle { }

        ColumnLayout {
            id: body
            x: Theme.tiny
            width: scroller.width - 2 * Theme.tiny
            height: Math.max(scroller.height, implicitHeight)
            spacing: Theme.small

            Caption {
                objectName: "expertsShape"
                Layout.fillWidth: true
                text: root.panel.shape
            }
            GridLayout {
                Layout.fillWidth: true
                columns: width > Theme.sideBySideWidth ? 4 : 2
                columnSpacing: Theme.small
                rowSpacing: Theme.small
                Figure {
                    objectName: "expertUtilisation"
                    name: qsTr("Utilisation")
                    value: root.panel.utilisation
                    hint: qsTr("How evenly the tokens are spread over the experts: 100 % when all work alike.")
                }
                Figure {
                    objectName: "expertIdle"
                    name: qsTr("Idle compute")
                    value: root.panel.idleCompute
                    hint: qsTr("What the others would wait for the busiest expert, if each had a processor of its own.")
                }
                Figure {
                    objectName: "expertMargin"
                    name: qsTr("Router confidence")
                    value: root.panel.margin
                    hint: qsTr("By how much the last expert that was chosen beat the first that was not.")
                }
                Figure {
                    objectName: "expertMean"
                    name: qsTr("Experts a token")
                    value: root.panel.meanExperts
                    hint: qsTr("Chosen by the router on average; a sure router needs fewer, where the model lets it.")
                }
            }
            RowLayout {
                Layout.fillWidth: true
                Caption {
                    objectName: "expertScope"
                    Layout.fillWidth: true
                    text: root.panel.scope
                }
                Caption {
                    text: qsTr("Utilisation")
                }
            }

            ExpertMap {
                id: map
                readonly property string words: pointed.y >= 0 && root.panel.sights > 0 ? root.panel.cellWords(pointed) : ""
                objectName: "expertMap"
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.minimumHeight: Theme.expertsLeast
                panel: root.panel
                inks: root.inks
                pixelSize: Theme.captionSize
                activeFocusOnTab: true
                Accessible.role: Accessible.Graphic
                Accessible.focusable: true
                Accessible.name: words.length > 0 ? words : qsTr("How much each expert of each layer works")
                Keys.onRightPressed: map.walk(1, 0)
                Keys.onLeftPressed: map.walk(-1, 0)
                Keys.onDownPressed: map.walk(0, 1)
                Keys.onUpPressed: map.walk(0, -1)
                onActiveFocusChanged: activeFocus ? map.walk(0, 0) : map.leave()
                onPointedChanged: root.panel.layer = map.pointed.y
                FocusRing {
                    shown: map.activeFocus
                }
                HoverHandler {
                    id: pointer
                    onPointChanged: map.pointed = hovered ? map.cellAt(point.position.x, point.position.y) : map.pointed
                    onHoveredChanged: if (!hovered) {
                        map.leave()
                    }
                }
                Item {
                    readonly property rect place: map.placeOf(map.pointed)
                    x: place.x
                    y: place.y
                    width: place.width
                    height: place.height
                    Hint {
                        objectName: "cellHint"
                        visible: text.length > 0
                        delay: 0
                        text: map.words
                    }
                }
            }

            Flow {
                Layout.fillWidth: true
                spacing: Theme.medium
                Key {
                    name: qsTr("text")
                    ink: Theme.expertText
                }
                Key {
                    visible: root.panel.seesPictures
                    name: qsTr("pictures")
                    ink: Theme.expertImage
                }
                Key {
                    name: qsTr("no work")
                    ink: Theme.expertEmpty
                }
                Key {
                    name: qsTr("last token")
                    ink: Theme.text
                    ring: true
                }
            }
            Caption {
                objectName: "expertTokens"
                Layout.fillWidth: true
                text: root.panel.tokens
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.small
                Accessible.role: root.panel.alarm ? Accessible.AlertMessage : Accessible.StaticText
                Accessible.name: root.panel.alarmWords
                Glyph {
                    Layout.alignment: Qt.AlignTop
                    visible: root.panel.alarm || root.panel.usual
                    glyph: root.panel.alarm ? "warning" : "check"
                    size: Theme.smallIcon
                    color: root.panel.alarm ? Theme.warning : Theme.accent
                }
                Caption {
                    objectName: "expertAlarm"
                    Layout.fillWidth: true
                    text: root.panel.alarmWords
                    color: root.panel.alarm ? Theme.warning : Theme.secondaryText
                    Accessible.ignored: true
                }
            }
            Rectangle {
                objectName: "expertPlaces"
                Layout.fillWidth: true
                implicitHeight: Theme.small
                radius: Theme.tiny
                color: Theme.hover
                clip: true
                Accessible.role: Accessible.StaticText
                Accessible.name: qsTr("Where the experts lie: %1").arg(root.panel.places.map(place => place.words).join(", "))
                Row {
                    anchors.fill: parent
                    Repeater {
                        model: root.panel.places
                        delegate: Rectangle {
                            required property var modelData
                            width: parent.width * modelData.share
                            height: parent.height
                            color: root.placeInks[modelData.kind]
                        }
                    }
                }
            }
            Flow {
                Layout.fillWidth: true
                spacing: Theme.medium
                Repeater {
                    model: root.panel.places
                    delegate: Key {
                        required property var modelData
                        name: modelData.words
                        ink: root.placeInks[modelData.kind]
                    }
                }
            }
        }
    }

    FileDialog {
        id: saveDialog
        title: qsTr("Save the picture")
        fileMode: FileDialog.SaveFile
        defaultSuffix: "png"
        nameFilters: [qsTr("Pictures (%1)").arg("*.png"), qsTr("All files (*)")]
        onAccepted: root.chat.saveExperts(selectedFile, root.inks)
    }
}
