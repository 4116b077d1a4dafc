#include "app/transfer/conversation_transfer.h"

#include "app/log/error_text.h"
#include "app/store/conversation_store.h"
#include "app/transfer/conversation_json.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace conclave::app
{
namespace
{

constexpr double kReadingShare = 0.8;                    // of an export: reading the database; of an import: writing to it
constexpr qint64 kMostBytes = qint64(512) * 1024 * 1024; // of a file to import

Result<PortableConversation> read(const ConversationStore &store, qint64 id)
{
    auto tree = store.tree(id);
    auto folders = store.folders();
    if (!tree || !folders)
        return !tree ? tree.takeError() : folders.takeError();
    PortableConversation out;
    out.tree = *tree;
    for (const Folder &folder : *folders) {
        if (folder.id == tree->conversation.folder)
            out.folder = folder.name;
    }
    const auto take = [](QHash<QString, QByteArray> &files, const QString &hash, const QString &path) {
        QFile file(path);
        if (!files.contains(hash) && file.open(QIODevice::ReadOnly))
            files.insert(hash, file.readAll());
    };
    for (const StoredMessage &message : tree->messages) {
        for (const QString &hash : message.images)
            take(out.images, hash, store.imagePath(hash));
        for (const StoredDocument &document : message.documents)
            take(out.files, document.hash, store.documentPath(document.hash));
    }
    return out;
}

/// Hears the share of the work that is done; false: it is to end here.
using Progress = std::function<bool(double)>;

engine::Error cancelled()
{
    return failure(engine::ErrorCode::kCancelled,
                   QCoreApplication::translate("ConversationTransfer", "Exporting or importing was stopped."));
}

Result<QByteArray> written(const ConversationStore &store, QVector<qint64> ids, const QString &suffix, const FormulaDrawer &drawFormula,
                           const Progress &progress)
{
    if (ids.isEmpty()) {
        auto all = store.conversations();
        if (!all)
            return all.takeError();
        for (const Conversation &conversation : *all)
            ids.append(conversation.id);
    }
    QVector<PortableConversation> conversations;
    for (const qint64 id : ids) {
        auto conversation = read(store, id);
        if (!conversation)
            return conversation.takeError();
        conversations.append(*conversation);
        if (!progress(kReadingShare * double(conversations.size()) / double(ids.size())))
            return cancelled();
    }
    if (suffix == QLatin1String("json"))
        return conversationsToJson(conversations);
    if (conversations.size() != 1)
        return failure(engine::ErrorCode::kInvalidRequest,
                       QCoreApplication::translate("ConversationTransfer", "Several conversations together can be exported as JSON only."));
    const ReadableConversation readable{conversations[0].tree, conversations[0].images, drawFormula};
    if (suffix == QLatin1String("html") || suffix == QLatin1String("htm"))
        return conversationToHtml(readable).toUtf8();
    if (suffix == QLatin1String("pdf"))
        return conversationToPdf(readable);
    if (suffix == QLatin1String("md") || suffix == QLatin1String("markdown") || suffix == QLatin1String("txt"))
        return conversationToMarkdown(readable).toUtf8();
    return failure(engine::ErrorCode::kInvalidRequest,
                   QCoreApplication::translate("ConversationTransfer",
                                               "A file with the ending “%1” cannot be exported. Choose .md, .json, .html or .pdf.")
                       .arg(suffix));
}

Result<engine::Done> exportFile(const QString &folder, const QVector<qint64> &ids, const QString &path, const FormulaDrawer &drawFormula,
                                const Progress &progress)
{
    auto store = ConversationStore::open(folder);
    if (!store)
        return store.takeError();
    auto bytes = written(**store, ids, QFileInfo(path).suffix().toLower(), drawFormula, progress);
    if (!bytes)
        return bytes.takeError();
    if (!progress(1))
        return cancelled();
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(*bytes) != bytes->size() || !file.commit())
        return failure(engine::ErrorCode::kWriteFailed,
                       QCoreApplication::translate("ConversationTransfer", "%1 could not be written: %2. Choose another place.")
                           .arg(QDir::toNativeSeparators(path), file.errorString()));
    return engine::Done{};
}

Result<engine::Done> add(ConversationStore &store, PortableConversation conversation)
{
    QHash<QString, QString> kept; // a picture's name in the file: its hash here
    for (auto image = conversation.images.constBegin(); image != conversation.images.constEnd(); ++image) {
        auto hash = store.keepImage(image.value());
        if (!hash)
            return hash.takeError();
        kept.insert(image.key(), *hash);
    }
    for (StoredMessage &message : conversation.tree.messages) {
        QVector<QString> images;
        for (const QString &name : message.images) {
            if (kept.contains(name))
                images.append(kept.value(name));
        }
        message.images = images;
        for (StoredDocument &document : message.documents) {
            // Without its file it is what the model was told of it.
            auto hash = store.keepDocument(conversation.files.value(document.hash, document.text.toUtf8()));
            if (!hash)
                return hash.takeError();
            document.hash = *hash;
        }
    }
    auto added = store.addTree(conversation.tree, conversation.folder);
    if (!added)
        return added.takeError();
    return engine::Done{};
}

/// How many were taken, all of them or until it was to end.
Result<int> importFile(const QString &folder, const QString &path, const Progress &progress)
{
    const QString name = QDir::toNativeSeparators(path);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(engine::ErrorCode::kFileUnreadable,
                       QCoreApplication::translate("ConversationTransfer", "%1 could not be read: %2.").arg(name, file.errorString()));
    if (file.size() > kMostBytes)
        return failure(engine::ErrorCode::kInvalidRequest,
                       QCoreApplication::translate("ConversationTransfer", "%1 is too large to be imported: more than 512 MB.").arg(name));
    auto conversations = conversationsFromJson(file.readAll(), name);
    if (!conversations)
        return conversations.takeError();
    auto store = ConversationStore::open(folder);
    if (!store)
        return store.takeError();
    int count = 0;
    for (const PortableConversation &conversation : *conversations) {
        if (auto added = add(**store, conversation); !added)
            return added.takeError();
        ++count;
        if (!progress(1 - kReadingShare + kReadingShare * count / double(conversations->size())))
            break;
    }
    return count;
}

} // namespace

