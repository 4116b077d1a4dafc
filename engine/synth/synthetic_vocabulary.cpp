#include "engine/synth/synthetic_vocabulary.h"

#include <string>
#include <vector>

namespace conclave::engine
{
namespace
{

/// The character that byte-level BPE writes for a byte: itself where it is printable, else one from U+0100 on (GPT-2's rule).
std::string byteCharacter(int byte, int &next)
{
    const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    const int code = printable ? byte : 256 + next++;
    if (code < 128)
        return {static_cast<char>(code)};
    return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 63))};
}

} // namespace

void setSyntheticVocabulary(GgufWriter &writer, std::int64_t size)
{
    constexpr int kNormal = 1;
    constexpr int kControl = 3;
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types;
    int next = 0;
    for (int byte = 0; byte < 256; ++byte)
        tokens.push_back(byteCharacter(byte, next));
    tokens.emplace_back("th"); // the one merge that a vocabulary must have
    while (static_cast<std::int64_t>(tokens.size()) < size - 1)
        tokens.push_back("word" + std::to_string(tokens.size()));
    types.assign(tokens.size(), kNormal);
    tokens.emplace_back("<|end|>");
    types.push_back(kControl);
    const auto last = static_cast<std::uint32_t>(tokens.size() - 1);
    writer.set("tokenizer.ggml.model", std::string("gpt2"));
    writer.set("tokenizer.ggml.pre", std::string("gpt-2"));
    writer.set("tokenizer.ggml.tokens", std::move(tokens));
    writer.set("tokenizer.ggml.token_type", std::move(types));
    writer.set("tokenizer.ggml.merges", std::vector<std::string>{"t h"});
    writer.set("tokenizer.ggml.eos_token_id", last);
    writer.set(
        "tokenizer.chat_template",
        std::string(
            "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"));
}

} // namespace conclave::engine
