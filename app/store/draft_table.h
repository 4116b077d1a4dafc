#pragma once

#include "app/store/database_file.h"
#include "app/store/records.h"

/// What was begun and not sent yet: words, and the files attached to them. Conversation 0: the one that is not begun.
namespace conclave::app
{

class DraftTable
{
public:
    /// The file outlives the table.
    explicit DraftTable(const DatabaseFile &file) : m_file(file) {}

    engine::Result<QString> text(qint64 conversation) const;
    engine::Result<engine::Done> saveText(qint64 conversation, const QString &text) const;

    engine::Result<QVector<DraftFile>> files(qint64 conversation) const; ///< in order
    /// In place of those before.
    engine::Result<engine::Done> saveFiles(qint64 conversation, const QVector<DraftFile> &files) const;

private:
    const DatabaseFile &m_file;
};

} // namespace conclave::app
