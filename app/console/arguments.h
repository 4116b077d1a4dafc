#pragma once

#include "engine/api/types.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <vector>

/// What the command line asks for.
namespace conclave::app
{

enum class Command
{
    kWindow, ///< no subcommand; files are pictures to open
    kRead,
    kChat,
    kDescribe,
    kModelsList,
    kModelsForecast,
    kModelsGet,
    kModelsVerify,
    kBench,
    kSynth,
    kHelp,
    kVersion,
    kWrong, ///< `error` says why
};

/// Options of `bench`; empty or 0: the command's own.
struct BenchArguments
{
    std::vector<int> prefill;
    std::vector<int> depths;
    std::vector<int> batches;
    std::vector<int> ahead;
    int answerTokens = 0;
    int repeats = 0;
    int threads = 0;
    bool eightBitContext = false;
    double expertShare = 0; ///< see EngineOptions
};

/// Options of `synth`.
struct SynthArguments
{
    QString shape;
    QString type;
    int layers = 0;
    bool foretells = false; ///< with the block that foretells further tokens
    bool hole = false;
};

/// Options of `models`.
struct ModelsArguments
{
    bool catalogue = false;
    int contextTokens = 0;      ///< 0: the usual
    double memoryGigabytes = 0; ///< 0: this machine's
    bool check = false;         ///< loads the model and tells what came true
    QString folder;             ///< where downloads go; empty: the program's own
    QString proxy;
    QString mirror;
};

struct Arguments
{
    Command command = Command::kWindow;
    QStringList files;
    QString model;              ///< empty: the built-in one
    QString projector;          ///< empty: the one beside the model that fits it, if any
    double memoryGigabytes = 0; ///< of chat and bench: see memoryBytes()
    QString device;             ///< of chat and bench: see EngineOptions
    int cardLayers = -1;        ///< likewise
    double cardGigabytes = 0;   ///< likewise: most of the card's memory
    bool json = false;
    bool csv = false;
    int looks = engine::GenerationRequest::kMostLooks; ///< at each picture that is read
    bool speculate = false;                            ///< of a chat: see engine::EngineOptions
    BenchArguments bench;
    SynthArguments synth;
    ModelsArguments models;
    QString error;

    /// EngineOptions::memoryBytes; 0: what is free.
    std::uint64_t memoryBytes() const { return static_cast<std::uint64_t>(memoryGigabytes * 1e9); }
    /// EngineOptions::cardBytes; 0: what is free there.
    std::uint64_t cardBytes() const { return static_cast<std::uint64_t>(cardGigabytes * 1e9); }
};

/// `arguments` without the program's name.
Arguments parseArguments(const QStringList &arguments);

QString usageText();

} // namespace conclave::app
