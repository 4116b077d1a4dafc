#include "engine/generate/session_impl.h"

#include "engine/base/process_memory.h"
#include "engine/format/fingerprint.h"
#include "engine/generate/chart_grammar.h"
#include "engine/generate/timeline_file.h"

#include <algorithm>
#include <exception>
#include <new>

namespace conclave::engine
{
namespace
{

/// Tokens computed between two progress events.
constexpr std::size_t kPrefillChunk = 512;

const Message *lastUserMessage(std::span<const Message> messages)
{
    const auto found = std::find_if(messages.rbegin(), messages.rend(), [](const Message &m) { return m.role == Role::kUser; });
    return found == messages.rend() ? nullptr : &*found;
}

/// The last message is the assistant's own: its text goes on.
bool continues(const GenerationRequest &request)
{
    return !request.messages.empty() && request.messages.back().role == Role::kAssistant && !request.messages.back().text.empty();
}

bool isCancelled(const Error &error)
{
    return error.code == ErrorCode::kCancelled;
}

/// A chart is read, not invented: the most likely allowed token, always.
Sampling chartSampling(const Sampling &asked)
{
    Sampling sampling;
    sampling.temperature = 0;
    sampling.seed = asked.seed;
    return sampling;
}

Error noTokenError(bool constrained)
{
    if (constrained)
        return Error{ErrorCode::kInvalidRequest,
                     "The answer cannot go on as its grammar or schema asks: the model has no token for what must follow.",
                     "no token is allowed"};
    return Error{ErrorCode::kDeviceFailure, "The model gave no usable answer: its numbers are not finite. The file may be damaged.",
                 "no token could be sampled"};
}

} // namespace

SessionImpl::SessionImpl(std::shared_ptr<SessionParts> parts, std::unique_ptr<KvCache> cache)
    : m_parts(std::move(parts)), m_timeline(std::move(cache), m_parts->timelines, m_parts->contextTokens)
{
}

Result<int> SessionImpl::countTokens(std::span<const Message> messages)
{
    try {
        auto layout = layOut(messages);
        if (!layout)
            return layout.takeError();
        return layout->size();
    } catch (const std::exception &exception) {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to count the conversation's tokens.", exception.what()};
    }
}

Result<Done> SessionImpl::saveContext(const std::filesystem::path &file)
{
    return saveTimeline(m_timeline, fingerprint(), file);
}

Result<int> SessionImpl::loadContext(const std::filesystem::path &file)
{
    if (auto loaded = loadTimeline(m_timeline, fingerprint(), m_parts->model->vocabularySize(), file); !loaded)
        return loaded.takeError();
    return m_timeline.length();
}

std::uint64_t SessionImpl::fingerprint() const
{
    const std::uint64_t model = modelFingerprint(*m_parts->file);
    return m_parts->projector ? model ^ modelFingerprint(*m_parts->projector) : model;
}

/// The prompt with room for its pictures.
Result<PromptLayout> SessionImpl::layOut(std::span<const Message> messages) const
{
    const Model &model = *m_parts->model;
    std::vector<ImagePtr> images;
    for (const Message &message : messages)
        images.insert(images.end(), message.images.begin(), message.images.end());
    if (!images.empty() && !model.info().readsImages)
        return model.imageGrid({}).takeError(); // says why
    auto tokens = m_parts->format->tokens(messages);
    if (!tokens)
        return tokens.takeError();
    if (m_parts->placeholder < 0)
        return PromptLayout::ofText(std::move(*tokens));
    const auto gridOf = [&](const Image &image) { return model.imageGrid(image); };
    return PromptLayout::make(std::move(*tokens), images, m_parts->placeholder, gridOf, model.imageStyle().gridPositions);
}

Result<GenerationEnd> SessionImpl::generate(const GenerationRequest &request, const EventSink &sink, std::stop_token stop)
{
    try {
        auto layout = layOut(request.messages);
        if (!layout)
            return layout.takeError();
        Answer current{request, sink, std::move(stop), std::move(*layout), {}, nullptr, {}, {}, nullptr};
        return answer(current);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory for the answer. Close other programs or load a smaller model.",
                     "bad_alloc"};
    } catch (const std::exception &exception) {
        return Error{ErrorCode::kDeviceFailure, "The answer failed unexpectedly. The conversation is kept; try again.", exception.what()};
    }
}

