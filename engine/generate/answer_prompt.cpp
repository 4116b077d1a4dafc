#include "engine/generate/answer.h"
#include "engine/generate/chart_grammar.h"
#include "engine/generate/chart_prompt.h"
#include "engine/moe/expert_store.h"
#include "engine/vision/image_preprocessor.h"
#include "engine/vision/straight_labels.h"

#include <algorithm>

/// The first half of an answer: its prompt and pictures.
namespace conclave::engine
{
namespace
{

const Message *lastUserMessage(std::span<const Message> messages)
{
    const auto found = std::find_if(messages.rbegin(), messages.rend(), [](const Message &m) { return m.role == Role::kUser; });
    return found == messages.rend() ? nullptr : &*found;
}

constexpr std::size_t kLongestQuestion = 256; ///< tokens that a chart reader is asked

} // namespace

Answer::Answer(SessionParts &parts, Seat &seat, const GenerationRequest &request, const EventSink &sink, std::stop_token stop)
    : m_parts(parts), m_seat(seat), m_request(request), m_sink(sink), m_stop(std::move(stop))
{
}

Result<Done> Answer::prepare()
{
    auto layout = m_parts.layOut(m_request.messages);
    if (!layout)
        return layout.takeError();
    m_layout = std::move(*layout);
    m_end.statistics.promptTokens = m_layout.size();
    if (auto valid = checkPrompt(); !valid)
        return valid;
    return findConstraint();
}

Result<Done> Answer::begin()
{
    m_seat.telemetry.reset();
    m_trafficBefore = m_parts.model->experts().traffic();
    if (auto found = findImage(); !found)
        return found;
    m_plan = PassPlan::of(m_request.passes, m_layout, m_parts.contextTokens, m_parts.model->vocabularySize(),
                          m_seat.timeline.cache().truncatesAnywhere());
    if (m_plan)
        m_seat.timeline.restart(m_imageKey);
    else
        m_end.statistics.cachedTokens = m_seat.timeline.resume(m_layout.shown(), m_imageKey);
    if (auto found = findPictures(); !found)
        return found;
    m_seat.timeline.cache().reserve(m_layout.size() - computed());
    m_start = Clock::now();
    m_sink(PrefillProgress{computed(), m_layout.size()});
    return Done{};
}

int Answer::commonPrompt(const Answer &other) const
{
    const auto &own = m_layout.shown();
    const auto &theirs = other.m_layout.shown();
    if (!(m_imageKey == other.m_imageKey))
        return 0;
    return static_cast<int>(std::mismatch(own.begin(), own.end(), theirs.begin(), theirs.end()).first - own.begin());
}

Result<Done> Answer::checkPrompt() const
{
    const ModelInfo &info = m_parts.model->info();
    const Message *question = lastUserMessage(m_request.messages);
    if (question == nullptr)
        return Error{ErrorCode::kInvalidRequest, "There is no question to answer.", "no user message"};
    if (info.readsCharts) {
        if (auto valid = checkChart(); !valid)
            return valid;
    }
    if (m_layout.size() == 0)
        return Error{ErrorCode::kInvalidRequest, "There is no question to answer.", "empty prompt"};
    if (m_layout.size() >= m_parts.contextTokens)
        return Error{ErrorCode::kContextFull,
                     "The conversation is too long for the model: it takes " + std::to_string(m_layout.size()) +
                         " tokens and the answer at least one, and the context holds " + std::to_string(m_parts.contextTokens) +
                         ". Nothing was cut. Shorten it, or start a new conversation.",
                     "context"};
    return Done{};
}

Result<Done> Answer::checkChart() const
{
    const ChartPrompt prompt = chartPrompt(m_request.messages, *m_parts.tokenizer);
    if (prompt.image == nullptr && prompt.question.empty())
        return Error{ErrorCode::kInvalidRequest,
                     "The built-in model reads charts only. Attach a picture of a chart, or load a general model.", "no picture"};
    if (prompt.question.size() > kLongestQuestion)
        return Error{ErrorCode::kInvalidRequest, "The question is too long for the built-in model. Ask it in one sentence.", "question"};
    return Done{};
}

Result<Done> Answer::findConstraint()
{
    auto made = m_seat.constraints.make(m_request.constraint, *m_parts.tokenizer, m_parts.tokenTrie);
    if (!made)
        return made.takeError();
    m_constraint = std::move(*made);
    if (!m_parts.chartTokens)
        return Done{};
    if (m_constraint)
        return Error{ErrorCode::kInvalidRequest,
                     "The built-in model writes charts in its own format only. Load a general model for answers of another form.",
                     "constraint for a chart reader"};
    return constrainChart();
}

/// What was read before is written again under the grammar: an answer can only cite what its table holds.
Result<Done> Answer::constrainChart()
{
    const ChartPrompt prompt = chartPrompt(m_request.messages, *m_parts.tokenizer);
    auto grammar = std::make_unique<ChartGrammar>(
        m_parts.chartTokens, ChartTask{prompt.image != nullptr, prompt.question, m_parts.chartTokens->language(m_request.language)});
    for (const TokenId token : prompt.given()) {
        if (!grammar->accept(token))
            return Error{ErrorCode::kInvalidRequest, "The table that was read earlier is damaged. Send the picture again.",
                         "written table"};
    }
    m_constraint = std::move(grammar);
    return Done{};
}

Result<Done> Answer::findImage()
{
    if (!m_parts.model->info().readsCharts)
        return Done{};
    const ImagePtr *asked = chartPrompt(m_request.messages, *m_parts.tokenizer).image;
    if (asked == nullptr)
        return Done{};
    const ImagePtr &image = *asked;
    if (!image)
        return Error{ErrorCode::kBadImage, "The picture cannot be read: it is empty. Attach another one.", "null image"};
    if (auto valid = checkImage(*image); !valid)
        return valid;
    m_imageKey = imageKey(*image);
    const bool tableIsKnown = m_layout.size() > 1;
    m_image = m_parts.images.find(m_imageKey);
    if (m_image && tableIsKnown)
        return Done{};
    const std::optional<Image> straight = withStraightLabels(*image);
    const Image &seen = straight ? *straight : *image;
    auto memory = remembered(seen, m_imageKey);
    if (!memory)
        return memory.takeError();
    m_image = std::move(*memory);
    return tableIsKnown ? Done{} : lookFurther(seen);
}

/// More looks at a picture whose table is to be read.
Result<Done> Answer::lookFurther(const Image &image)
{
    const ModelInfo &info = m_parts.model->info();
    for (int i = 1; i < std::min(m_request.looks, GenerationRequest::kMostLooks); ++i) {
        const PictureLook look = furtherLook(i);
        const LookedPicture looked = lookAt(image, info.chartInputWidth, info.chartInputHeight, look);
        auto memory = remembered(looked.frame, imageKey(looked.frame));
        if (!memory)
            return memory.takeError();
        auto cache = m_parts.createCache();
        if (!cache)
            return cache.takeError();
        if (!m_looks)
            m_looks.emplace(*m_parts.chartTokens, info.chartLocStep);
        m_looks->add(look, looked.scale, m_parts.model->vocabularySize(), std::move(*memory), std::move(*cache));
    }
    return Done{};
}

/// Pictures whose rows are still to be computed; those that the timeline holds are not touched again.
Result<Done> Answer::findPictures()
{
    for (const PromptLayout::Picture &picture : m_layout.pictures()) {
        m_memories.emplace_back();
        if (picture.end() <= computed())
            continue;
        auto memory = remembered(*picture.image, picture.key);
        if (!memory)
            return memory.takeError();
        m_memories.back() = std::move(*memory);
    }
    return Done{};
}

/// What the model keeps of an image, encoded now if it was not met before.
Result<std::shared_ptr<const ImageMemory>> Answer::remembered(const Image &image, const ImageKey &key)
{
    if (auto known = m_parts.images.find(key))
        return known;
    const auto start = Clock::now();
    auto encoded = m_parts.model->encodeImage(image, m_stop);
    m_end.statistics.imageTime += Clock::now() - start;
    if (!encoded)
        return encoded;
    ++m_end.statistics.imagesEncoded;
    m_parts.images.insert(key, *encoded);
    return encoded;
}

/// Tokens to compute next. Where a sequence goes back only to checkpoints, one is made before the last token, so that the same prompt
/// can be answered again, or its end be edited, without computing it anew.
std::size_t Answer::promptPiece(std::size_t most) const
{
    const Timeline &timeline = m_seat.timeline;
    if (timeline.cutAt() > computed())
        most = std::min(most, static_cast<std::size_t>(timeline.cutAt() - computed()));
    const std::size_t left = static_cast<std::size_t>(m_layout.size() - computed());
    const bool stopsShort = left > 1 && !timeline.cache().truncatesAnywhere();
    return std::min(most, stopsShort ? left - 1 : left);
}

void Answer::nextOfPrompt(std::size_t most)
{
    const int first = computed();
    const int count = m_plan ? m_plan->now().tokens : static_cast<int>(promptPiece(most));
    m_step = std::span<const TokenId>(m_layout.tokens()).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    m_rows = m_layout.rows(first, count, m_memories);
    if (!m_plan || m_plan->now().dropped.empty()) {
        m_positions = m_layout.positions(first, count);
        return;
    }
    const std::vector<TokenId> &dropped = m_plan->now().dropped;
    m_tokens.assign(m_step.begin(), m_step.end());
    m_tokens.insert(m_tokens.end(), dropped.begin(), dropped.end());
    m_step = m_tokens;
    m_positions = m_layout.positionsBeforeText(first, count, static_cast<int>(dropped.size()));
}

/// The timeline holds what was computed.
void Answer::noteStep()
{
    Timeline &timeline = m_seat.timeline;
    if (!readsPrompt())
        return timeline.append(m_step, m_step.size() > 1);
    const std::size_t dropped = m_plan ? m_plan->now().dropped.size() : 0;
    const auto shown = std::span<const TokenId>(m_layout.shown()).subspan(static_cast<std::size_t>(computed()));
    timeline.append(dropped > 0 ? m_step : shown.first(m_step.size()));
    if (dropped > 0)
        timeline.truncate(computed() - static_cast<int>(dropped));
    if (m_plan)
        m_plan->advance();
}

} // namespace conclave::engine
