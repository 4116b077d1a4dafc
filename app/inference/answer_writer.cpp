#include "app/inference/answer_writer.h"

#include "app/chart/answer_words.h"
#include "app/text_of.h"
#include "engine/base/process_memory.h"

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr qint64 kMemoryMilliseconds = 250; // between two looks at the process's memory

} // namespace

AnswerWriter::AnswerWriter(const AnswerRequest &request, const engine::ModelInfo &model)
{
    m_state.request = request.request;
    m_state.memoryBytes = engine::residentMemoryBytes();
    m_sinceMemory.start();
    m_sinceBegin.start();
    if (!model.readsCharts || request.messages.empty())
        return;
    const auto &images = request.messages.front().images;
    m_state.isChart = request.asked || !images.empty();
    if (request.asked || images.empty()) {
        m_parser.emplace(request.asked.value_or(ChartTable()));
        return;
    }
    const QSize size = images.back() ? QSize(images.back()->width, images.back()->height) : QSize();
    m_parser.emplace(size, QSize(model.chartInputWidth, model.chartInputHeight), model.chartLocStep, images.back());
}

void AnswerWriter::take(const engine::Event &event)
{
    if (const auto *progress = std::get_if<engine::PrefillProgress>(&event)) {
        m_state.prefillDone = progress->done;
        m_state.prefillTotal = progress->total;
    } else if (const auto *piece = std::get_if<engine::TextPiece>(&event)) {
        takePiece(*piece);
    } else if (const auto *thought = std::get_if<engine::ReasoningPiece>(&event)) {
        takeThought(*thought);
    } else if (const auto *call = std::get_if<engine::ToolCall>(&event)) {
        m_state.toolCalls.push_back(*call);
    }
    takeFigures();
}

void AnswerWriter::countPiece(const std::string &text, int token, float probability)
{
    m_words.addData(QByteArrayView(text));
    m_exact.addData(QByteArrayView(text));
    m_exact.addData(QByteArrayView(reinterpret_cast<const char *>(&token), sizeof token));
    m_exact.addData(QByteArrayView(reinterpret_cast<const char *>(&probability), sizeof probability));
    ++m_state.generatedTokens;
    if (m_sinceFirst.isValid())
        return;
    m_sinceFirst.start();
    m_state.firstTokenSeconds = double(m_sinceBegin.nsecsElapsed()) / 1e9;
}

void AnswerWriter::takeThought(const engine::ReasoningPiece &thought)
{
    countPiece(thought.text, thought.token, thought.probability);
    if (!m_sinceThought.isValid())
        m_sinceThought.start();
    m_state.reasoning += textOf(thought.text);
    m_state.reasoningMilliseconds = std::max<qint64>(1, m_sinceThought.elapsed()); // 0: it is not known
}

void AnswerWriter::takePiece(const engine::TextPiece &piece)
{
    countPiece(piece.text, piece.token, piece.probability);
    const QString text = textOf(piece.text);
    if (!m_parser) {
        m_state.text += text;
        return;
    }
    m_parser->push(text, double(piece.probability));
    takeReading();
}

/// Of a picture that is no chart there is nothing to show but that it is none.
void AnswerWriter::takeReading()
{
    m_state.chart = m_parser->reading();
    const bool noChart = m_state.chart.table.type == ChartType::kNoChart;
    m_state.isChart = m_state.isChart && !noChart;
    m_state.text = noChart ? noChartText() : m_state.chart.summary.text;
}

void AnswerWriter::takeFigures()
{
    // The first piece starts the clock: its own time belongs to the prefill.
    if (m_state.generatedTokens > 1 && m_sinceFirst.nsecsElapsed() > 0)
        m_state.tokensPerSecond = (m_state.generatedTokens - 1) * 1e9 / double(m_sinceFirst.nsecsElapsed());
    if (m_sinceMemory.elapsed() < kMemoryMilliseconds)
        return;
    m_state.memoryBytes = engine::residentMemoryBytes();
    m_sinceMemory.restart();
}

void AnswerWriter::finish(bool endedByModel)
{
    m_state.memoryBytes = engine::residentMemoryBytes();
    m_state.answerHash = m_words.result().toHex();
    m_state.exactHash = m_exact.result().toHex();
    if (!m_parser)
        return;
    m_parser->finish(endedByModel);
    takeReading();
}

} // namespace conclave::app
