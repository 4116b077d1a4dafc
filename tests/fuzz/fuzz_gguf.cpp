#include "engine/format/gguf_reader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// A file of arbitrary bytes: parsing ends with an error, or with spans that can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace conclave::engine;
    const auto file = GgufFile::parse(std::as_bytes(std::span(data, size)), "fuzz.gguf");
    if (!file) {
        if (file.error().message.empty()) {
            std::abort();
        }
        return 0;
    }
    volatile unsigned sum = 0;
    for (const TensorInfo &tensor : file->tensors()) {
        for (const std::byte value : tensor.data) {
            sum = sum + static_cast<unsigned>(value);
        }
        if (file->findTensor(tensor.name) != &tensor) {
            std::abort();
        }
    }
    for (const char *key : {"general.architecture", "general.alignment", "k"}) {
        (void)file->integer(key, 0, 100);
        (void)file->numbers(key);
        (void)file->strings(key);
        (void)file->boolean(key);
    }
    return 0;
}
