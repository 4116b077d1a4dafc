pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// Markdown as it is to be read: text that can be selected, with formulas, bars of quotations and lines drawn over it.
Item {
    id: root

    property alias markdown: text.markdown
    property alias color: words.color
    property alias pixelSize: words.font.pixelSize
    property alias wrapMode: words.wrapMode
    readonly property real naturalWidth: words.contentWidth
    property string needle: "" ///< what is looked for, and which of its occurrences here is meant, as TextMarks
    property int found: -1
    readonly property alias foundPlace: marks.foundPlace
    property string readAs: qsTr("Answer: %1").arg(text.plain)
    signal selected(view: Item)
    signal copyAsked(text: string)

    function selection(): string {
        return text.textBetween(words.selectionStart, words.selectionEnd)
    }

    function deselect() {
        words.deselect()
    }

    implicitHeight: words.implicitHeight

    MarkdownText {
        id: text
        pixelSize: words.font.pixelSize
        spacing: Theme.small
        codeFamily: Theme.codeFamily
        line: Theme.strongBorder
        codeGround: Theme.codeGround
        quiet: Theme.secondaryText
        link: Theme.accent
    }
    TextEdit {
        id: words
        objectName: "answerText"
        width: root.width
        textFormat: TextEdit.RichText
        wrapMode: TextEdit.Wrap
        readOnly: true
        selectByMouse: true
        persistentSelection: true
        color: Theme.text
        selectionColor: Theme.textSelection
        selectedTextColor: Theme.text
        font.pixelSize: Theme.bodySize
        Accessible.name: root.readAs
        // Not before: a TextEdit that is completed sets its text anew.
        Component.onCompleted: text.target = words.textDocument
        Keys.onPressed: (event) => {
            if (event.matches(StandardKey.Copy)) {
                root.copyAsked(root.selection())
                event.accepted = true
            }
        }
        onContentSizeChanged: text.place()
        onWidthChanged: Qt.callLater(text.place)
        onSelectedTextChanged: if (selectedText.length > 0) root.selected(root)
        onLinkActivated: (link) => Qt.openUrlExternally(link)

        HoverHandler {
            id: pointer
            cursorShape: words.hoveredLink.length > 0 ? Qt.PointingHandCursor : Qt.IBeamCursor
        }
        Hint {
            visible: words.hoveredLink.length > 0
            x: pointer.point.position.x
            text: words.hoveredLink
        }
    }
    FindMarks {
        id: marks
        text: words
        needle: root.needle
        found: root.found
    }
    Repeater {
        model: text.formulas
        delegate: Formula {
            required property var modelData
            objectName: "formula"
            x: modelData.x
            y: modelData.baseline - ascent
            width: implicitWidth
            height: implicitHeight
            latex: modelData.latex
            display: modelData.display
            pixelSize: words.font.pixelSize
            color: words.color
        }
    }
    Repeater {
        model: text.bars
        delegate: Rectangle {
            required property rect modelData
            x: modelData.x
            y: modelData.y
            width: Theme.quoteBar
            height: modelData.height
            radius: width / 2
            color: Theme.strongBorder
        }
    }
    Repeater {
        model: text.rules
        delegate: Rectangle {
            required property real modelData
            y: modelData
            width: root.width
            height: Theme.hairline
            color: Theme.strongBorder
        }
    }
}