Result<GenerationEnd> SessionImpl::answer(Answer &answer)
{
    if (auto valid = checkPrompt(answer); !valid)
        return valid.takeError();
    if (auto found = findConstraint(answer); !found)
        return found.takeError();
    m_telemetry.reset();
    answer.end.statistics.promptTokens = answer.layout.size();
    for (const auto stage : {&SessionImpl::findImage, &SessionImpl::prefill, &SessionImpl::decode}) {
        auto done = (this->*stage)(answer);
        if (!done && !isCancelled(done.error()))
            return done.takeError();
        if (!done || answer.end.reason == StopReason::kCancelled) {
            answer.end.reason = StopReason::kCancelled;
            break;
        }
    }
    fillStatistics(answer);
    return answer.end;
}

Result<Done> SessionImpl::checkPrompt(const Answer &answer) const
{
    const ModelInfo &info = m_parts->model->info();
    const auto &messages = answer.request.messages;
    const Message *question = lastUserMessage(messages);
    if (question == nullptr)
        return Error{ErrorCode::kInvalidRequest, "There is no question to answer.", "no user message"};
    if (info.readsCharts && question->images.empty())
        return Error{ErrorCode::kInvalidRequest,
                     "The built-in model reads charts only. Attach a picture of a chart, or load a general model.", "no picture"};
    if (answer.layout.size() == 0)
        return Error{ErrorCode::kInvalidRequest, "There is no question to answer.", "empty prompt"};
    if (answer.layout.size() >= m_parts->contextTokens)
        return Error{ErrorCode::kContextFull,
                     "The conversation is too long for the model: it takes " + std::to_string(answer.layout.size()) +
                         " tokens and the answer at least one, and the context holds " + std::to_string(m_parts->contextTokens) +
                         ". Nothing was cut. Shorten it, or start a new conversation.",
                     "context"};
    return Done{};
}

Result<Done> SessionImpl::findImage(Answer &answer)
{
    if (!m_parts->model->info().readsCharts)
        return Done{};
    const ImagePtr &image = lastUserMessage(answer.request.messages)->images.back();
    if (!image)
        return Error{ErrorCode::kBadImage, "The picture cannot be read: it is empty. Attach another one.", "null image"};
    answer.imageKey = imageKey(*image);
    auto memory = remembered(answer, *image, answer.imageKey);
    if (!memory)
        return memory.takeError();
    answer.image = std::move(*memory);
    return Done{};
}

/// Pictures whose rows are still to be computed; those that the timeline holds are not touched again.
Result<Done> SessionImpl::findPictures(Answer &answer)
{
    for (const PromptLayout::Picture &picture : answer.layout.pictures()) {
        answer.memories.emplace_back();
        if (picture.end() <= m_timeline.length())
            continue;
        auto memory = remembered(answer, *picture.image, picture.key);
        if (!memory)
            return memory.takeError();
        answer.memories.back() = std::move(*memory);
    }
    return Done{};
}

/// What the model keeps of an image, encoded now if it was not met before.
Result<std::shared_ptr<const ImageMemory>> SessionImpl::remembered(Answer &answer, const Image &image, const ImageKey &key)
{
    if (auto known = m_parts->images.find(key))
        return known;
    const auto start = Clock::now();
    auto encoded = m_parts->model->encodeImage(image, answer.stop);
    answer.end.statistics.imageTime += Clock::now() - start;
    if (!encoded)
        return encoded;
    ++answer.end.statistics.imagesEncoded;
    m_parts->images.insert(key, *encoded);
    return encoded;
}

Result<Done> SessionImpl::prefill(Answer &answer)
{
    const int total = answer.layout.size();
    answer.end.statistics.cachedTokens = m_timeline.resume(answer.layout.shown(), answer.imageKey);
    if (auto found = findPictures(answer); !found)
        return found;
    m_timeline.cache().reserve(total - m_timeline.length());
    const auto start = Clock::now();
    answer.sink(PrefillProgress{m_timeline.length(), total});
    while (m_timeline.length() < total) {
        const auto piece =
            std::span<const TokenId>(answer.layout.tokens()).subspan(static_cast<std::size_t>(m_timeline.length()), nextPiece(answer));
        auto computed = compute(answer, piece);
        answer.end.statistics.prefillTime = Clock::now() - start;
        if (!computed)
            return computed;
        answer.sink(PrefillProgress{m_timeline.length(), total});
    }
    return Done{};
}

