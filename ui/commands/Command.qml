import QtQuick

/// Something the program does when it is asked to: by its keys, or by its name in the palette. `activated()` does it.
Shortcut {
    required property string name
    property string group: ""
    /// As they stand on the keyboards of the interface's language.
    readonly property string keys: nativeText.replace("Ctrl", qsTr("Ctrl")).replace("Shift", qsTr("Shift"))
    autoRepeat: false
}
