#include "engine/model/arch/conclave.h"
#include "engine/model/arch/deepseek2.h"
#include "engine/model/arch/deepseek4.h"
#include "engine/model/arch/ernie.h"
#include "engine/model/arch/gemma.h"
#include "engine/model/arch/glm4moe.h"
#include "engine/model/arch/gpt_oss.h"
#include "engine/model/arch/llama.h"
#include "engine/model/arch/olmoe.h"
#include "engine/model/arch/qwen.h"
#include "engine/model/arch/qwen35.h"
#include "engine/model/metadata_keys.h"
#include "engine/model/model.h"
#include "engine/vision/projector_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string_view>

namespace conclave::engine
{
namespace
{

using Loader = Result<std::unique_ptr<Model>> (*)(const GgufFile &, kernels::Device &, const ModelOptions &, ModelInfo);

struct Architecture
{
    std::string_view name; ///< general.architecture
    Loader load;
    bool seesCharts = false;
    std::string_view projector = {}; ///< type of the projector file that it sees with; empty: none
};

/// A new family: its file under arch/ and a row here.
constexpr std::array kArchitectures{
    Architecture{"conclave", loadConclave, true},      // the built-in model
    Architecture{"deepseek2", loadDeepSeek2, false},   // DeepSeek-V2, V2-Lite, V3, R1, Kimi-K2
    Architecture{"deepseek4", loadDeepSeek4, false},   // DeepSeek-V4-Flash, Pro
    Architecture{"ernie4_5", loadErnie, false},        // ERNIE-4.5-0.3B
    Architecture{"ernie4_5-moe", loadErnieMoe, false}, // ERNIE-4.5-21B-A3B, 300B-A47B
    Architecture{"gemma3", loadGemma3, false},         // Gemma 3
    Architecture{"gemma4", loadGemma4, false},         // Gemma 4
    Architecture{"glm4moe", loadGlm4Moe, false},       // GLM-4.5, 4.6, Air
    Architecture{"gpt-oss", loadGptOss, false},        // gpt-oss-20b, 120b
    Architecture{"llama", loadLlama, false},           // Llama, Mistral, Mixtral
    Architecture{"olmoe", loadOlmoe, false},           // OLMoE
    Architecture{"qwen2", loadQwen2, false},           // Qwen2, Qwen2.5, R1 distilled
    Architecture{"qwen2moe", loadQwen2Moe, false},     // Qwen1.5-MoE, Qwen2-57B-A14B
    Architecture{"qwen3", loadQwen3, false},           // Qwen3 0.6B to 32B
    Architecture{"qwen3moe", loadQwen3Moe, false},     // Qwen3-30B-A3B, 235B-A22B
    Architecture{"qwen35moe", loadQwen35Moe, false},   // Qwen3.5-35B-A3B, 122B-A10B, 397B-A17B
    // Qwen3-VL 2B to 32B; 30B-A3B and 235B-A22B
    Architecture{"qwen3vl", loadQwen3Vl, false, "qwen3vl_merger"},
    Architecture{"qwen3vlmoe", loadQwen3Vl, false, "qwen3vl_merger"},
};

Result<const Architecture *> findArchitecture(const GgufFile &file)
{
    auto name = file.string("general.architecture");
    if (!name)
        return name.takeError();
    if (!*name)
        return Error{ErrorCode::kBadMetadata,
                     "The model file \"" + file.name() + "\" does not say what it is: general.architecture is missing. Download it again.",
                     "general.architecture"};
    if (isProjector(file))
        return Error{
            ErrorCode::kUnsupportedArchitecture,
            "The file \"" + file.name() +
                "\" is a projector, the vision part of a model, and no model itself. Open the model's own file; a projector beside "
                "it is found.",
            **name};
    std::string known;
    for (const Architecture &architecture : kArchitectures) {
        if (architecture.name == **name)
            return &architecture;
        known += (known.empty() ? "" : ", ") + std::string(architecture.name);
    }
    return Error{ErrorCode::kUnsupportedArchitecture,
                 "The model file \"" + file.name() + "\" has the architecture \"" + **name + "\", which this version cannot run. It runs " +
                     known + ".",
                 **name};
}

/// The type that most weights have, by bytes.
std::string mainType(const GgufFile &file)
{
    std::map<std::string, std::uint64_t> bytes;
    for (const TensorInfo &tensor : file.tensors()) {
        if (tensor.knownType && tensor.rank > 1)
            bytes[kernels::dtypeName(tensor.dtype)] += tensor.data.size();
    }
    const auto most = std::max_element(bytes.begin(), bytes.end(), [](const auto &a, const auto &b) { return a.second < b.second; });
    return most == bytes.end() ? "unknown" : most->first;
}

std::uint64_t parameterCount(const GgufFile &file)
{
    std::uint64_t count = 0;
    for (const TensorInfo &tensor : file.tensors()) {
        std::uint64_t elements = 1;
        for (int axis = 0; axis < tensor.rank; ++axis)
            elements *= static_cast<std::uint64_t>(tensor.shape[static_cast<std::size_t>(axis)]);
        count += elements;
    }
    return count;
}

/// block_count counts the blocks that predict further tokens, where the file has them.
void takePredictionLayers(const GgufFile &file, MetadataKeys &keys, ModelInfo &info)
{
    const int told = keys.optional("nextn_predict_layers", 0, info.layers - 1, 0);
    if (told == 0 || file.findTensor("blk." + std::to_string(info.layers - told) + ".nextn.eh_proj.weight") == nullptr)
        return;
    info.predictionLayers = told;
    info.layers -= told;
}

bool knowsToken(const GgufFile &file, std::string_view token)
{
    const auto tokens = file.strings("tokenizer.ggml.tokens");
    return tokens && *tokens && std::find((*tokens)->begin(), (*tokens)->end(), token) != (*tokens)->end();
}

} // namespace

Result<ModelInfo> describeFile(const GgufFile &file)
{
    const auto architecture = findArchitecture(file);
    if (!architecture)
        return architecture.error();
    const bool charts = (*architecture)->seesCharts;
    MetadataKeys general(file, "general");
    MetadataKeys keys(file, std::string((*architecture)->name));
    ModelInfo info;
    info.path = file.name();
    info.architecture = (*architecture)->name;
    info.name = general.optionalString("name", std::filesystem::path(info.path).stem().string());
    info.quantisation = mainType(file);
    info.fileBytes = file.sizeBytes();
    info.parameters = parameterCount(file);
    info.layers = keys.required("block_count", 1, 1024);
    takePredictionLayers(file, keys, info);
    info.contextTokens = keys.required("context_length", 1, 1 << 30);
    info.experts = keys.optional("expert_count", 0, 1 << 16, 0);
    info.expertsUsed = charts ? keys.optional("gating.k_max", 0, 1 << 16, 0) : keys.optional("expert_used_count", 0, 1 << 16, 0);
    info.chats = !charts && file.find("tokenizer.chat_template") != nullptr;
    info.readsImages = charts;
    info.readsCharts = charts;
    if (charts) {
        info.answersOnCharts = knowsToken(file, "<ask>");
        info.chartInputWidth = keys.required("vision.image_width", 16, 4096);
        info.chartInputHeight = keys.required("vision.image_height", 16, 4096);
        info.chartLocStep = keys.required("vision.loc_step", 1, 256);
    }
    if (!general.ok())
        return general.error();
    if (!keys.ok())
        return keys.error();
    return info;
}

Result<ProjectorNeeds> projectorNeeds(const GgufFile &file)
{
    const auto architecture = findArchitecture(file);
    if (!architecture)
        return architecture.error();
    MetadataKeys keys(file, std::string((*architecture)->name));
    ProjectorNeeds needs{(*architecture)->projector, keys.required("embedding_length", 1, 1 << 17)};
    if (!keys.ok())
        return keys.error();
    return needs;
}

Result<Done> fitsModel(const GgufFile &projector, const GgufFile &file)
{
    const auto needs = projectorNeeds(file);
    if (!needs)
        return needs.error();
    if (needs->type.empty())
        return Error{ErrorCode::kInvalidRequest, "The model \"" + file.name() + "\" has no use for a projector. Open it without.",
                     projector.name()};
    return checkProjector(projector, *needs);
}

Result<std::unique_ptr<Model>> loadModel(const GgufFile &file, kernels::Device &device, const ModelOptions &options)
{
    auto info = describeFile(file);
    if (!info)
        return info.takeError();
    if (options.projector != nullptr) {
        if (auto fits = fitsModel(*options.projector, file); !fits)
            return fits.takeError();
    }
    if (!options.streaming)
        file.willReadWeights();
    return (*findArchitecture(file))->load(file, device, options, std::move(*info));
}

} // namespace conclave::engine
