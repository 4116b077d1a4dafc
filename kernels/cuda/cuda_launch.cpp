// Which kernels an op becomes: by precision, number of tokens, alignment and the card's size.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/cuda_device.h"

#include <algorithm>
#include <cstring>

namespace conclave::kernels
{

namespace
{

/// Up to so many tokens are multiplied one by one: the weights come from the card's cache again.
constexpr std::uint32_t kDecodeTokens = 4;
/// From so many on, tensor cores take the experts' products: fewer tokens an expert leave most of a tile idle.
constexpr std::uint32_t kPrefillSlots = 512;
constexpr std::uint32_t kKeysASplit = 64;

bool alignedTo(std::uint64_t alignment, DeviceAddress address, std::uint64_t stride)
{
    return address % alignment == 0 && stride % alignment == 0;
}

/// Whether decoding's kernels can read these weights and tokens.
bool fitsChunks(const ChunkShape &shape, std::uint32_t width, DeviceAddress weight, std::uint64_t weightStride, DeviceAddress in,
                std::uint64_t inStride)
{
    return width % shape.values == 0 && alignedTo(shape.alignment, weight, weightStride) &&
           (shape.eightBits || alignedTo(16, in, inStride));
}

/// Parts of one allocation, each at a multiple of 256 bytes.
struct Parts
{
    std::size_t bytes = 0;