ConversationTransfer::ConversationTransfer(const QString &folder, QObject *parent) : QObject(parent), m_folder(folder)
{
    m_threads.setMaxThreadCount(1); // one file after the other
}

ConversationTransfer::~ConversationTransfer()
{
    m_threads.waitForDone();
}

void ConversationTransfer::cancel()
{
    m_stop.request_stop();
}

void ConversationTransfer::run(const std::function<void(const std::stop_token &)> &work)
{
    if (m_running == 0)
        m_stop = std::stop_source();
    ++m_running;
    m_share = 0;
    Q_EMIT shareChanged();
    Q_EMIT busyChanged();
    m_threads.start([this, work, token = m_stop.get_token()] {
        work(token);
        QMetaObject::invokeMethod(
            this,
            [this] {
                --m_running;
                Q_EMIT busyChanged();
            },
            Qt::QueuedConnection);
    });
}

/// From the thread that works. False: it was cancelled.
bool ConversationTransfer::tell(double share, const std::stop_token &token)
{
    QMetaObject::invokeMethod(
        this,
        [this, share] {
            m_share = share;
            Q_EMIT shareChanged();
        },
        Qt::QueuedConnection);
    return !token.stop_requested();
}

void ConversationTransfer::exportTo(const QVector<qint64> &conversations, const QString &file)
{
    run([this, conversations, file](const std::stop_token &token) {
        const auto progress = [&](double share) { return tell(share, token); };
        const auto done = exportFile(m_folder, conversations, file, m_drawFormula, progress);
        if (done)
            Q_EMIT exported(file);
        else if (done.error().code != engine::ErrorCode::kCancelled)
            Q_EMIT failed(errorText(done.error()));
    });
}

void ConversationTransfer::importFrom(const QStringList &files)
{
    run([this, files](const std::stop_token &token) {
        int count = 0;
        int done = 0;
        for (const QString &file : files) {
            if (token.stop_requested())
                break;
            const auto progress = [&](double share) { return tell((done + share) / double(files.size()), token); };
            const auto taken = importFile(m_folder, file, progress);
            ++done;
            if (taken)
                count += *taken;
            else
                Q_EMIT failed(errorText(taken.error()));
        }
        if (count > 0)
            Q_EMIT imported(count);
    });
}

} // namespace conclave::app
