pragma ComponentBehavior: Bound

import QtQuick
import Conclave.Ui

/// The files that go with the question being written.
Flow {
    id: root

    required property ChatViewModel chat

    spacing: Theme.small
    visible: root.chat.attachments.count > 0

    Repeater {
        model: root.chat.attachments
        delegate: AttachmentChip {
            required property int index
            onClicked: root.chat.preview.openDraft(index)
            onRemoved: root.chat.removeAttachment(index)
        }
    }
}
