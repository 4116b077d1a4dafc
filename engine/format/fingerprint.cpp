#include "engine/format/fingerprint.h"

#include "engine/base/hash128.h"

#include <algorithm>

namespace conclave::engine
{

std::uint64_t modelFingerprint(const GgufFile &file)
{
    constexpr std::size_t kSample = 64;
    Hash128 hash;
    for (const TensorInfo &tensor : file.tensors()) {
        hash.add(std::as_bytes(std::span(tensor.name)));
        hash.add(std::as_bytes(std::span(&tensor.rawType, 1)));
        hash.add(std::as_bytes(std::span(tensor.shape)));
        const std::size_t sample = std::min(kSample, tensor.data.size());
        hash.add(tensor.data.first(sample));
        hash.add(tensor.data.last(sample));
    }
    return hash.low();
}

} // namespace conclave::engine
