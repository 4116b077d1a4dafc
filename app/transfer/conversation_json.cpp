#include "app/transfer/conversation_json.h"

#include "app/text_of.h"
#include "app/transfer/foreign_json.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>

namespace conclave::app
{

using engine::Result;

namespace
{

constexpr auto kFormat = "conclave-conversations";
constexpr int kVersion = 1;

engine::Error badFile(const QString &file, const QString &why)
{
    return failure(
        engine::ErrorCode::kBadFormat,
        QCoreApplication::translate("ConversationTransfer", "%1 could not be imported: %2 Nothing of it was taken.").arg(file, why));
}

QString notUnderstood()
{
    return QCoreApplication::translate("ConversationTransfer",
                                       "it holds no conversations of this program, of ChatGPT (conversations.json) or of LM Studio.");
}

/// Bytes of the database that are JSON themselves stay readable in the file.
QJsonValue embedded(const QByteArray &json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    return document.isArray() ? QJsonValue(document.array()) : document.isObject() ? QJsonValue(document.object()) : QJsonValue();
}

QByteArray unembedded(const QJsonValue &value)
{
    if (value.isObject())
        return QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
    return value.isArray() ? QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact) : QByteArray();
}

double milliseconds(const QDateTime &time)
{
    return double(time.toMSecsSinceEpoch());
}

QDateTime timeOf(const QJsonValue &value)
{
    const double number = value.toDouble();
    return QDateTime::fromMSecsSinceEpoch(number > 0 && number < 1e14 ? qint64(number) : 0);
}

QString roleName(MessageRole role)
{
    return role == MessageRole::kUser        ? QStringLiteral("user")
           : role == MessageRole::kAssistant ? QStringLiteral("assistant")
                                             : QStringLiteral("notice");
}

void insertIf(QJsonObject &object, const QString &key, const QJsonValue &value)
{
    if (!value.isNull() && !(value.isString() && value.toString().isEmpty()))
        object.insert(key, value);
}

QJsonArray documentsJson(const QVector<StoredDocument> &documents)
{
    QJsonArray out;
    for (const StoredDocument &document : documents)
        out.append(QJsonObject{{QStringLiteral("file"), document.hash},
                               {QStringLiteral("name"), document.name},
                               {QStringLiteral("kind"), int(document.kind)},
                               {QStringLiteral("parts"), document.parts},
                               {QStringLiteral("text"), document.text}});
    return out;
}

QVector<StoredDocument> documentsFrom(const QJsonArray &json)
{
    QVector<StoredDocument> out;
    for (const QJsonValue &document : json) {
        const int kind = document[QLatin1String("kind")].toInt();
        const bool known = kind >= 0 && kind <= int(DocumentKind::kPdf);
        out.append({document[QLatin1String("file")].toString(), document[QLatin1String("name")].toString(),
                    known ? DocumentKind(kind) : DocumentKind::kText, document[QLatin1String("parts")].toString(),
                    document[QLatin1String("text")].toString()});
    }
    return out;
}

/// {hash: Base64}.
QJsonObject filesJson(const QHash<QString, QByteArray> &files)
{
    QJsonObject out;
    for (auto file = files.constBegin(); file != files.constEnd(); ++file)
        out.insert(file.key(), QString::fromLatin1(file.value().toBase64()));
    return out;
}

QHash<QString, QByteArray> filesFrom(const QJsonObject &json)
{
    QHash<QString, QByteArray> out;
    for (auto file = json.constBegin(); file != json.constEnd(); ++file)
        out.insert(file.key(), QByteArray::fromBase64(file.value().toString().toLatin1()));
    return out;
}

QJsonObject messageJson(const StoredMessage &message, qint64 shown)
{
    QJsonObject out{{QStringLiteral("id"), message.id},
                    {QStringLiteral("parent"), message.parent},
                    {QStringLiteral("role"), roleName(message.role)},
                    {QStringLiteral("state"), messageStateNames().value(int(message.state))},
                    {QStringLiteral("text"), message.text},
                    {QStringLiteral("created"), milliseconds(message.created)}};
    insertIf(out, QStringLiteral("model"), message.model);
    insertIf(out, QStringLiteral("reasoning"), message.reasoning);
    if (message.reasoningTime > 0)
        out.insert(QStringLiteral("reasoningTime"), message.reasoningTime);
    insertIf(out, QStringLiteral("toolCalls"), embedded(message.toolCalls));
    insertIf(out, QStringLiteral("chart"), embedded(message.chart));
    insertIf(out, QStringLiteral("statistics"), embedded(message.statistics));
    insertIf(out, QStringLiteral("receipt"), embedded(message.receipt));
    if (shown != 0)
        out.insert(QStringLiteral("shown"), shown);
    if (!message.images.isEmpty())
        out.insert(QStringLiteral("images"), QJsonArray::fromStringList(message.images));
    if (!message.documents.isEmpty())
        out.insert(QStringLiteral("documents"), documentsJson(message.documents));
    return out;
}

QJsonObject conversationJson(const PortableConversation &portable)
{
    const ConversationTree &tree = portable.tree;
    QJsonArray messages;
    for (const StoredMessage &message : tree.messages)
        messages.append(messageJson(message, tree.shown.value(message.id)));
    QJsonObject out{{QStringLiteral("title"), tree.conversation.title},
                    {QStringLiteral("created"), milliseconds(tree.conversation.created)},
                    {QStringLiteral("changed"), milliseconds(tree.conversation.changed)},
                    {QStringLiteral("pinned"), tree.conversation.pinned},
                    {QStringLiteral("archived"), tree.conversation.archived},
                    {QStringLiteral("shown"), tree.shown.value(0)},
                    {QStringLiteral("messages"), messages}};
    insertIf(out, QStringLiteral("folder"), portable.folder);
    insertIf(out, QStringLiteral("settings"), embedded(tree.settings));
    if (!portable.images.isEmpty())
        out.insert(QStringLiteral("images"), filesJson(portable.images));
    if (!portable.files.isEmpty())
        out.insert(QStringLiteral("files"), filesJson(portable.files));
    return out;
}

StoredMessage messageFrom(const QJsonValue &json)
{
    StoredMessage message;
    const QString role = json[QLatin1String("role")].toString();
    message.id = json[QLatin1String("id")].toInteger();
    message.parent = json[QLatin1String("parent")].toInteger();
    message.role = role == QLatin1String("user")        ? MessageRole::kUser
                   : role == QLatin1String("assistant") ? MessageRole::kAssistant
                                                        : MessageRole::kNotice;
    const qsizetype state = messageStateNames().indexOf(json[QLatin1String("state")].toString());
    message.state = state < 0 ? MessageState::kComplete : MessageState(state);
    if (message.state == MessageState::kStreaming) // it was, when it was exported
        message.state = MessageState::kInterrupted;
    message.text = json[QLatin1String("text")].toString();
    message.created = timeOf(json[QLatin1String("created")]);
    message.model = json[QLatin1String("model")].toString();
    message.reasoning = json[QLatin1String("reasoning")].toString();
    message.reasoningTime = std::max<qint64>(0, json[QLatin1String("reasoningTime")].toInteger());
    message.toolCalls = unembedded(json[QLatin1String("toolCalls")]);
    message.chart = unembedded(json[QLatin1String("chart")]);
    message.statistics = unembedded(json[QLatin1String("statistics")]);
    message.receipt = unembedded(json[QLatin1String("receipt")]);
    for (const QJsonValue &hash : json[QLatin1String("images")].toArray())
        message.images.append(hash.toString());
    message.documents = documentsFrom(json[QLatin1String("documents")].toArray());
    return message;
}

/// A parent stands before its children, ids are unique: otherwise the file is damaged.
bool isTree(const ConversationTree &tree)
{
    QSet<qint64> known{0};
    for (const StoredMessage &message : tree.messages) {
        if (message.id <= 0 || known.contains(message.id) || !known.contains(message.parent))
            return false;
        known.insert(message.id);
    }
    return true;
}

PortableConversation conversationFrom(const QJsonValue &json)
{
    PortableConversation out;
    Conversation &conversation = out.tree.conversation;
    conversation.title = json[QLatin1String("title")].toString();
    conversation.created = timeOf(json[QLatin1String("created")]);
    conversation.changed = timeOf(json[QLatin1String("changed")]);
    conversation.pinned = json[QLatin1String("pinned")].toBool();
    conversation.archived = json[QLatin1String("archived")].toBool();
    out.folder = json[QLatin1String("folder")].toString();
    out.tree.settings = unembedded(json[QLatin1String("settings")]);
    out.tree.shown.insert(0, json[QLatin1String("shown")].toInteger());
    for (const QJsonValue &message : json[QLatin1String("messages")].toArray()) {
        out.tree.messages.append(messageFrom(message));
        if (const qint64 shown = message[QLatin1String("shown")].toInteger(); shown != 0)
            out.tree.shown.insert(out.tree.messages.back().id, shown);
    }
    out.images = filesFrom(json[QLatin1String("images")].toObject());
    out.files = filesFrom(json[QLatin1String("files")].toObject());
    return out;
}

Result<QVector<PortableConversation>> fromOurs(const QJsonObject &json, const QString &file)
{
    if (json[QLatin1String("version")].toInt() > kVersion)
        return badFile(file, QCoreApplication::translate("ConversationTransfer", "it was written by a newer version of the program."));
    QVector<PortableConversation> out;
    for (const QJsonValue &conversation : json[QLatin1String("conversations")].toArray()) {
        out.append(conversationFrom(conversation));
        if (!isTree(out.back().tree))
            return badFile(file, QCoreApplication::translate("ConversationTransfer", "the messages of “%1” do not fit together.")
                                     .arg(out.back().tree.conversation.title));
    }
    return out;
}

Result<QVector<PortableConversation>> fromForeign(const QJsonArray &list, const QString &file)
{
    QVector<PortableConversation> out;
    for (const QJsonValue &value : list) {
        const QJsonObject object = value.toObject();
        auto read = fromChatGpt(object);
        if (!read)
            read = fromLmStudio(object);
        if (!read)
            read = fromMessages(object);
        if (!read)
            return badFile(file, notUnderstood());
        if (!read->tree.messages.isEmpty())
            out.append(*read);
    }
    return out;
}

} // namespace

