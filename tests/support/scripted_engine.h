#pragma once

#include "engine/api/engine.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

/// An engine that plays a script instead of a model: tests of app and ui need no weights and can provoke every ending.
namespace conclave::tests
{

/// How a scripted model counts: a word is a token, a message and a picture take so many more.
inline constexpr int kTurnTokens = 4;
inline constexpr int kPictureTokens = 64;

struct Script
{
    engine::ModelInfo model;
    std::string device = "Scripted";
    int sessionTokens = 0;                   ///< that a session holds; 0: the model's
    int prefillSteps = 0;                    ///< progress events before the first piece
    std::vector<std::string> reasoning;      ///< pieces that come before the answer
    std::vector<std::string> pieces;         ///< the answer; one token each
    std::vector<std::string> replyPieces;    ///< the answer to a question without a picture, unless empty
    std::vector<engine::ToolCall> toolCalls; ///< that come after it
    int tile = 0;                            ///< pixels: it sees pictures at half their size, a token for each tile of that side
    float probability = 0.99F;               ///< of every piece
    std::chrono::milliseconds delay{0};      ///< before each event
    int failAt = -1;                         ///< piece index at which generate returns `failure`
    engine::Error failure{engine::ErrorCode::kDeviceFailure, "The scripted device failed.", ""};
    int throwAt = -1;              ///< piece index at which std::bad_alloc is thrown
    int hangAt = -1;               ///< piece index at which it waits until it is stopped
    engine::Statistics statistics; ///< generatedTokens is filled in
    engine::ExpertView experts;    ///< that is shown whenever somebody looks
};

/// What was asked of the engines made from one script; shared between threads.
struct Record
{
    std::mutex mutex;
    std::vector<engine::GenerationRequest> requests;
    std::atomic<int> sessions{0};
};

/// A model that chats and a model that reads charts only, ready to be changed.
Script chatScript(const std::string &answer);
Script chartScript();
/// The same, but that the place of Berlin's number of 2023 says ten kilograms less than its digits.
Script doubtfulChartScript();
/// A model that reads charts and answers questions about them: the answer cites the table of chartAnswer().
Script readerScript();
/// The answer of chartScript(): two series over three towns with a summary, as MODEL.md writes it.
std::string chartAnswer();
/// `text` cut into pieces as a chart model's tokens would come: marks whole, text in pieces of `length` bytes (whole UTF-8 characters).
std::vector<std::string> cutIntoPieces(const std::string &text, std::size_t length = 3);

std::unique_ptr<engine::Engine> makeScriptedEngine(const Script &script, std::shared_ptr<Record> record = nullptr);

} // namespace conclave::tests
