#include "kernels/core/plain_read.h"

#include <cstring>

namespace conclave::kernels
{

std::uint64_t readPlainly(std::span<const std::byte> bytes)
{
    std::uint64_t parts[8] = {};
    for (std::size_t at = 0; at + sizeof parts <= bytes.size(); at += sizeof parts) {
        std::uint64_t words[8];
        std::memcpy(words, bytes.data() + at, sizeof words);
        for (int i = 0; i < 8; ++i)
            parts[i] += words[i];
    }
    std::uint64_t sum = 0;
    for (const std::uint64_t part : parts)
        sum += part;
    return sum;
}

} // namespace conclave::kernels
