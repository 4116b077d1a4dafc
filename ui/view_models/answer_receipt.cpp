#include "ui/view_models/answer_receipt.h"

#include "app/chat/figure_words.h"
#include "ui/view_models/attachment_words.h"

#include <QJsonDocument>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace conclave::ui
{

namespace
{

constexpr int kSightPixels = 1024;
constexpr int kExcerpt = 60; // characters around the first difference

QVariantMap line(const QString &name, const QString &value)
{
    return {{QStringLiteral("name"), name}, {QStringLiteral("value"), value}};
}

QString number(double value)
{
    return QLocale().toString(value, 'g', 6);
}

QString architectureInWords(const app::Receipt &receipt)
{
    return receipt.quantisation.isEmpty() ? receipt.architecture
                                          : QStringLiteral("%1 · %2").arg(receipt.architecture, receipt.quantisation);
}

QString samplingInWords(const app::Receipt &receipt)
{
    const engine::Sampling &sampling = receipt.settings.sampling;
    return AnswerReceipt::tr("temperature %1, top-p %2, min-p %3, top-k %4, repetition penalty %5")
        .arg(number(sampling.temperature), number(sampling.topP), number(sampling.minP), QLocale().toString(sampling.topK),
             number(sampling.repetitionPenalty));
}

/// Sizes of the pieces, the last ones where there are many.
QString passesInWords(const app::Receipt &receipt)
{
    constexpr std::size_t kMostShown = 8;
    const std::size_t count = receipt.passes.size();
    QStringList words;
    for (std::size_t i = count - std::min(count, kMostShown); i < count; ++i) {
        const engine::PassRun &run = receipt.passes[i];
        const QString size = QLocale().toString(run.tokens);
        words.append(run.times > 1 ? QStringLiteral("%1 × %2").arg(QLocale().toString(run.times), size) : size);
    }
    const QString more = count > kMostShown ? QStringLiteral("… + ") : QString();
    return AnswerReceipt::tr("%1 tokens").arg(more + words.join(QStringLiteral(" + ")));
}

/// Where two texts part, with a little of what comes then.
QString firstDifference(const QString &before, const QString &now)
{
    qsizetype place = 0;
    while (place < before.size() && place < now.size() && before[place] == now[place]) {
        ++place;
    }
    return AnswerReceipt::tr("It differs from character %1 on: “%2” instead of “%3”.")
        .arg(QLocale().toString(place + 1), now.mid(place, kExcerpt).simplified(), before.mid(place, kExcerpt).simplified());
}

/// Columns and rows of the square tiles that a picture is cut into, one for each token; 0 × 0: it is not.
QSize tilesOf(const QSize &picture, int tokens)
{
    if (tokens <= 0 || picture.isEmpty()) {
        return {0, 0};
    }
    const int side = qRound(std::sqrt(double(picture.width()) * picture.height() / tokens));
    const bool whole = side > 0 && picture.width() % side == 0 && picture.height() % side == 0 &&
                       qint64(picture.width() / side) * (picture.height() / side) == tokens;
    return whole ? QSize(picture.width() / side, picture.height() / side) : QSize(0, 0);
}

} // namespace

AnswerReceipt::AnswerReceipt(app::ChatController &controller, QObject *parent) : QObject(parent), m_controller(controller)
{
    connect(&controller, &app::ChatController::seen, this, &AnswerReceipt::takeSight);
    connect(&controller, &app::ChatController::replayed, this, &AnswerReceipt::takeReplay);
    connect(&controller, &app::ChatController::stateChanged, this, &AnswerReceipt::replayChanged);
    connect(&controller, &app::ChatController::currentConversationChanged, this, &AnswerReceipt::close);
}

int AnswerReceipt::row() const
{
    const QVector<app::StoredMessage> &messages = m_controller.messages();
    for (int i = 0; i < messages.size(); ++i) {
        if (messages[i].id == m_message) {
            return i;
        }
    }
    return -1;
}

const app::StoredMessage *AnswerReceipt::message() const
{
    const int found = row();
    return found < 0 ? nullptr : &m_controller.messages()[found];
}

void AnswerReceipt::open(int row)
{
    if (row < 0 || row >= m_controller.messages().size()) {
        return;
    }
    m_message = m_controller.messages()[row].id;
    m_json = m_controller.messages()[row].receipt;
    m_receipt = app::Receipt::fromJson(m_json);
    m_told = promptInWords();
    m_pictures.clear();
    m_sights.clear();
    m_outcome.clear();
    m_replay.reset();
    QVector<QString> hashes;
    for (const app::Receipt::File &image : std::as_const(m_receipt.images)) {
        hashes.append(image.hash);
        m_pictures.append(QVariantMap{{QStringLiteral("source"), QString()}, {QStringLiteral("words"), tr("Looking…")}});
    }
    m_look = hashes.isEmpty() ? 0 : m_controller.look(hashes);
    m_shown = true;
    Q_EMIT contentChanged();
    Q_EMIT picturesChanged();
    Q_EMIT replayChanged();
    Q_EMIT shownChanged();
}

void AnswerReceipt::close()
{
    if (m_shown) {
        m_shown = false;
        m_message = 0;
        Q_EMIT shownChanged();
    }
}

QString AnswerReceipt::promptWords() const
{
    const QLocale locale;
    return tr("%1 tokens: %2 known from before, %3 new")
        .arg(locale.toString(m_receipt.promptTokens), locale.toString(m_receipt.cachedTokens),
             locale.toString(qMax(0, m_receipt.promptTokens - m_receipt.cachedTokens)));
}

/// System prompt, messages, documents; and what was left out.
QStringList AnswerReceipt::promptInWords() const
{
    QStringList words;
    if (!m_receipt.settings.systemPrompt.isEmpty()) {
        words.append(tr("System prompt: %1").arg(m_receipt.settings.systemPrompt.simplified()));
    }
    int told = 0;
    int left = 0;
    for (const app::StoredMessage &message : m_controller.messages()) {
        if (message.id >= m_message) {
            break;
        }
        if (message.role != app::MessageRole::kNotice) {
            ++(message.id < m_receipt.firstTold ? left : told);
        }
    }
    words.append(tr("Messages: %1").arg(told));
    if (left > 0) {
        words.append(tr("Older messages that were left out: %1").arg(left));
    }
    for (const app::Receipt::File &document : m_receipt.documents) {
        words.append(tr("Document: %1").arg(document.name));
    }
    return words;
}

QVariantList AnswerReceipt::lines() const
{
    if (m_receipt.isEmpty()) {
        return {};
    }
    const QLocale locale;
    QVariantList lines{
        line(tr("Model"), m_receipt.model),
        line(tr("File"), m_receipt.modelFile),
        line(tr("Architecture"), architectureInWords(m_receipt)),
        line(tr("SHA-256 of the model"), m_receipt.modelHash.isEmpty() ? tr("not known yet") : m_receipt.modelHash),
        line(tr("Fingerprint"), QString::number(m_receipt.fingerprint, 16)),
        line(tr("Program"), m_receipt.build),
        line(tr("Device"), m_receipt.device),
        line(tr("Context"), tr("%1 tokens").arg(locale.toString(m_receipt.contextTokens))),
        line(tr("Seed"), QString::number(m_receipt.settings.sampling.seed)),
        line(tr("Sampling"), samplingInWords(m_receipt)),
        line(tr("Longest answer"), tr("%1 tokens").arg(locale.toString(m_receipt.settings.maxTokens))),
        line(tr("Prompt"), QStringLiteral("sha256 ") + QString::fromLatin1(m_receipt.promptHash)),
    };
    if (!m_receipt.passes.empty()) {
        lines.append(line(tr("Prompt computed in pieces of"), passesInWords(m_receipt)));
    }
    for (const app::Receipt::File &image : m_receipt.images) {
        lines.append(
            line(tr("Picture"), QStringLiteral("%1 × %2 · sha256 %3").arg(image.size.width()).arg(image.size.height()).arg(image.hash)));
    }
    for (const app::Receipt::File &document : m_receipt.documents) {
        lines.append(line(document.name, QStringLiteral("sha256 ") + document.hash));
    }
    lines.append(line(tr("Answer"), tr("%1 tokens").arg(locale.toString(m_receipt.answerTokens)) + QStringLiteral(" · sha256 ") +
                                        QString::fromLatin1(m_receipt.answerHash)));
    return lines;
}

QVariantList AnswerReceipt::figures() const
{
    QVariantList figures;
    const app::StoredMessage *answer = message();
    if (!answer) {
        return figures;
    }
    for (const app::FigureLine &one : app::figureLines(answer->statistics, app::electricityPrice(m_controller.store().folder()))) {
        figures.append(line(one.name, one.value));
    }
    return figures;
}

bool AnswerReceipt::replayable() const
{
    const app::StoredMessage *answer = message();
    return answer && known() && answer->state == app::MessageState::kComplete && m_controller.state() == app::ChatState::kIdle;
}

void AnswerReceipt::replay()
{
    m_outcome.clear();
    m_replay.reset();
    m_controller.replay(row());
    Q_EMIT replayChanged();
}

void AnswerReceipt::takeReplay(const app::ReplayResult &result)
{
    if (message() && result.message == m_message) {
        m_replay = result;
        tellOutcome();
    }
}

void AnswerReceipt::tellOutcome()
{
    const app::StoredMessage *answer = message();
    if (!answer || !m_replay) {
        return;
    }
    const app::ReplayResult &result = *m_replay;
    const QString tokens = QLocale().toString(result.tokens);
    m_same = result.outcome == app::ReplayResult::kIdentical;
    switch (result.outcome) {
    case app::ReplayResult::kIdentical:
        m_outcome = tr("The same, bit for bit: %1 tokens and their probabilities.").arg(tokens);
        break;
    case app::ReplayResult::kSameWords:
        m_outcome = tr("The same words: %1 tokens. Probabilities behind them differ in their last digits.").arg(tokens);
        break;
    case app::ReplayResult::kDiffers:
        m_outcome = firstDifference(answer->text.mid(m_receipt.goesOnFrom), result.text);
        break;
    case app::ReplayResult::kStopped:
        m_outcome = tr("Stopped before the end: nothing can be said.");
        break;
    case app::ReplayResult::kFailed:
        m_outcome = result.error;
        break;
    }
    const bool differs = result.outcome == app::ReplayResult::kSameWords || result.outcome == app::ReplayResult::kDiffers;
    if (differs && !result.samePasses) {
        m_outcome += u' ' + (m_receipt.passes.empty() ? tr("The receipt does not tell in which pieces the prompt was computed.")
                                                      : tr("The prompt was computed in other pieces than then."));
        m_outcome += u' ' + tr("That alone changes last digits.");
    }
    if (m_receipt.build != app::buildName()) {
        m_outcome += u' ' + tr("The answer was written by another build of the program.");
    }
    if (m_receipt.device != m_controller.model().device) {
        m_outcome += u' ' + tr("It was written on another device: %1.").arg(m_receipt.device);
    }
    Q_EMIT replayChanged();
}

void AnswerReceipt::takeSight(const app::SightResult &result)
{
    if (result.request == m_look) {
        m_sights = result.sights;
        tellSights();
    }
}

void AnswerReceipt::tellSights()
{
    m_pictures.clear();
    for (const app::Sight &sight : std::as_const(m_sights)) {
        QString words = sight.error;
        if (words.isEmpty()) {
            words =
                (sight.inPrompt ? tr("%1 × %2 pixels, %3 tokens of the prompt") : tr("%1 × %2 pixels, read in %3 places beside the text"))
                    .arg(sight.picture.width())
                    .arg(sight.picture.height())
                    .arg(QLocale().toString(sight.tokens));
        }
        const QSize grid = tilesOf(sight.picture.size(), sight.tokens);
        m_pictures.append(
            QVariantMap{{QStringLiteral("source"), sight.picture.isNull() ? QString() : pictureUrl(sight.picture, kSightPixels)},
                        {QStringLiteral("words"), words},
                        {QStringLiteral("columns"), grid.width()},
                        {QStringLiteral("rows"), grid.height()}});
    }
    Q_EMIT picturesChanged();
}

void AnswerReceipt::retranslate()
{
    if (!m_shown) {
        return;
    }
    m_told = promptInWords();
    if (!m_sights.isEmpty()) {
        tellSights();
    }
    tellOutcome();
}

QString AnswerReceipt::json() const
{
    return QString::fromUtf8(QJsonDocument::fromJson(m_json).toJson(QJsonDocument::Indented));
}

} // namespace conclave::ui
