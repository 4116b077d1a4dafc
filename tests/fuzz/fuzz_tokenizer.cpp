#include "engine/text/tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// A whole vocabulary file of arbitrary bytes, behind one byte that says how many of the last bytes are text to encode.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace conclave::engine;
    if (size < 1) {
        return 0;
    }
    const std::size_t textSize = std::min<std::size_t>(data[0], size - 1);
    const std::string_view text(reinterpret_cast<const char *>(data + size - textSize), textSize);
    const auto file = GgufFile::parse(std::as_bytes(std::span(data + 1, size - 1)), "fuzz.gguf");
    if (!file) {
        return 0;
    }
    const auto tokenizer = loadTokenizer(*file);
    if (!tokenizer) {
        return 0;
    }
    for (const bool parseSpecial : {false, true}) {
        StreamDecoder decoder;
        for (const TokenId id : (*tokenizer)->encode(text, parseSpecial)) {
            if (id < 0 || id >= (*tokenizer)->size() || (!parseSpecial && (*tokenizer)->type(id) == TokenType::kControl)) {
                std::abort();
            }
            (void)decoder.push((*tokenizer)->piece(id));
        }
        (void)decoder.flush();
    }
    return 0;
}
