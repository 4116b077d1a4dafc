#include "engine/text/tokenizer.h"

#include "engine/text/bpe_tokenizer.h"
#include "engine/text/conclave_tokenizer.h"
#include "engine/text/raw_bpe_tokenizer.h"
#include "engine/text/spm_tokenizer.h"

#include <fmt/format.h>

namespace conclave::engine
{

Result<std::unique_ptr<Tokenizer>> loadTokenizer(const GgufFile &file)
{
    constexpr const char *kModelKey = "tokenizer.ggml.model";
    auto family = file.string(kModelKey);
    if (!family) {
        return family.takeError();
    }
    if (!*family) {
        return badTokenizerKey(file, kModelKey, "is missing");
    }
    if (**family == "gpt2") {
        return BpeTokenizer::load(file);
    }
    if (**family == "gemma4") {
        return RawBpeTokenizer::load(file);
    }
    if (**family == "llama") {
        return SpmTokenizer::load(file);
    }
    if (**family == "conclave") {
        return ConclaveTokenizer::load(file);
    }
    return Error{ErrorCode::kUnsupportedType,
                 fmt::format("The model file \"{}\" uses the tokenizer \"{}\", which this version does not know. "
                             "Choose another model, or update the program.",
                             file.name(), **family),
                 kModelKey};
}

} // namespace conclave::engine
