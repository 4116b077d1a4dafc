#pragma once

#include "engine/base/result.h"
#include "kernels/core/dtype.h"

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace conclave::engine
{

/// A metadata value with the width it is stored in.
using StoredValue = std::variant<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t, std::uint64_t,
                                 std::int64_t, float, double, bool, std::string, std::vector<std::uint8_t>, std::vector<std::int32_t>,
                                 std::vector<std::uint32_t>, std::vector<float>, std::vector<std::string>>;

/// Writes a GGUF v3 file front to back, so that a model of any size passes through a small buffer:
/// declare everything (`set`, `declare`), `begin` once, then `writeTensor`, or `writeTensorPart` until it is whole, in the order of
/// declaration, then `finish`.
/// The stream must be binary; it is borrowed. Calls out of order and tensors of a wrong size are refused with kInvalidRequest,
/// a failing stream with kWriteFailed.
class GgufWriter
{
public:
    explicit GgufWriter(std::ostream &stream, std::uint64_t alignment = 32);

    void set(std::string key, StoredValue value);
    /// `shape` row-major, slowest first. A row must be a multiple of the type's block.
    Result<Done> declare(std::string name, kernels::DType type, std::vector<std::int64_t> shape);

    /// Writes header, metadata and tensor table.
    Result<Done> begin();
    Result<Done> writeTensor(std::span<const std::byte> data);
    /// The next bytes of the tensor whose turn it is.
    Result<Done> writeTensorPart(std::span<const std::byte> data);
    Result<Done> finish();

private:
    struct Declared
    {
        std::string name;
        kernels::DType type;
        std::vector<std::int64_t> shape;
        std::uint64_t size = 0;
    };
    struct Entry
    {
        std::string key;
        StoredValue value;
    };

    void pad();
    void put(const void *data, std::size_t size);
    Result<Done> checkStream() const;

    std::ostream &m_stream;
    std::uint64_t m_alignment;
    std::uint64_t m_written = 0;
    std::vector<Entry> m_entries;
    std::vector<Declared> m_tensors;
    std::size_t m_nextTensor = 0;
    std::uint64_t m_partBytes = 0; ///< of that tensor, already written
    bool m_begun = false;
};

} // namespace conclave::engine