/// Tokens to compute next. Where a sequence goes back only to checkpoints, one is made before the last token, so that the same prompt
/// can be answered again, or its end be edited, without computing it anew.
std::size_t SessionImpl::nextPiece(const Answer &answer) const
{
    const std::size_t left = static_cast<std::size_t>(answer.layout.size() - m_timeline.length());
    const bool stopsShort = left > 1 && !m_timeline.cache().truncatesAnywhere();
    return std::min(kPrefillChunk, stopsShort ? left - 1 : left);
}

Result<Done> SessionImpl::findConstraint(Answer &answer)
{
    auto made = m_constraints.make(answer.request.constraint, *m_parts->tokenizer, m_parts->tokenTrie);
    if (!made)
        return made.takeError();
    answer.constraint = std::move(*made);
    if (!m_parts->chartTokens)
        return Done{};
    if (answer.constraint)
        return Error{ErrorCode::kInvalidRequest,
                     "The built-in model writes charts in its own format only. Load a general model for answers of another form.",
                     "constraint for a chart reader"};
    answer.constraint = std::make_unique<ChartGrammar>(m_parts->chartTokens);
    return Done{};
}

Result<Done> SessionImpl::decode(Answer &answer)
{
    const auto start = Clock::now();
    Sampler sampler(m_parts->chartTokens ? chartSampling(answer.request.sampling) : answer.request.sampling, m_parts->tokenizer.get());
    std::vector<std::string> stops = m_parts->format->stopStrings();
    stops.insert(stops.end(), answer.request.stopStrings.begin(), answer.request.stopStrings.end());
    AnswerStream stream(std::move(stops), answerParser(answer), answer.sink);
    std::vector<TokenId> history;
    history.reserve(static_cast<std::size_t>(m_parts->contextTokens) + 1);
    history = answer.layout.tokens();
    m_lookup = {};
    answer.end.reason = StopReason::kLength;
    Result<bool> goesOn = true;
    while (goesOn.ok() && *goesOn && answer.end.statistics.generatedTokens < answer.request.maxTokens)
        goesOn = decodeOne(answer, sampler, stream, history);
    dropAhead();
    if (!goesOn && !isCancelled(goesOn.error()))
        return goesOn.takeError();
    if (!goesOn)
        answer.end.reason = StopReason::kCancelled;
    if (answer.end.reason != StopReason::kStopString)
        stream.finish();
    answer.end.statistics.decodeTime = Clock::now() - start;
    return Done{};
}

/// Chooses a token, sends its text, and computes what follows it. False at the end of the answer, with the reason set.
Result<bool> SessionImpl::decodeOne(Answer &answer, Sampler &sampler, AnswerStream &stream, std::vector<TokenId> &history)
{
    TokenConstraint *constraint = answer.constraint.get();
    const auto sampled =
        sampler.sample(logits(), history, constraint != nullptr ? constraint->allowed() : std::span<const std::uint64_t>());
    if (sampled.id < 0)
        return noTokenError(constraint != nullptr);
    if (constraint != nullptr)
        constraint->accept(sampled.id);
    if (m_parts->tokenizer->endsGeneration(sampled.id)) {
        answer.end.reason = StopReason::kEndOfAnswer;
        return false;
    }
    history.push_back(sampled.id);
    const int count = ++answer.end.statistics.generatedTokens;
    const float margin = m_telemetry.marginFromEnd(m_ahead.size() - m_confirmed);
    if (stream.push(textOf(sampled.id, count == 1 && !continues(answer.request)), {{}, sampled.id, sampled.probability, margin})) {
        answer.end.reason = StopReason::kStopString;
        return false;
    }
    if (constraint != nullptr && constraint->finished()) { // nothing may follow
        answer.end.reason = StopReason::kEndOfAnswer;
        return false;
    }
    if (static_cast<int>(history.size()) > m_parts->contextTokens) // the reason stays kLength
        return false;
    if (auto computed = computeNext(answer, history); !computed)
        return computed.takeError();
    return true;
}

/// What follows the last token of the history: known already when speculation proposed it, else computed, with new proposals behind it.
/// Every token is drawn from the logits of its own place with its own random number, as without speculation.
Result<Done> SessionImpl::computeNext(Answer &answer, std::span<const TokenId> history)
{
    if (m_confirmed < m_ahead.size() && m_ahead[m_confirmed] == history.back()) {
        ++m_confirmed;
        ++answer.end.statistics.acceptedTokens;
        return Done{};
    }
    dropAhead();
    const auto proposed = m_lookup.propose(history, speculationRoom(answer, history.size()));
    m_ahead.assign(proposed.begin(), proposed.end());
    answer.end.statistics.proposedTokens += static_cast<int>(m_ahead.size());
    m_step.assign(1, history.back());
    m_step.insert(m_step.end(), m_ahead.begin(), m_ahead.end());
    auto computed = compute(answer, m_step, static_cast<int>(m_step.size()));
    if (!computed)
        m_ahead.clear();
    return computed;
}

