pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Conclave.Ui

/// How this conversation is answered: system prompt, sampling, model, presets. Every change is kept at once.
Popup {
    id: root

    required property ChatViewModel chat
    readonly property ChatSettingsModel settings: root.chat.settings
    readonly property int firstOwn: root.settings.presets.length - root.settings.ownPresets

    width: Math.min(Theme.panelWidth, parent.width)
    height: parent.height
    x: parent.width - width
    padding: 0
    modal: true
    focus: true
    onOpened: prompt.forceActiveFocus()
    onClosed: root.settings.systemPrompt = prompt.text

    component Caption: Text {
        Layout.fillWidth: true
        font.pixelSize: Theme.captionSize
        color: Theme.secondaryText
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
    component Heading: Text {
        Layout.fillWidth: true
        font.pixelSize: Theme.bodySize
        font.weight: Font.Medium
        color: Theme.text
        wrapMode: Text.Wrap
    }

    Overlay.modal: Rectangle {
        color: Theme.scrim
    }
    background: Rectangle {
        color: Theme.card
        Rectangle {
            width: Theme.hairline
            height: parent.height
            color: Theme.border
        }
    }

    contentItem: ColumnLayout {
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.headerHeight
            Layout.leftMargin: Theme.large
            Layout.rightMargin: Theme.small
            Text {
                Layout.fillWidth: true
                text: qsTr("This conversation")
                font.pixelSize: Theme.leadSize
                font.weight: Theme.emphasis
                color: Theme.text
                elide: Text.ElideRight
            }
            IconButton {
                objectName: "settingsClose"
                name: qsTr("Close (Esc)")
                glyph: "close"
                onClicked: root.close()
            }
        }
        FormView {
            id: scroller
            Layout.fillWidth: true
            Layout.fillHeight: true

            ColumnLayout {
                x: Theme.large
                width: scroller.availableWidth - 2 * Theme.large
                spacing: Theme.medium

                Heading {
                    text: qsTr("Preset")
                }
                Flow {
                    Layout.fillWidth: true
                    spacing: Theme.tiny
                    Repeater {
                        model: root.settings.presets
                        delegate: TextButton {
                            required property string modelData
                            required property int index
                            objectName: "preset"
                            outlined: true
                            text: modelData
                            glyph: root.settings.currentPreset === index ? "check" : ""
                            tint: root.settings.currentPreset === index ? Theme.accent : Theme.text
                            Accessible.name: qsTr("Preset %1").arg(modelData)
                            Keys.onDeletePressed: root.settings.removePreset(index)
                            onClicked: {
                                root.settings.usePreset(index)
                                prompt.text = root.settings.systemPrompt
                            }
                        }
                    }
                }
                RowLayout {
                    Layout.fillWidth: true
                    spacing: Theme.small
                    ThemedField {
                        id: presetName
                        objectName: "presetName"
                        Layout.fillWidth: true
                        name: qsTr("Name of a new preset")
                        placeholderText: qsTr("Save as…")
                        onAccepted: save.clicked()
                    }
                    TextButton {
                        id: save
                        objectName: "presetSave"
                        outlined: true
                        enabled: presetName.text.trim().length > 0
                        text: qsTr("Save")
                        Accessible.name: qsTr("Save as a preset")
                        onClicked: {
                            root.settings.systemPrompt = prompt.text
                            root.settings.saveAsPreset(presetName.text)
                            presetName.clear()
                        }
                    }
                    TextButton {
                        objectName: "presetRemove"
                        outlined: true
                        visible: root.settings.currentPreset >= root.firstOwn
                        text: qsTr("Remove")
                        Accessible.name: qsTr("Remove this preset")
                        onClicked: root.settings.removePreset(root.settings.currentPreset)
                    }
                }

                Heading {
                    text: qsTr("System prompt")
                }
                ScrollView {
                    Layout.fillWidth: true
                    Layout.preferredHeight: Theme.promptHeight
                    ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
                    background: Rectangle {
                        radius: Theme.smallRadius
                        color: Theme.window
                        border.width: Theme.hairline
                        border.color: prompt.activeFocus ? Theme.accent : Theme.strongBorder
                    }
                    ThemedArea {
                        id: prompt
                        objectName: "systemPrompt"
                        text: root.settings.systemPrompt
                        placeholderText: qsTr("Told before the first question")
                        name: qsTr("System prompt")
                        KeyNavigation.priority: KeyNavigation.BeforeItem
                        KeyNavigation.tab: temperature
                        onEditingFinished: root.settings.systemPrompt = text
                    }
                }

                SettingSlider {
                    id: temperature
                    objectName: "temperature"
                    Layout.fillWidth: true
                    name: qsTr("Temperature")
                    note: qsTr("0 answers the same each time; higher is more varied.")
                    from: 0
                    to: 2
                    step: 0.05
                    value: root.settings.temperature
                    onChosen: (value) => root.settings.temperature = value
                }
                SettingSlider {
                    Layout.fillWidth: true
                    name: qsTr("Top-p")
                    note: qsTr("Chooses among the likeliest words that make up this share.")
                    from: 0.05
                    to: 1
                    step: 0.01
                    value: root.settings.topP
                    onChosen: (value) => root.settings.topP = value
                }
                SettingSlider {
                    Layout.fillWidth: true
                    name: qsTr("Min-p")
                    note: qsTr("Leaves out words less likely than this share of the best one.")
                    from: 0
                    to: 0.5
                    step: 0.01
                    value: root.settings.minP
                    onChosen: (value) => root.settings.minP = value
                }
                SettingSlider {
                    Layout.fillWidth: true
                    name: qsTr("Top-k")
                    note: qsTr("Chooses among so many words at most; 0: all.")
                    from: 0
                    to: 200
                    step: 1
                    digits: 0
                    value: root.settings.topK
                    onChosen: (value) => root.settings.topK = value
                }
                SettingSlider {
                    Layout.fillWidth: true
                    name: qsTr("Repetition penalty")
                    note: qsTr("Above 1 the model repeats itself less.")
                    from: 1
                    to: 1.5
                    step: 0.01
                    value: root.settings.repetitionPenalty
                    onChosen: (value) => root.settings.repetitionPenalty = value
                }
                SettingSlider {
                    Layout.fillWidth: true
                    name: qsTr("Longest answer, in tokens")
                    note: qsTr("A token is about three quarters of a word.")
                    from: 256
                    to: 16384
                    step: 256
                    digits: 0
                    value: root.settings.maxTokens
                    onChosen: (value) => root.settings.maxTokens = value
                }
                Heading {
                    text: qsTr("Seed")
                }
                ThemedField {
                    objectName: "seed"
                    Layout.fillWidth: true
                    name: qsTr("Seed")
                    text: root.settings.seed
                    placeholderText: qsTr("Another one for each answer")
                    validator: RegularExpressionValidator {
                        regularExpression: /[0-9]{0,19}/
                    }
                    onEditingFinished: root.settings.seed = text
                }
                CheckRow {
                    objectName: "boundToModel"
                    Layout.fillWidth: true
                    enabled: root.chat.modelLoaded || checked
                    checked: root.settings.boundToModel
                    text: root.settings.boundToModel ? qsTr("Always answered by %1").arg(root.settings.boundModelName)
                                                     : qsTr("Always answer with the model loaded now")
                    onToggled: root.settings.boundToModel = checked
                }
                TextButton {
                    objectName: "settingsReset"
                    Layout.bottomMargin: Theme.large
                    outlined: true
                    enabled: !root.settings.usual
                    glyph: "undo"
                    text: qsTr("Back to the usual settings")
                    onClicked: {
                        root.settings.reset()
                        prompt.text = ""
                    }
                }
            }
        }
    }
}
