#include "engine/chat/template.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// A template of arbitrary bytes, rendered for a short conversation.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace conclave::engine;
    const auto parsed = Template::parse({reinterpret_cast<const char *>(data), size});
    if (!parsed) {
        if (parsed.error().message.empty()) {
            std::abort();
        }
        return 0;
    }
    static const auto kVariables = nlohmann::ordered_json::parse(
        R"({"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "h\u00e9 <b>"}, {"role": "assistant", "content": "a"}],
            "add_generation_prompt": true, "bos_token": "<s>", "eos_token": "</s>", "tools": [{"type": "function", "function": {"name": "f"}}]})");
    const auto text = parsed->render(kVariables, std::tm{});
    if (!text && text.error().message.empty()) {
        std::abort();
    }
    return 0;
}
