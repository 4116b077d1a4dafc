#pragma once

#include "app/chat_controller.h"
#include "ui/view_models/chart_answer.h"

#include <QAbstractListModel>
#include <QHash>
#include <QList>
#include <QUrl>

/// The messages of the open conversation. Follows the controller message by message; nothing is reset while text streams in. GUI thread
/// only.
namespace conclave::ui
{

class TranscriptModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Kind
    {
        Question,
        Answer,
        Notice,
    };
    Q_ENUM(Kind)

    enum Role
    {
        kKindRole = Qt::UserRole, ///< Kind
        kBodyRole,                ///< QString: what was said, as it was written
        kPicturesRole,            ///< list of file URLs, in order
        kDocumentsRole,           ///< list of {"name", "kind", "parts"}, in order
        kChartRole,               ///< ChartAnswer *, null when the answer is plain text
        kStreamingRole,           ///< bool: still growing
        kBadgeRole,               ///< QString: "Stopped", "Interrupted", "Failed" or empty
        kFiguresRole,             ///< QString: model and speed of a finished answer
        kVersionRole,             ///< int: which of the turn's versions this is, from 1
        kVersionsRole,            ///< int: how many there are
        kContinuableRole,         ///< bool: an answer that was broken off, the last one
        kLeftOutRole,             ///< bool: the model is no longer told of it
        kToldFirstRole,           ///< bool: with it begins what the model is told, and something stands above
        kReasoningRole,           ///< QString: what the model wrote for itself
        kLastRole = kReasoningRole,
    };

    explicit TranscriptModel(app::ChatController &controller, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return rowCount(); }
    /// What was said in words of the program, in the language that is new.
    void retranslate();

Q_SIGNALS:
    void countChanged();

private:
    void reset();
    void append(int row);
    void update(int row);
    void followChart(int row);
    QString pictureFor(int row) const;
    static QVariantList documents(const app::StoredMessage &message);
    QList<QUrl> pictures(const app::StoredMessage &message) const;

    app::ChatController &m_controller;
    int m_count = 0;                    ///< rows announced to the views
    QHash<int, ChartAnswer *> m_charts; ///< by row; children of the model
};

} // namespace conclave::ui
