#include "app/transfer/foreign_json.h"

#include <QCoreApplication>
#include <QSet>

namespace conclave::app
{
namespace
{

QString untitled()
{
    return QCoreApplication::translate("ConversationTransfer", "Imported conversation");
}

QDateTime timeOfSeconds(const QJsonValue &seconds)
{
    const double value = seconds.toDouble();
    return value > 0 && value < 1e11 ? QDateTime::fromMSecsSinceEpoch(qint64(value * 1000)) : QDateTime::currentDateTime();
}

QDateTime timeOfMilliseconds(const QJsonValue &milliseconds)
{
    const double value = milliseconds.toDouble();
    return value > 0 && value < 1e14 ? QDateTime::fromMSecsSinceEpoch(qint64(value)) : QDateTime::currentDateTime();
}

/// What a message says: a string, or parts of which the texts are taken.
QString textOfContent(const QJsonValue &content)
{
    if (content.isString())
        return content.toString();
    QStringList out;
    for (const QJsonValue &part : content.toArray()) {
        if (part.isString())
            out.append(part.toString());
        else if (part[QLatin1String("text")].isString())
            out.append(part[QLatin1String("text")].toString());
    }
    return out.join(QStringLiteral("\n\n"));
}

std::optional<MessageRole> roleOf(const QString &name)
{
    if (name == QLatin1String("user") || name == QLatin1String("human"))
        return MessageRole::kUser;
    if (name == QLatin1String("assistant") || name == QLatin1String("model") || name == QLatin1String("gpt"))
        return MessageRole::kAssistant;
    return std::nullopt;
}

void setSystemPrompt(ConversationTree &tree, const QString &prompt)
{
    if (prompt.trimmed().isEmpty())
        return;
    ChatSettings settings = ChatSettings::fromJson(tree.settings);
    settings.systemPrompt = prompt;
    tree.settings = settings.toJson();
}

/// Adds a message below `parent` and shows it; returns its id.
qint64 add(ConversationTree &tree, qint64 parent, StoredMessage message)
{
    message.id = tree.messages.isEmpty() ? 1 : tree.messages.back().id + 1;
    message.parent = parent;
    tree.shown.insert(parent, message.id);
    tree.messages.append(message);
    return message.id;
}

/// ChatGPT's nodes, from the root down without recursion: the chain of a chat may be thousands of nodes long.
class ChatGptTree
{
public:
    explicit ChatGptTree(const QJsonObject &json) : m_nodes(json[QLatin1String("mapping")].toObject()) {}

    void read(ConversationTree &tree)
    {
        for (auto node = m_nodes.constBegin(); node != m_nodes.constEnd(); ++node) {
            const QString parent = node.value()[QLatin1String("parent")].toString();
            if (parent.isEmpty() || !m_nodes.contains(parent))
                m_waiting.append({node.key(), 0});
        }
        while (!m_waiting.isEmpty()) {
            const Waiting next = m_waiting.takeLast();
            if (!m_seen.contains(next.node)) // a circle is no tree
                readNode(next, tree);
        }
    }

    /// Shows the branch that ends at `node`.
    void show(ConversationTree &tree, QString node) const
    {
        QSet<QString> seen;
        while (!node.isEmpty() && !seen.contains(node)) {
            seen.insert(node);
            const qint64 id = m_ids.value(node); // numbered from 1 as they were added; 0: nothing that is shown
            if (id > 0)
                tree.shown.insert(tree.messages[id - 1].parent, id);
            node = m_nodes[node][QLatin1String("parent")].toString();
        }
    }

private:
    struct Waiting
    {
        QString node;
        qint64 parent = 0;
    };

    void readNode(const Waiting &at, ConversationTree &tree)
    {
        m_seen.insert(at.node);
        const QJsonValue node = m_nodes[at.node];
        qint64 id = at.parent;
        if (const auto message = messageOf(node[QLatin1String("message")], tree)) {
            // An answer in several messages (a tool was asked in between) is one answer here.
            StoredMessage *before = tree.messages.isEmpty() ? nullptr : &tree.messages.back();
            if (before && before->id == at.parent && before->role == MessageRole::kAssistant && message->role == MessageRole::kAssistant &&
                node[QLatin1String("children")].toArray().size() < 2) {
                before->text += before->text.isEmpty() || message->text.isEmpty() ? message->text : QStringLiteral("\n\n") + message->text;
                before->reasoning += message->reasoning;
            } else {
                id = add(tree, at.parent, *message);
            }
        }
        m_ids.insert(at.node, id);
        const QJsonArray children = node[QLatin1String("children")].toArray();
        for (qsizetype i = children.size() - 1; i >= 0; --i)
            m_waiting.append({children[i].toString(), id});
    }

    static std::optional<StoredMessage> messageOf(const QJsonValue &json, ConversationTree &tree)
    {
        const QJsonValue content = json[QLatin1String("content")];
        const QString name = json[QLatin1String("author")][QLatin1String("role")].toString();
        const QString type = content[QLatin1String("content_type")].toString();
        QString text = textOfContent(content[QLatin1String("parts")]);
        if (name == QLatin1String("system"))
            setSystemPrompt(tree, text);
        const auto role = roleOf(name);
        const bool hidden = json[QLatin1String("metadata")][QLatin1String("is_visually_hidden_from_conversation")].toBool();
        if (!role || hidden || json[QLatin1String("recipient")].toString(QStringLiteral("all")) != QLatin1String("all"))
            return std::nullopt;
        StoredMessage message;
        message.role = *role;
        message.created = timeOfSeconds(json[QLatin1String("create_time")]);
        message.model = json[QLatin1String("metadata")][QLatin1String("model_slug")].toString();
        if (type == QLatin1String("thoughts")) {
            QStringList thoughts;
            for (const QJsonValue &thought : content[QLatin1String("thoughts")].toArray())
                thoughts.append(thought[QLatin1String("content")].toString());
            message.reasoning = thoughts.join(QStringLiteral("\n\n"));
        } else if (type == QLatin1String("code")) {
            message.text = QStringLiteral("```\n%1\n```").arg(content[QLatin1String("text")].toString());
        } else {
            message.text = text;
        }
        if (message.text.isEmpty() && message.reasoning.isEmpty())
            return std::nullopt;
        return message;
    }

