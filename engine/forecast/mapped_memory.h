#pragma once

#include "engine/format/gguf_reader.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace conclave::engine
{

/// Reads what is in memory of a mapped file's experts as an answer reads them: matrix by matrix, multiplied with one token.
class MappedMemory
{
public:
    /// Nothing if less than kLeastBytes of the experts are in memory, or the system does not tell. `device` outlives it.
    static std::optional<MappedMemory> open(const std::filesystem::path &file, kernels::Device &device);

    struct Rates
    {
        double narrowBytes = 0, wideBytes = 0; ///< a second
        double wideSpan = 0;
        std::map<kernels::DType, double> narrowShares; ///< of each type in the small part
        double denseBytes = 0;                         ///< a second, of the largest matrix that every token reads; 0: not in memory
        kernels::DType denseType = kernels::DType::kF32;
    };
    /// A small part over and over, and pieces of all of it in no order.
    Rates measure();

    static constexpr std::uint64_t kLeastBytes = std::uint64_t{512} << 20;

private:
    explicit MappedMemory(GgufFile file) : m_file(std::move(file)) {}
    void addPieces(const TensorInfo &tensor, kernels::Device &device);
    void addDense(kernels::Device &device);
    bool makeRoom(kernels::Device &device);
    double read(std::span<const kernels::Tensor> pieces);
    void shuffle();

    GgufFile m_file;
    std::vector<std::unique_ptr<kernels::Buffer>> m_buffers;
    std::vector<kernels::Tensor> m_pieces; ///< [rows, columns]
    kernels::Tensor m_dense;               ///< likewise, or empty
    std::unique_ptr<kernels::Queue> m_queue;
    double m_bytes = 0; ///< of all pieces
    std::int64_t m_mostRows = 0, m_mostColumns = 0;
    kernels::Buffer *m_in = nullptr, *m_out = nullptr;
    std::uint64_t m_random = 88172645463325252ULL;
};

} // namespace conclave::engine