QByteArray conversationsToJson(const QVector<PortableConversation> &conversations)
{
    QJsonArray list;
    for (const PortableConversation &conversation : conversations)
        list.append(conversationJson(conversation));
    return QJsonDocument(QJsonObject{{QStringLiteral("format"), QString::fromLatin1(kFormat)},
                                     {QStringLiteral("version"), kVersion},
                                     {QStringLiteral("conversations"), list}})
        .toJson();
}

Result<QVector<PortableConversation>> conversationsFromJson(const QByteArray &json, const QString &fileName)
{
    QJsonParseError problem{};
    const QJsonDocument document = QJsonDocument::fromJson(json, &problem);
    if (document.isNull())
        return badFile(fileName, QCoreApplication::translate("ConversationTransfer", "it is no JSON (%1 at byte %2).")
                                     .arg(problem.errorString())
                                     .arg(problem.offset));
    if (document.isObject() && document[QLatin1String("format")].toString() == QLatin1String(kFormat))
        return fromOurs(document.object(), fileName);
    if (document.isArray() && !document.array().isEmpty() && document.array()[0][QLatin1String("role")].isString())
        return fromForeign({QJsonObject{{QStringLiteral("messages"), document.array()}}}, fileName);
    auto read = fromForeign(document.isArray() ? document.array() : QJsonArray{document.object()}, fileName);
    if (read && read->isEmpty())
        return badFile(fileName, notUnderstood());
    return read;
}

} // namespace conclave::app
