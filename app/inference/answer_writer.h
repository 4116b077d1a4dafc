#pragma once

#include "app/chart/chart_parser.h"
#include "app/inference/inference_worker.h"

#include <QCryptographicHash>
#include <QElapsedTimer>

#include <optional>

namespace conclave::app
{

/// Builds the answer's state out of the engine's events. Engine thread only.
class AnswerWriter
{
public:
    AnswerWriter(const AnswerRequest &request, const engine::ModelInfo &model);

    void take(const engine::Event &event);
    /// The answer came to its end by itself or was stopped.
    void finish(bool endedByModel);

    const AnswerUpdate &state() const { return m_state; }

private:
    void takePiece(const engine::TextPiece &piece);
    void takeThought(const engine::ReasoningPiece &thought);
    void countPiece(const std::string &text, int token, float probability);
    void takeReading();
    void takeFigures();

    AnswerUpdate m_state;
    std::optional<ChartParser> m_parser;
    QCryptographicHash m_words{QCryptographicHash::Sha256};
    QCryptographicHash m_exact{QCryptographicHash::Sha256};
    QElapsedTimer m_sinceBegin;
    QElapsedTimer m_sinceFirst;
    QElapsedTimer m_sinceThought;
    QElapsedTimer m_sinceMemory;
};

} // namespace conclave::app
