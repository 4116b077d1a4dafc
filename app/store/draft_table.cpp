#include "app/store/draft_table.h"

#include "app/store/sql_failure.h"

#include <QCoreApplication>

namespace conclave::app
{

using engine::Done;
using engine::Result;

namespace
{

QString cannotSaveDraft()
{
    return QCoreApplication::translate("ConversationStore", "What you are writing could not be saved");
}

} // namespace

Result<QString> DraftTable::text(qint64 conversation) const
{
    auto query = m_file.run(cannotRead(), QStringLiteral("SELECT text FROM drafts WHERE conversation = ?"), {conversation});
    if (!query)
        return query.takeError();
    return query->next() ? query->value(0).toString() : QString();
}

Result<Done> DraftTable::saveText(qint64 conversation, const QString &text) const
{
    auto saved = text.isEmpty()
                     ? m_file.run(cannotSaveDraft(), QStringLiteral("DELETE FROM drafts WHERE conversation = ?"), {conversation})
                     : m_file.run(cannotSaveDraft(), QStringLiteral("INSERT OR REPLACE INTO drafts (conversation, text) VALUES (?, ?)"),
                                  {conversation, text});
    if (!saved)
        return saved.takeError();
    return Done{};
}

Result<QVector<DraftFile>> DraftTable::files(qint64 conversation) const
{
    auto query = m_file.run(cannotRead(),
                            QStringLiteral("SELECT hash, name, picture, chosen, as_pictures FROM draft_files WHERE conversation = ? "
                                           "ORDER BY position"),
                            {conversation});
    if (!query)
        return query.takeError();
    QVector<DraftFile> out;
    while (query->next())
        out.append({query->value(0).toString(), query->value(1).toString(), query->value(2).toBool(), query->value(3).toString(),
                    query->value(4).toBool()});
    return out;
}

Result<Done> DraftTable::saveFiles(qint64 conversation, const QVector<DraftFile> &files) const
{
    return m_file.transaction(cannotSaveDraft(), [&]() -> Result<Done> {
        if (auto gone = m_file.run(cannotSaveDraft(), QStringLiteral("DELETE FROM draft_files WHERE conversation = ?"), {conversation});
            !gone)
            return gone.takeError();
        int position = 0;
        for (const DraftFile &file : files) {
            auto added = m_file.run(
                cannotSaveDraft(),
                QStringLiteral("INSERT INTO draft_files (conversation, position, hash, name, picture, chosen, "
                               "as_pictures) VALUES (?, ?, ?, ?, ?, ?, ?)"),
                {conversation, position++, file.hash, file.name, file.picture, QStringLiteral("") + file.chosen, file.asPictures});
            if (!added)
                return added.takeError();
        }
        return Done{};
    });
}

} // namespace conclave::app
