pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// Settings of the program, over the conversation while they are open. Every change is kept at once.
Rectangle {
    id: root

    required property Appearance appearance
    required property Preferences preferences
    required property LibraryViewModel library
    required property Diagnostics diagnostics
    property bool trayMissing: false
    signal closed()
    signal shortcutsAsked()
    signal tourAsked()
    signal logAsked()

    function show() {
        root.forceActiveFocus()
        scroller.contentItem.contentY = 0
    }

    function words(percent: int): string {
        return qsTr("%1 %").arg(percent)
    }

    objectName: "settingsPage"
    color: Theme.window
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Settings")
    Keys.onEscapePressed: root.closed()

    // Taps stay here and do not reach what lies behind.
    TapHandler {}

    component Heading: Text {
        Layout.fillWidth: true
        Layout.topMargin: Theme.medium
        font.pixelSize: Theme.leadSize
        font.weight: Theme.emphasis
        color: Theme.text
        wrapMode: Text.Wrap
    }
    component Note: Text {
        Layout.fillWidth: true
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.headerHeight
            Layout.leftMargin: Theme.medium
            Layout.rightMargin: Theme.medium
            spacing: Theme.small
            IconButton {
                objectName: "settingsBack"
                name: qsTr("Back to the conversation (Esc)")
                glyph: "chevron-left"
                onClicked: root.closed()
            }
            Text {
                Layout.fillWidth: true
                text: qsTr("Settings")
                font.pixelSize: Theme.leadSize
                font.weight: Theme.emphasis
                color: Theme.text
                elide: Text.ElideRight
            }
        }
        FormView {
            id: scroller
            Layout.fillWidth: true
            Layout.fillHeight: true

            ColumnLayout {
                x: Math.max(Theme.large, (scroller.availableWidth - width) / 2)
                width: Math.min(Theme.readingWidth, scroller.availableWidth - 2 * Theme.large)
                spacing: Theme.medium

                Heading {
                    Layout.topMargin: 0
                    text: qsTr("Looks")
                }
                ChoiceRow {
                    Layout.fillWidth: true
                    name: qsTr("Theme")
                    choices: [{value: Appearance.System, text: qsTr("As the system")},
                              {value: Appearance.Light, text: qsTr("Light")},
                              {value: Appearance.Dark, text: qsTr("Dark")},
                              {value: Appearance.HighContrast, text: qsTr("High contrast")}]
                    current: root.appearance.mode
                    onChosen: (value) => root.appearance.mode = value
                }
                ChoiceRow {
                    Layout.fillWidth: true
                    name: qsTr("Text size (Ctrl++, Ctrl+-)")
                    choices: root.appearance.textSteps.map((percent) => ({value: percent, text: root.words(percent)}))
                    current: root.appearance.textPercent
                    onChosen: (value) => root.appearance.textPercent = value
                }
                ChoiceRow {
                    Layout.fillWidth: true
                    name: qsTr("Density")
                    choices: [{value: false, text: qsTr("Comfortable")}, {value: true, text: qsTr("Compact")}]
                    current: root.appearance.compact
                    onChosen: (value) => root.appearance.compact = value
                }
                ChoiceRow {
                    Layout.fillWidth: true
                    name: qsTr("Language")
                    choices: [{value: "", text: qsTr("As the system")}].concat(
                        root.preferences.languages.map((language) => ({value: language.code, text: language.name})))
                    current: root.preferences.language
                    onChosen: (value) => root.preferences.language = value
                }

                Heading {
                    text: qsTr("In the background")
                }
                CheckRow {
                    objectName: "notifies"
                    Layout.fillWidth: true
                    checked: root.preferences.notifies
                    text: qsTr("Tell me when an answer has ended while I am elsewhere")
                    onToggled: root.preferences.notifies = checked
                }
                CheckRow {
                    objectName: "staysInTray"
                    Layout.fillWidth: true
                    checked: root.preferences.staysInTray
                    text: qsTr("Closing the window leaves the program in the tray")
                    onToggled: root.preferences.staysInTray = checked
                }
                Note {
                    visible: root.preferences.staysInTray && root.trayMissing
                    text: qsTr("This desktop shows no tray, so closing the window ends the program.")
                }

                Heading {
                    text: qsTr("Computing")
                }
                ChoiceRow {
                    objectName: "device"
                    Layout.fillWidth: true
                    name: qsTr("Models are computed by")
                    choices: [{value: "cpu", text: qsTr("Processor")},
                              {value: "cuda", text: qsTr("NVIDIA card (CUDA)")},
                              {value: "vulkan", text: qsTr("Graphics card (Vulkan)")}]
                    current: root.preferences.device
                    onChosen: (value) => root.preferences.device = value
                }
                RowLayout {
                    Layout.fillWidth: true
                    visible: root.preferences.device !== "cpu"
                    spacing: Theme.small
                    Text {
                        Layout.fillWidth: true
                        text: qsTr("Layers on cards")
                        font.pixelSize: Theme.bodySize
                        color: Theme.text
                        wrapMode: Text.Wrap
                    }
                    ThemedField {
                        objectName: "cardLayers"
                        Layout.preferredWidth: Theme.cardsWidth
                        name: qsTr("Layers on cards")
                        placeholderText: qsTr("All that fit")
                        horizontalAlignment: TextInput.AlignRight
                        text: root.preferences.cardLayers
                        maximumLength: 4
                        onEditingFinished: {
                            root.preferences.cardLayers = text
                            text = Qt.binding(() => root.preferences.cardLayers)
                        }
                    }
                }
                RowLayout {
                    Layout.fillWidth: true
                    visible: root.preferences.device !== "cpu"
                    spacing: Theme.small
                    Text {
                        Layout.fillWidth: true
                        text: qsTr("Which cards (0 is the first)")
                        font.pixelSize: Theme.bodySize
                        color: Theme.text
                        wrapMode: Text.Wrap
                    }
                    ThemedField {
                        objectName: "cards"
                        Layout.preferredWidth: Theme.cardsWidth
                        name: qsTr("Which cards (0 is the first)")
                        placeholderText: qsTr("As needed")
                        horizontalAlignment: TextInput.AlignRight
                        text: root.preferences.cards
                        maximumLength: 20
                        onEditingFinished: {
                            root.preferences.cards = text
                            text = Qt.binding(() => root.preferences.cards)
                        }
                    }
                }
                Note {
                    visible: root.preferences.device !== "cpu"
                    text: qsTr("From the next model on that is loaded. A model that one card has no room for is divided among several. What the cards have no room for stays in memory, and the processor computes it.")
                }

                Heading {
                    text: qsTr("Electricity")
                }
                RowLayout {
                    Layout.fillWidth: true
                    spacing: Theme.small
                    Text {
                        Layout.fillWidth: true
                        text: qsTr("Price of a kilowatt-hour")
                        font.pixelSize: Theme.bodySize
                        color: Theme.text
                        wrapMode: Text.Wrap
                    }
                    ThemedField {
                        objectName: "electricityPrice"
                        Layout.preferredWidth: Theme.priceWidth
                        name: qsTr("Price of a kilowatt-hour")
                        horizontalAlignment: TextInput.AlignRight
                        text: root.preferences.electricityPrice
                        maximumLength: 12
                        onEditingFinished: {
                            root.preferences.electricityPrice = text
                            text = Qt.binding(() => root.preferences.electricityPrice)
                        }
                    }
                    ThemedField {
                        objectName: "currency"
                        Layout.preferredWidth: Theme.priceWidth
                        name: qsTr("Currency")
                        placeholderText: qsTr("Currency")
                        text: root.preferences.currency
                        maximumLength: 8
                        onEditingFinished: {
                            root.preferences.currency = text
                            text = Qt.binding(() => root.preferences.currency)
                        }
                    }
                }
                Note {
                    text: qsTr("Behind each answer it is then told what a million such tokens cost, beside what providers take. Energy is measured where this machine lets it be.")
                }

                Heading {
                    text: qsTr("Network")
                }
                CheckRow {
                    objectName: "offline"
                    Layout.fillWidth: true
                    checked: root.library.offline
                    text: qsTr("Offline: the program opens no connection at all")
                    onToggled: root.library.offline = checked
                }
                ConnectionList {
                    Layout.fillWidth: true
                    library: root.library
                }

                Heading {
                    text: qsTr("Help")
                }
                Flow {
                    Layout.fillWidth: true
                    spacing: Theme.small
                    TextButton {
                        objectName: "showShortcuts"
                        outlined: true
                        textSize: Theme.bodySize
                        text: qsTr("Keyboard (F1)")
                        onClicked: root.shortcutsAsked()
                    }
                    TextButton {
                        objectName: "showTour"
                        outlined: true
                        textSize: Theme.bodySize
                        text: qsTr("Show me around")
                        onClicked: root.tourAsked()
                    }
                    TextButton {
                        objectName: "showLog"
                        outlined: true
                        textSize: Theme.bodySize
                        text: qsTr("Log and report")
                        onClicked: root.logAsked()
                    }
                }
                Note {
                    Layout.bottomMargin: Theme.large
                    text: root.diagnostics.program
                }
            }
        }
    }
}
