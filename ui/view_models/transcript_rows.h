#pragma once

#include "app/markdown/markdown_rows.h"
#include "ui/view_models/transcript_model.h"

#include <QHash>

#include <vector>

/// The transcript in the pieces that a view makes and forgets one by one: a question or a chart is one row, an answer has a row for its
/// reasoning, for each of its blocks and for its end. A chat of any length costs what is in sight. GUI thread only.
namespace conclave::ui
{

class TranscriptRows : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Part
    {
        Whole,         ///< a question, a notice, an answer with a chart
        ReasoningHead, ///< folds it
        ReasoningText,
        Prose,
        Table,
        Code,
        Math,
        ToolCall,
        Foot, ///< what can be done with the answer
    };
    Q_ENUM(Part)

    enum Role
    {
        kMessageRole = TranscriptModel::kLastRole + 1, ///< int: row in the TranscriptModel
        kPartRole,                                     ///< Part
        kFirstRole,                                    ///< bool: first row of its message
        kTextRole,                                     ///< QString: of a block
        kLanguageRole,                                 ///< QString: of code; name of a tool
        kIndentRole,                                   ///< int: columns
        kBeginsRole,                                   ///< bool: first piece of a code block
        kEndsRole,                                     ///< bool: its last
        kClosedRole,                                   ///< bool: code or formula is complete
        kOpenRole,                                     ///< bool: the reasoning is unfolded
        kThoughtRole,                                  ///< QString: "Thought for 12 s"
    };

    explicit TranscriptRows(TranscriptModel &messages, app::ChatController &controller, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return m_count; }

    /// First row of a message.
    Q_INVOKABLE int rowOf(int message) const;
    Q_INVOKABLE void setReasoningOpen(int message, bool open);
    /// All of the code block that a row shows a piece of.
    Q_INVOKABLE QString codeAt(int row) const;

Q_SIGNALS:
    void countChanged();

private:
    /// One row as it is shown.
    struct Piece
    {
        Part part = Whole;
        app::MarkdownRow block;

        bool operator==(const Piece &) const = default;
    };
    struct Entry
    {
        app::MarkdownRows answer;
        app::MarkdownRows reasoning;
        QVector<Piece> pieces;
        int answerAt = 0; ///< first piece of the answer's text
    };
    struct Place
    {
        int message = 0;
        int piece = 0;
    };

    void reset();
    void append(int message);
    void follow(const QModelIndex &first, const QModelIndex &last, const QVector<int> &roles);
    void update(int message);
    QVector<Piece> piecesOf(const app::StoredMessage &message, Entry &entry) const;
    Place placeOf(int row) const;
    bool isOpen(const app::StoredMessage &message) const { return m_open.value(message.id); }
    QString thought(const app::StoredMessage &message) const;

    TranscriptModel &m_messages;
    app::ChatController &m_controller;
    std::vector<Entry> m_entries;
    std::vector<int> m_starts; ///< first row of each message
    int m_count = 0;
    QHash<qint64, bool> m_open; ///< unfolded reasoning, by message
};

} // namespace conclave::ui
