#include "app/chart/edited_reading.h"
#include "app/chat_controller_impl.h"

#include <QJsonDocument>
#include <QJsonObject>

/// Charts whose table the user edits.
namespace conclave::app
{

bool ChatController::editChart(int index, const ChartTable &table)
{
    const StoredMessage *found = m_impl->messageAt(index, MessageRole::kAssistant);
    if (!found || found->chart.isEmpty() || found->state == MessageState::kStreaming)
        return false;
    const ChartReading reading = ChartReading::fromJson(QJsonDocument::fromJson(found->chart).object());
    if (!canBeEdited(reading))
        return false;
    const ChartReading edited = withTable(reading, table);
    StoredMessage changed = *found;
    changed.chart = QJsonDocument(edited.toStoredJson()).toJson(QJsonDocument::Compact);
    changed.text = edited.summary.text;
    if (auto saved = m_impl->store.updateAnswer(changed); !saved) {
        m_impl->fail(saved.error());
        return false;
    }
    if (m_impl->unsaved && m_impl->unsaved->id == changed.id)
        m_impl->unsaved.reset();
    m_impl->messages[index] = changed;
    Q_EMIT messageChanged(index);
    Q_EMIT answerShown(changed); // in other windows
    return true;
}

} // namespace conclave::app
