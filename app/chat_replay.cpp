#include "app/chart/answer_words.h"
#include "app/chat/history.h"
#include "app/chat/turns_told.h"
#include "app/chat_controller_impl.h"

#include <utility>

/// Receipts, answers asked for again, and what of a conversation the model is told.
namespace conclave::app
{
/// The request for an answer to `stored`, and in `receipt` what it was made of. receipt.firstTold and goesOnFrom are given.
AnswerRequest ChatController::Impl::requestFor(const QVector<StoredMessage> &stored, const ChatSettings &chosen, qint64 conversation,
                                               Receipt &receipt)
{
    const QVector<StoredMessage> told = toldMessages(stored, receipt.firstTold);
    QHash<const engine::Image *, QString> hashes;
    const auto imageOf = [&](const QString &hash) {
        const engine::ImagePtr image = pictures.imageOf(hash);
        if (image) {
            hashes.insert(image.get(), hash);
            receipt.images.append({{}, hash, QSize(image->width, image->height)});
        }
        return image;
    };
    AnswerRequest request;
    request.request = worker.nextRequest();
    request.conversation = conversation;
    request.maxTokens = chosen.maxTokens;
    request.sampling = chosen.sampling;
    request.messages = promptFor(told, chosen, imageOf);
    request.asked = tableAskedAbout(told, status.info);
    if (status.info.readsCharts && !request.messages.empty()) // a summary is in the chart's own language: the model mixes others with it
        request.language = languageOfQuestion(textOf(request.messages.back().text));
    for (const StoredMessage &message : told) {
        for (const StoredDocument &document : message.documents)
            receipt.documents.append({document.name, document.hash, {}});
    }
    receipt.model = textOf(status.info.name);
    receipt.modelFile = status.file;
    receipt.architecture = textOf(status.info.architecture);
    receipt.quantisation = textOf(status.info.quantisation);
    receipt.fingerprint = status.fingerprint;
    receipt.modelHash = modelHashes.value(status.file);
    receipt.build = buildName();
    receipt.device = status.device;
    receipt.contextTokens = status.contextTokens;
    receipt.settings = chosen;
    receipt.settings.fixedSeed = true;
    receipt.promptHash = promptHash(request.messages, [&hashes](const engine::ImagePtr &image) { return hashes.value(image.get()); });
    return request;
}

/// Why an answer cannot be asked for again, as far as its receipt tells; empty: it can.
QString ChatController::Impl::whyNoReplay(const StoredMessage &answer, const Receipt &receipt) const
{
    if (receipt.isEmpty())
        return ChatController::tr("This answer has no receipt: you edited it, or an older version of the program wrote it.");
    if (answer.state != MessageState::kComplete)
        return ChatController::tr("This answer did not come to its end, so there is nothing to compare with.");
    if (!status.loaded || status.loading || status.fingerprint != receipt.fingerprint)
        return ChatController::tr("Another model is loaded. Load %1, then try again.").arg(receipt.modelFile);
    if (status.contextTokens != receipt.contextTokens)
        return ChatController::tr("The model is loaded with room for %1 tokens, and was with %2. Load it again, then try again.")
            .arg(status.contextTokens)
            .arg(receipt.contextTokens);
    return {};
}

bool ChatController::replay(int index)
{
    const StoredMessage *found = m_impl->messageAt(index, MessageRole::kAssistant);
    if (!found || m_impl->isAnswering())
        return false;
    const StoredMessage answer = *found;
    const Receipt before = Receipt::fromJson(answer.receipt);
    if (const QString why = m_impl->whyNoReplay(answer, before); !why.isEmpty()) {
        m_impl->fail(why);
        return false;
    }
    QVector<StoredMessage> told = m_impl->messages.first(index);
    if (before.goesOnFrom > 0) { // it was continued: only what came then is compared
        told.append(answer);
        told.back().text.truncate(before.goesOnFrom);
    }
    Receipt now;
    now.firstTold = before.firstTold;
    now.goesOnFrom = before.goesOnFrom;
    AnswerRequest request = m_impl->requestFor(told, before.settings, -1, now);
    if (now.promptHash != before.promptHash) {
        m_impl->fail(
            tr("The prompt of this answer is no longer what it was: a picture is lost, or a message was changed. Nothing was asked."));
        return false;
    }
    request.fresh = true;
    request.passes = before.passes;
    m_impl->replaying = Replaying{request.request, answer.id, before, false, false};
    m_impl->worker.ask(request);
    m_impl->updateState();
    return true;
}

/// Answers that came before the hash was known get it now.
void ChatController::setModelHash(const QString &file, const QString &sha256)
{
    m_impl->modelHashes.insert(file, sha256);
    QVector<StoredMessage> others;
    for (const StoredMessage &answer : std::exchange(m_impl->withoutHash, {})) {
        Receipt receipt = Receipt::fromJson(answer.receipt);
        if (receipt.modelFile != file) {
            others.append(answer);
            continue;
        }
        receipt.modelHash = sha256;
        const QByteArray json = receipt.toJson();
        if (auto saved = m_impl->store.replaceReceipt(answer.id, answer.receipt, json); !saved)
            return m_impl->fail(saved.error());
        for (StoredMessage &shown : m_impl->messages) {
            if (shown.id == answer.id && shown.receipt == answer.receipt)
                shown.receipt = json;
        }
    }
    m_impl->withoutHash = others;
}

bool ChatController::replaying() const
{
    return m_impl->replaying.has_value();
}

void ChatController::Impl::onReplayUpdate(const AnswerUpdate &update)
{
    replaying->hasPiece = replaying->hasPiece || update.generatedTokens > 0;
    tokensPerSecond = update.tokensPerSecond;
    memoryBytes = update.memoryBytes;
    updateState();
    Q_EMIT owner.figuresChanged();
}

void ChatController::Impl::onReplayEnd(const AnswerEnd &end)
{
    const Replaying replayed = *replaying;
    replaying.reset();
    ReplayResult result;
    result.message = replayed.message;
    result.tokens = end.statistics.generatedTokens;
    result.text = end.last.text;
    result.error = end.error;
    const Receipt &before = replayed.before;
    result.samePasses = before.passes.empty() ? before.cachedTokens == 0 : end.statistics.passes == before.passes;
    if (end.failed)
        result.outcome = ReplayResult::kFailed;
    else if (end.reason == engine::StopReason::kCancelled)
        result.outcome = ReplayResult::kStopped;
    else if (end.last.exactHash == before.exactHash)
        result.outcome = ReplayResult::kIdentical;
    else
        result.outcome = end.last.answerHash == before.answerHash ? ReplayResult::kSameWords : ReplayResult::kDiffers;
    updateState();
    Q_EMIT owner.figuresChanged();
    Q_EMIT owner.replayed(result);
}

quint64 ChatController::look(const QVector<QString> &images)
{
    SightRequest request{m_impl->looks = m_impl->worker.nextRequest(), {}};
    for (const QString &hash : images)
        request.files.append(m_impl->store.imagePath(hash));
    m_impl->worker.look(request);
    return request.request;
}

qint64 ChatController::toldFrom() const
{
    return m_impl->toldFrom;
}

void ChatController::leaveOutOldest(int turns)
{
    const QVector<StoredMessage> told = toldMessages(m_impl->messages, m_impl->toldFrom);
    if (const qint64 first = beginOfTurn(told, turns); turns > 0 && first != 0)
        return m_impl->setToldFrom(first);
    // None of what is there fits beside the question: the model is told nothing of it.
    if (turns > 0 && !told.isEmpty())
        m_impl->setToldFrom(told.back().id + 1);
}

void ChatController::tellAll()
{
    m_impl->setToldFrom(0);
}

void ChatController::Impl::setToldFrom(qint64 message)
{
    if (auto saved = store.setToldFrom(current, message); !saved)
        return fail(saved.error());
    toldFrom = message;
    Q_EMIT owner.toldFromChanged();
}

} // namespace conclave::app