    std::size_t add(std::size_t size)
    {
        const std::size_t at = bytes;
        bytes += (size + 255) / 256 * 256;
        return at;
    }
};

/// Tokens in 8 bits in `work`, or nothing where the type takes floats.
cudaError_t quantise(CudaScratch &work, const ChunkShape &shape, DeviceAddress in, std::uint64_t stride, std::uint32_t tokens,
                     std::uint32_t width, QuantisedTokens &to, cudaStream_t stream, KernelList &kernels)
{
    if (!shape.eightBits || width == 0)
        return cudaSuccess;
    if (const cudaError_t error = placeQuantised(work, tokens, width, to, stream); error != cudaSuccess)
        return error;
    return launchQuantiseTokens(in, stride, tokens, width, to, kernels);
}

/// Where prefill's parts lie in `work`.
struct PrefillWork
{
    HalfTokens halves;
    ExpertOrder order;
    DeviceAddress products = 0;
};

cudaError_t place(CudaScratch &work, std::uint32_t tokens, std::uint32_t width, std::uint32_t slots, std::uint32_t experts,
                  std::uint32_t rows, PrefillWork &to, cudaStream_t stream)
{
    to.halves.pitch = (width + 63) / 64 * 64;
    to.order.mostTiles = slots / kPrefillTile + experts;
    Parts parts;
    parts.add(std::size_t{tokens} * to.halves.pitch * 2);
    const std::size_t scales = parts.add(std::size_t{tokens} * 4);
    const std::size_t sorted = parts.add(std::size_t{slots} * 4);
    const std::size_t tiles = parts.add(to.order.mostTiles * sizeof(ExpertTile));
    const std::size_t products = parts.add(std::size_t{slots} * rows * 4);
    DeviceAddress base = 0;
    if (const cudaError_t error = work.take(parts.bytes, stream, base); error != cudaSuccess)
        return error;
    to.halves.values = base;
    to.halves.scales = base + scales;
    to.order.slots = base + sorted;
    to.order.tiles = base + tiles;
    to.products = base + products;
    return cudaSuccess;
}

/// The same, and the tokens as halves in their place.
cudaError_t prepare(CudaScratch &work, DeviceAddress in, std::uint64_t stride, std::uint32_t tokens, std::uint32_t width,
                    std::uint32_t slots, std::uint32_t experts, std::uint32_t rows, PrefillWork &to, cudaStream_t stream,
                    KernelList &kernels)
{
    const cudaError_t error = place(work, tokens, width, slots, experts, rows, to, stream);
    return error == cudaSuccess ? launchToHalves(in, stride, tokens, width, to.halves, kernels) : error;
}

/// Several rows a warp share the token's bytes. That pays where rows are short, and where there are so many that no memory idles; elsewhere
/// more warps pay more (measured on an H100).
std::uint32_t rowsAWarp(const ChunkShape &shape, const MatmulCall &call, std::uint32_t multiprocessors)
{
    if (!shape.eightBits)
        return 1;
    if (call.rows >= multiprocessors * 256)
        return 4;
    return call.width / shape.values <= 32 ? 2 : 1;
}

/// Whether prefill's kernels may and can take these weights. F32 weights are meant: routers.
bool usesTensorCores(DType type, std::uint32_t fast, DeviceAddress weight, std::uint64_t stride)
{
    return fast != 0 && type != DType::kF32 && (type != DType::kQ4_K || alignedTo(16, weight, stride));
}

} // namespace

cudaError_t placeQuantised(CudaScratch &work, std::uint32_t tokens, std::uint32_t width, QuantisedTokens &to, cudaStream_t stream)
{
    const std::size_t values = std::size_t{tokens} * width;
    Parts parts;
    parts.add(values);
    const std::size_t runs = parts.add(values / 16 * 8);
    const cudaError_t error = work.take(parts.bytes, stream, to.values);
    to.runs = to.values + runs;
    return error;
}

/// What dequantise.h expands.
bool CudaQueue::reads(DType type) const
{
    switch (type) {
    case DType::kF32:
    case DType::kF16:
    case DType::kBF16:
    case DType::kQ8_0:
    case DType::kQ4_0:
    case DType::kQ4_K:
    case DType::kQ6_K:
        return true;
    default:
        return false;
    }
}

cudaError_t CudaQueue::decode(const MatmulCall &call, DType type)
{
    const ChunkShape shape = chunkShape(type);
    QuantisedTokens tokens;
    if (shape.eightBits && call.width > 0) {
        if (const cudaError_t error = placeQuantised(m_work, call.tokens, call.width, tokens, m_stream); error != cudaSuccess)
            return error;
        const Converted wanted{call.in, call.inStride, call.tokens, call.width, false};
        if (!(m_converted == wanted))
            if (const cudaError_t error = launchQuantiseTokens(call.in, call.inStride, call.tokens, call.width, tokens, m_kernels);
                error != cudaSuccess)
                return error;
        m_converted = wanted;
    }
    return launchMatvec(call, type, tokens, rowsAWarp(shape, call, m_device.multiprocessors()), m_kernels);
}

cudaError_t CudaQueue::prefill(const MatmulCall &call, DType type)
{
    PrefillWork work;
    if (const cudaError_t error = place(m_work, call.tokens, call.width, 0, 0, 0, work, m_stream); error != cudaSuccess)
        return error;
    const Converted wanted{call.in, call.inStride, call.tokens, call.width, true};
    if (!(m_converted == wanted))
        if (const cudaError_t error = launchToHalves(call.in, call.inStride, call.tokens, call.width, work.halves, m_kernels);
            error != cudaSuccess)
            return error;
    m_converted = wanted;
    return launchPrefill(call, type, work.halves, m_kernels);
}

/// Whether a product's output lies over the tokens converted.
bool CudaQueue::overwrites(const MatmulCall &call, const Converted &tokens)
{
    const DeviceAddress outEnd = call.out + call.tokens * call.outStride + std::uint64_t{call.rows} * 4;
    const DeviceAddress inEnd = tokens.in + tokens.tokens * tokens.stride + std::uint64_t{tokens.width} * 4;
    return call.out < inEnd && tokens.in < outEnd;
}

cudaError_t CudaQueue::matmul(const MatmulCall &call, DType type)
{
    const ChunkShape shape = chunkShape(type);
    const bool allowed = call.fast != 0 || !shape.eightBits;
    cudaError_t error = cudaSuccess;
    if (call.tokens <= kDecodeTokens && allowed && fitsChunks(shape, call.width, call.weight, call.weightStride, call.in, call.inStride))
        error = decode(call, type);
    else if (call.tokens > kDecodeTokens && usesTensorCores(type, call.fast, call.weight, call.weightStride) && call.width > 0)
        error = prefill(call, type);
    else if (call.tokens > kDecodeTokens && type == DType::kF32 && fitsFloatGemm(call))
        error = launchFloatGemm(call, m_kernels);
    else
        error = launchMatmul(call, type, (call.tokens + kMatmulTokens - 1) / kMatmulTokens, m_kernels);
    if (error != cudaSuccess || overwrites(call, m_converted))
        m_converted = {};
    return error;
}

/// As many parts of the keys as keep the card busy, where one part takes `blocks` blocks.
cudaError_t CudaQueue::placeSplits(const AttentionCall &call, std::uint32_t blocks, AttentionSplits &splits)
{
    const std::uint32_t keys = call.keyCount != 0 ? call.keyCount : call.first + call.tokens;
    const std::uint32_t seen = call.window > 0 ? std::min(keys, call.window) : keys;
    const std::uint32_t wanted = m_device.multiprocessors() * 2 / std::max(blocks, 1U) + 1;
    splits.count = std::clamp(seen / kKeysASplit, 1U, std::min(wanted, kMostSplits));
    if (splits.count == 1)
        return cudaSuccess;
    const std::size_t floats = std::size_t{call.tokens} * call.heads * splits.count * (call.valueWidth + 2);
    return m_work.take(floats * 4, m_stream, splits.partials);
}

cudaError_t CudaQueue::attention(const AttentionCall &call, DType type)
{
    const bool flash = m_mode.fused && fitsFlash(call, type);
    AttentionSplits splits;
    if (const cudaError_t error = placeSplits(call, flash ? flashBlocks(call) : attentionBlocks(call), splits); error != cudaSuccess)
        return error;
    return flash ? launchFlash(call, splits, m_kernels) : launchAttention(call, type, splits, m_kernels);
}

cudaError_t CudaQueue::expertsHidden(const ExpertsHiddenCall &call, DType type)
{
    const std::uint32_t slots = call.tokens * call.most;
    if (slots >= kPrefillSlots && usesTensorCores(type, call.fast, call.gate, call.gateStride | call.up | call.upStride) &&
        call.count <= kMostExperts) {
        PrefillWork work;
        cudaError_t error =
            prepare(m_work, call.in, call.inStride, call.tokens, call.width, slots, call.count, call.rows, work, m_stream, m_kernels);
        if (error == cudaSuccess)
            error = launchSortSlots(call.experts, call.expertsStride, call.tokens, call.most, call.count, work.order, m_kernels);
        return error == cudaSuccess ? launchPrefillHidden(call, type, work.halves, work.order, work.products, m_kernels) : error;
    }
    const ChunkShape shape = chunkShape(type);
    if ((call.fast == 0 && shape.eightBits) || !fitsChunks(shape, call.width, call.gate, call.gateStride, call.in, call.inStride) ||
        !alignedTo(shape.alignment, call.up, call.upStride))
        return launchPlainExpertsHidden(call, type, m_kernels);
    QuantisedTokens tokens;
    if (const cudaError_t error = quantise(m_work, shape, call.in, call.inStride, call.tokens, call.width, tokens, m_stream, m_kernels);
        error != cudaSuccess)
        return error;
    return launchExpertsHidden(call, type, tokens, m_kernels);
}

cudaError_t CudaQueue::expertsOut(const ExpertsOutCall &call, DType type)
{
    const std::uint32_t slots = call.tokens * call.most;
    const std::uint64_t hiddenStride = std::uint64_t{call.width} * 4;
    if (slots >= kPrefillSlots && usesTensorCores(type, call.fast, call.down, call.downStride) && call.count <= kMostExperts) {
        PrefillWork work;
        cudaError_t error =
            prepare(m_work, call.hidden, hiddenStride, slots, call.width, slots, call.count, call.rows, work, m_stream, m_kernels);
        if (error == cudaSuccess)
            error = launchSortSlots(call.experts, call.expertsStride, call.tokens, call.most, call.count, work.order, m_kernels);
        return error == cudaSuccess ? launchPrefillOut(call, type, work.halves, work.order, work.products, m_kernels) : error;
    }
    const ChunkShape shape = chunkShape(type);
    if ((call.fast == 0 && shape.eightBits) || !fitsChunks(shape, call.width, call.down, call.downStride, call.hidden, hiddenStride))
        return launchPlainExpertsOut(call, type, m_kernels);
    QuantisedTokens tokens;
    if (const cudaError_t error = quantise(m_work, shape, call.hidden, hiddenStride, slots, call.width, tokens, m_stream, m_kernels);
        error != cudaSuccess)
        return error;
    return launchExpertsOut(call, type, tokens, m_kernels);
}

cudaError_t CudaQueue::start(const GatheredLaunch &launch)
{
    if (launch.kernel != KernelId::kMatmul)
        m_converted = {};
    switch (launch.kernel) {
    case KernelId::kEmbedRows:
        return launchEmbedRows(callOf<EmbedCall>(launch), launch.type, launch.groups, m_kernels);
    case KernelId::kMatmul:
        return matmul(callOf<MatmulCall>(launch), launch.type);
    case KernelId::kRmsNorm:
        return launchRmsNorm(callOf<RmsNormCall>(launch), m_kernels);
    case KernelId::kRope:
        return launchRope(callOf<RopeCall>(launch), launch.groups, m_kernels);
    case KernelId::kAdd:
        return launchAdd(callOf<AddCall>(launch), launch.groups, m_kernels);
    case KernelId::kGatedActivation:
        return launchGatedActivation(callOf<GatedActivationCall>(launch), launch.groups, m_kernels);
    case KernelId::kHeadGate:
        return launchHeadGate(callOf<HeadGateCall>(launch), launch.groups, m_kernels);
    case KernelId::kCopy:
        return launchCopy(callOf<CopyCall>(launch), launch.groups, m_kernels);
    case KernelId::kKvStore:
        return launchKvStore(callOf<KvStoreCall>(launch), launch.type, m_kernels);
    case KernelId::kAttention:
        return attention(callOf<AttentionCall>(launch), launch.type);
    case KernelId::kRouter:
        return launchRouter(callOf<RouterCall>(launch), m_kernels);
    case KernelId::kExpertsHidden:
        return expertsHidden(callOf<ExpertsHiddenCall>(launch), launch.type);
    case KernelId::kExpertsOut:
        return expertsOut(callOf<ExpertsOutCall>(launch), launch.type);
    default: // CudaQueue::has
        break;
    }
    return cudaErrorNotSupported;
}

} // namespace conclave::kernels
