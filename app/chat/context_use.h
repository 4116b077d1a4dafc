#pragma once

#include "app/chat/history.h"
#include "app/inference/inference_worker.h"
#include "app/store/records.h"

#include <QSize>
#include <QString>
#include <QVector>

/// How much of a model's context a question would take, before it is sent.
namespace conclave::app
{

/// A question being written, as far as its length matters.
struct DraftTurn
{
    QString text;
    QVector<QSize> images;
    QVector<StoredDocument> documents;

    /// As a message, its pictures under names that imageOf knows.
    StoredMessage question() const;
    engine::ImagePtr imageOf(const QString &hash) const;
    bool isEmpty() const { return text.trimmed().isEmpty() && images.isEmpty() && documents.isEmpty(); }
};

/// In tokens. The parts are exact to a token or two: a template adds its own around them.
struct ContextUse
{
    QString error;          ///< why it could not be counted; empty: it was
    int total = 0;          ///< the whole prompt
    int history = 0;        ///< of it: what was said before, with the system prompt
    QVector<int> documents; ///< of each one
    QVector<int> images;
    int leaveOut = 0; ///< oldest turns without which it would fit; 0: it does; -1: not even the question alone does
    int capacity = 0; ///< prompt and answer together
    int largest = 0;  ///< capacity that the model could have

    /// An answer needs room too; one of a few words is no answer.
    static constexpr int kLeastAnswer = 64;
    bool fits() const { return total + kLeastAnswer <= capacity; }
    int room() const { return capacity - total; }
};

/// Prompts to be counted for a draft; `whole` is the one that it would be sent with.
std::vector<std::vector<engine::Message>> promptsToCount(const DraftTurn &draft, std::vector<engine::Message> whole,
                                                         const engine::ModelInfo &model);
/// What the counts of promptsToCount say.
ContextUse contextUse(const CountResult &counted, const DraftTurn &draft, const ModelStatus &model);

/// A picture of that size without pixels, for counting.
engine::ImagePtr imageOfSize(const QSize &size);

} // namespace conclave::app
