import QtQml
import QtQuick
import Conclave.Ui

/// What the rows of the transcript share, and what they ask for.
QtObject {
    id: root

    property int pointed: -1 ///< message under the pointer
    property Item selecting: null ///< view in which text is selected
    property int selectingIn: -1 ///< its message
    signal saveAsked(text: string, file: url)
    signal pictureOpened(picture: url)
    signal editAsked(row: int, body: string)
    signal chartSaveAsked(chart: ChartAnswer, ending: string)

    function point(message: int, there: bool) {
        if (there) {
            pointed = message
        } else if (pointed === message) {
            pointed = -1
        }
    }

    /// Text is selected in one place at a time.
    function select(view: Item, message: int) {
        if (selecting && selecting !== view) {
            selecting.deselect()
        }
        selecting = view
        selectingIn = message
    }

    function selectionIn(message: int): string {
        return selecting && selectingIn === message ? selecting.selection() : ""
    }
}
