#include "app/chat/context_use.h"

#include <algorithm>

namespace conclave::app
{
namespace
{

// Places of the counts.
constexpr qsizetype kAll = 0;
constexpr qsizetype kAlone = 1; ///< without what was said before
constexpr qsizetype kBase = 2;  ///< a question of one letter: what a template adds
constexpr qsizetype kFirstPart = 3;

constexpr auto kDraftImage = QLatin1String("draft "); // in place of a hash: no picture is kept yet

std::vector<engine::Message> alone(const DraftTurn &draft, const engine::ModelInfo &model)
{
    return messagesForModel({draft.question()}, model, [&draft](const QString &hash) { return draft.imageOf(hash); });
}

} // namespace

engine::ImagePtr imageOfSize(const QSize &size)
{
    auto image = std::make_shared<engine::Image>();
    image->width = size.width();
    image->height = size.height();
    return image;
}

StoredMessage DraftTurn::question() const
{
    StoredMessage question;
    question.text = text;
    question.documents = documents;
    for (qsizetype i = 0; i < images.size(); ++i)
        question.images.append(kDraftImage + QString::number(i));
    return question;
}

engine::ImagePtr DraftTurn::imageOf(const QString &hash) const
{
    const qsizetype place = hash.startsWith(kDraftImage) ? hash.mid(kDraftImage.size()).toInt() : images.size();
    return place < images.size() ? imageOfSize(images[place]) : nullptr;
}

std::vector<std::vector<engine::Message>> promptsToCount(const DraftTurn &draft, std::vector<engine::Message> whole,
                                                         const engine::ModelInfo &model)
{
    const DraftTurn base{QStringLiteral("."), {}, {}};
    std::vector<std::vector<engine::Message>> prompts;
    prompts.push_back(std::move(whole));
    prompts.push_back(alone(draft, model));
    prompts.push_back(alone(base, model));
    for (const StoredDocument &document : draft.documents)
        prompts.push_back(alone({base.text, {}, {document}}, model));
    for (const QSize &size : draft.images)
        prompts.push_back(alone({base.text, {size}, {}}, model));
    return prompts;
}

ContextUse contextUse(const CountResult &counted, const DraftTurn &draft, const ModelStatus &model)
{
    ContextUse use;
    use.error = counted.error;
    use.capacity = model.contextTokens;
    use.largest = std::max(model.contextTokens, model.info.contextTokens);
    const qsizetype parts = draft.documents.size() + draft.images.size();
    if (!use.error.isEmpty() || counted.tokens.size() != kFirstPart + parts)
        return use;
    use.total = counted.tokens[kAll];
    use.leaveOut = counted.leaveOut;
    use.history = std::max(0, use.total - counted.tokens[kAlone]);
    for (qsizetype i = 0; i < parts; ++i) {
        const int tokens = std::max(0, counted.tokens[kFirstPart + i] - counted.tokens[kBase]);
        (i < draft.documents.size() ? use.documents : use.images).append(tokens);
    }
    return use;
}

} // namespace conclave::app