/// How many tokens may be proposed: as many as the answer and the context have room for.
std::size_t SessionImpl::speculationRoom(const Answer &answer, std::size_t history) const
{
    if (!answer.request.speculate || !m_timeline.cache().truncatesAnywhere())
        return 0;
    const int context = m_parts->contextTokens - static_cast<int>(history);
    const int wanted = answer.request.maxTokens - answer.end.statistics.generatedTokens - 1;
    return static_cast<std::size_t>(std::max(0, std::min(context, wanted)));
}

/// Takes back the proposed tokens that did not come true.
void SessionImpl::dropAhead()
{
    if (m_ahead.empty())
        return;
    m_lookup.learn(m_ahead.size(), m_confirmed);
    if (m_confirmed < m_ahead.size())
        m_timeline.truncate(m_timeline.length() - static_cast<int>(m_ahead.size() - m_confirmed));
    m_ahead.clear();
    m_confirmed = 0;
}

/// Of the place behind the last confirmed token.
std::span<const float> SessionImpl::logits() const
{
    const std::size_t vocabulary = m_logits.size() / (m_ahead.size() + 1);
    return m_logits.subspan(m_confirmed * vocabulary, vocabulary);
}

Result<Done> SessionImpl::compute(const Answer &answer, std::span<const TokenId> tokens, int logitRows)
{
    const int first = m_timeline.length();
    const int count = static_cast<int>(tokens.size());
    const auto rows = answer.layout.rows(first, count, answer.memories);
    const auto positions = answer.layout.positions(first, count);
    Batch batch;
    batch.tokens = tokens;
    batch.imageRows = rows;
    batch.gridPositions = positions;
    batch.cache = &m_timeline.cache();
    batch.image = answer.image.get();
    batch.logitRows = logitRows;
    batch.stop = answer.stop;
    batch.telemetry = &m_telemetry;
    auto logits = m_parts->model->forward(batch);
    if (!logits) {
        m_timeline.followCache();
        return logits.takeError();
    }
    m_logits = *logits;
    const bool prompt = first < answer.layout.size();
    m_timeline.append(prompt ? std::span<const TokenId>(answer.layout.shown()).subspan(static_cast<std::size_t>(first), tokens.size())
                             : tokens);
    if (m_timeline.length() + 1 == answer.layout.size())
        m_timeline.cache().checkpoint();
    return Done{};
}

/// The end of the prompt tells whether the answer begins with reasoning.
std::unique_ptr<AnswerParser> SessionImpl::answerParser(const Answer &answer) const
{
    const AnswerFormat format = m_parts->format->answerFormat();
    if (continues(answer.request))
        return AnswerParser::continued(format);
    constexpr std::size_t kLooked = 16;
    const auto &prompt = answer.layout.tokens();
    std::string end;
    for (std::size_t i = prompt.size() - std::min(prompt.size(), kLooked); i < prompt.size(); ++i)
        end += m_parts->tokenizer->piece(prompt[i]);
    return AnswerParser::create(format, format.opensReasoning(end));
}

/// A chart's control tokens are part of its format; those of a chat are not part of what is said, marks apart.
std::string SessionImpl::textOf(TokenId token, bool first) const
{
    const Tokenizer &tokenizer = *m_parts->tokenizer;
    if (!m_parts->chartTokens && tokenizer.type(token) == TokenType::kControl)
        return m_parts->format->answerFormat().isMark(tokenizer.piece(token)) ? tokenizer.piece(token) : std::string();
    return first ? tokenizer.decode(std::span(&token, 1)) : tokenizer.piece(token);
}

void SessionImpl::fillStatistics(Answer &answer) const
{
    Statistics &statistics = answer.end.statistics;
    statistics.bytesPerToken = m_parts->model->bytesPerToken(m_timeline.length());
    statistics.memoryBytes = residentMemoryBytes();
    statistics.expertUtilisation = m_telemetry.utilisation();
    statistics.idleCompute = m_telemetry.idleCompute();
    statistics.meanExperts = m_telemetry.meanExperts();
    statistics.expertWarnings = m_telemetry.collapse().warnings();
}

} // namespace conclave::engine
