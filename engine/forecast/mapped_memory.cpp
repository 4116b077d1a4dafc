#include "engine/forecast/mapped_memory.h"

#include "engine/api/forecast.h"
#include "engine/base/resident_pages.h"
#include "engine/model/model_memory.h"

#include <algorithm>
#include <chrono>

namespace conclave::engine
{
namespace
{

constexpr double kWidest = 8e9;     ///< bytes: wide enough
constexpr double kWideLook = 512e6; ///< bytes of a look at all of it
constexpr int kNarrowPasses = 2;

/// Its first and last pages tell of a piece.
bool isResidentPiece(std::span<const std::byte> piece)
{
    return isResident(piece.data()).value_or(false) && isResident(piece.data() + piece.size() - 1).value_or(false);
}

} // namespace

std::optional<MappedMemory> MappedMemory::open(const std::filesystem::path &path, kernels::Device &device)
{
    auto file = GgufFile::open(path);
    if (!file)
        return std::nullopt;
    file->willReadWeights(); // as a model does
    MappedMemory made(std::move(*file));
    for (const TensorInfo &tensor : made.m_file.tensors()) {
        if (isRoutedExperts(tensor) && kernels::isQuantised(tensor.dtype))
            made.addPieces(tensor, device);
    }
    made.addDense(device);
    if (made.m_bytes < static_cast<double>(kLeastBytes) || !made.makeRoom(device))
        return std::nullopt;
    made.read(made.m_pieces); // until now no page has its place in this process
    return made;
}

/// Each expert's matrix.
void MappedMemory::addPieces(const TensorInfo &tensor, kernels::Device &device)
{
    const std::int64_t experts = tensor.shape[0];
    const std::int64_t rows = tensor.shape[1];
    const std::int64_t columns = tensor.shape[2];
    auto buffer = device.importReadOnly(tensor.data);
    if (buffer == nullptr)
        return;
    const kernels::Tensor all = kernels::Tensor::packed(tensor.dtype, {experts, rows, columns}, buffer.get());
    const std::size_t bytes = tensor.data.size() / static_cast<std::size_t>(experts);
    for (std::int64_t expert = 0; expert < experts && m_bytes < kWidest; ++expert) {
        if (!isResidentPiece(tensor.data.subspan(static_cast<std::size_t>(expert) * bytes, bytes)))
            continue;
        m_pieces.push_back(all.at(expert));
        m_bytes += static_cast<double>(bytes);
    }
    m_mostRows = std::max(m_mostRows, rows);
    m_mostColumns = std::max(m_mostColumns, columns);
    m_buffers.push_back(std::move(buffer));
}

/// The output matrix, as a rule.
void MappedMemory::addDense(kernels::Device &device)
{
    const TensorInfo *largest = nullptr;
    for (const TensorInfo &tensor : m_file.tensors()) {
        const bool table = tensor.name == "token_embd.weight" && m_file.findTensor("output.weight") != nullptr;
        if (tensor.rank == 2 && !table && kernels::isQuantised(tensor.dtype) && isResidentPiece(tensor.data) &&
            (largest == nullptr || tensor.data.size() > largest->data.size()))
            largest = &tensor;
    }
    auto buffer = largest != nullptr ? device.importReadOnly(largest->data) : nullptr;
    if (buffer == nullptr)
        return;
    m_dense = kernels::Tensor::packed(largest->dtype, {largest->shape[0], largest->shape[1]}, buffer.get());
    m_mostRows = std::max(m_mostRows, largest->shape[0]);
    m_mostColumns = std::max(m_mostColumns, largest->shape[1]);
    m_buffers.push_back(std::move(buffer));
}

bool MappedMemory::makeRoom(kernels::Device &device)
{
    m_queue = device.createQueue();
    for (const auto &[to, count] : {std::pair(&m_in, m_mostColumns), std::pair(&m_out, m_mostRows)}) {
        m_buffers.push_back(device.allocate(static_cast<std::size_t>(count) * sizeof(float)));
        *to = m_buffers.back().get();
    }
    return m_queue != nullptr && m_in != nullptr && m_out != nullptr;
}

/// Bytes a second.
double MappedMemory::read(std::span<const kernels::Tensor> pieces)
{
    double bytes = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const kernels::Tensor &piece : pieces) {
        kernels::MatmulArgs args;
        args.weight = piece;
        args.in = kernels::Tensor::packed(kernels::DType::kF32, {1, piece.shape[1]}, m_in);
        args.out = kernels::Tensor::packed(kernels::DType::kF32, {1, piece.shape[0]}, m_out);
        if (!m_queue->matmul(args).ok())
            return 0;
        bytes += static_cast<double>(piece.packedBytes());
    }
    if (!m_queue->finish().ok())
        return 0;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return seconds > 0 ? bytes / seconds : 0;
}

void MappedMemory::shuffle()
{
    for (std::size_t i = m_pieces.size(); i > 1; --i) {
        m_random ^= m_random << 13;
        m_random ^= m_random >> 7;
        m_random ^= m_random << 17;
        std::swap(m_pieces[i - 1], m_pieces[m_random % i]);
    }
}

MappedMemory::Rates MappedMemory::measure()
{
    Rates rates;
    shuffle();
    const std::span<const kernels::Tensor> all(m_pieces);
    const double share = 1.0 / m_bytes * static_cast<double>(all.size());
    const std::span<const kernels::Tensor> narrow = all.first(static_cast<std::size_t>(MachineSpeed::kNarrowSpan * share));
    const std::span<const kernels::Tensor> rest = all.subspan(narrow.size());
    read(narrow);
    for (int i = 0; i < kNarrowPasses; ++i)
        rates.narrowBytes += read(narrow) / kNarrowPasses;
    rates.wideBytes = read(rest.first(std::min(static_cast<std::size_t>(kWideLook * share), rest.size())));
    rates.wideSpan = m_bytes;
    double bytes = 0;
    for (const kernels::Tensor &piece : narrow) {
        rates.narrowShares[piece.dtype] += static_cast<double>(piece.packedBytes());
        bytes += static_cast<double>(piece.packedBytes());
    }
    for (auto &[type, part] : rates.narrowShares)
        part /= bytes;
    if (!m_dense.empty()) {
        rates.denseType = m_dense.dtype;
        read(std::span(&m_dense, 1));
        for (int i = 0; i < kNarrowPasses; ++i)
            rates.denseBytes += read(std::span(&m_dense, 1)) / kNarrowPasses;
    }
    return rates;
}

} // namespace conclave::engine