    QJsonObject m_nodes;
    QHash<QString, qint64> m_ids;
    QSet<QString> m_seen;
    QVector<Waiting> m_waiting;
};

/// The text of an LM Studio answer, and its thoughts apart.
StoredMessage fromSteps(const QJsonArray &steps)
{
    StoredMessage message;
    QStringList said;
    QStringList thought;
    for (const QJsonValue &step : steps) {
        if (step[QLatin1String("type")].toString() != QLatin1String("contentBlock"))
            continue;
        const bool thinking = step[QLatin1String("style")][QLatin1String("type")].toString() == QLatin1String("thinking");
        const QString text = textOfContent(step[QLatin1String("content")]);
        if (!text.trimmed().isEmpty())
            (thinking ? thought : said).append(text);
    }
    message.text = said.join(QStringLiteral("\n\n"));
    message.reasoning = thought.join(QStringLiteral("\n\n"));
    return message;
}

std::optional<StoredMessage> lmStudioVersion(const QJsonValue &version)
{
    const auto role = roleOf(version[QLatin1String("role")].toString());
    if (!role)
        return std::nullopt;
    const QJsonArray steps = version[QLatin1String("steps")].toArray();
    StoredMessage message = steps.isEmpty() ? StoredMessage() : fromSteps(steps);
    if (steps.isEmpty())
        message.text = textOfContent(version[QLatin1String("content")]);
    message.role = *role;
    message.model = version[QLatin1String("senderInfo")][QLatin1String("senderName")].toString();
    return message;
}

} // namespace

std::optional<PortableConversation> fromChatGpt(const QJsonObject &json)
{
    if (!json[QLatin1String("mapping")].isObject())
        return std::nullopt;
    PortableConversation out;
    out.tree.conversation.title = json[QLatin1String("title")].toString(untitled());
    out.tree.conversation.created = timeOfSeconds(json[QLatin1String("create_time")]);
    out.tree.conversation.changed = timeOfSeconds(json[QLatin1String("update_time")]);
    out.tree.conversation.archived = json[QLatin1String("is_archived")].toBool();
    ChatGptTree nodes(json);
    nodes.read(out.tree);
    nodes.show(out.tree, json[QLatin1String("current_node")].toString());
    return out;
}

std::optional<PortableConversation> fromLmStudio(const QJsonObject &json)
{
    const QJsonArray turns = json[QLatin1String("messages")].toArray();
    if (turns.isEmpty() || !turns[0][QLatin1String("versions")].isArray())
        return std::nullopt;
    PortableConversation out;
    out.tree.conversation.title = json[QLatin1String("name")].toString(untitled());
    out.tree.conversation.created = timeOfMilliseconds(json[QLatin1String("createdAt")]);
    out.tree.conversation.changed = out.tree.conversation.created;
    out.tree.conversation.pinned = json[QLatin1String("pinned")].toBool();
    setSystemPrompt(out.tree, json[QLatin1String("systemPrompt")].toString());
    qint64 parent = 0;
    for (const QJsonValue &turn : turns) {
        const QJsonArray versions = turn[QLatin1String("versions")].toArray();
        const int selected = turn[QLatin1String("currentlySelected")].toInt();
        qint64 shown = 0;
        for (int i = 0; i < versions.size(); ++i) {
            auto message = lmStudioVersion(versions[i]);
            if (!message)
                continue;
            message->created = out.tree.conversation.created;
            const qint64 id = add(out.tree, parent, *message);
            if (i == selected || shown == 0)
                shown = id;
        }
        if (shown == 0)
            continue;
        out.tree.shown.insert(parent, shown);
        parent = shown;
    }
    return out;
}

std::optional<PortableConversation> fromMessages(const QJsonObject &json)
{
    const QJsonArray messages = json[QLatin1String("messages")].toArray();
    if (messages.isEmpty() || !messages[0][QLatin1String("role")].isString())
        return std::nullopt;
    PortableConversation out;
    out.tree.conversation.title = json[QLatin1String("title")].toString(json[QLatin1String("name")].toString(untitled()));
    out.tree.conversation.created = QDateTime::currentDateTime();
    out.tree.conversation.changed = out.tree.conversation.created;
    qint64 parent = 0;
    for (const QJsonValue &said : messages) {
        StoredMessage message;
        message.text = textOfContent(said[QLatin1String("content")]);
        message.reasoning = said[QLatin1String("reasoning_content")].toString();
        message.created = out.tree.conversation.created;
        const auto role = roleOf(said[QLatin1String("role")].toString());
        if (said[QLatin1String("role")].toString() == QLatin1String("system"))
            setSystemPrompt(out.tree, message.text);
        if (!role || (message.text.isEmpty() && message.reasoning.isEmpty()))
            continue;
        message.role = *role;
        parent = add(out.tree, parent, message);
    }
    return out;
}

} // namespace conclave::app
