#include "kernels/cuda/chunks.cuh"
#include "kernels/cuda/cuda_calls.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

/// Times on a CUDA card what the queue's wall clock hides: copy and read bandwidth, the time between kernels of a graph, the plugin's
/// kernels for decoding and for prompts. All in graphs, between events; weights are 256 MiB, more than the card's cache.
namespace
{

using namespace conclave::kernels;
using namespace conclave::kernels::cuda;

constexpr std::size_t kArena = std::size_t{256} << 20;
constexpr std::size_t kCopied = std::size_t{1} << 30;

int wrong = 0;

void require(cudaError_t error, const char *what)
{
    if (error == cudaSuccess)
        return;
    std::printf("WRONG %s: %s\n", what, cudaGetErrorString(error));
    std::fflush(stdout);
    std::exit(1); // a sticky error: nothing after it would count
}

__global__ void nothing() {}

__global__ void readAll(const uint4 *from, std::size_t count, unsigned *out)
{
    unsigned sum = 0;
    for (std::size_t i = blockIdx.x * std::size_t{blockDim.x} + threadIdx.x; i < count; i += std::size_t{gridDim.x} * blockDim.x) {
        const uint4 v = streamed(reinterpret_cast<const unsigned char *>(from + i));
        sum ^= v.x ^ v.y ^ v.z ^ v.w;
    }
    if (sum == 0x12345678U)
        *out = sum;
}

__device__ unsigned hashed(unsigned x)
{
    x ^= x >> 16;
    x *= 0x7FEB352DU;
    x ^= x >> 15;
    x *= 0x846CA68BU;
    return x ^ x >> 16;
}

__global__ void fillWords(unsigned *to, std::size_t words)
{
    for (std::size_t i = blockIdx.x * std::size_t{blockDim.x} + threadIdx.x; i < words; i += std::size_t{gridDim.x} * blockDim.x)
        to[i] = hashed(static_cast<unsigned>(i));
}

/// Random bits make wild halves: these become 0.008 to 0.016.
__global__ void tameHalves(unsigned char *to, std::size_t blocks, unsigned blockBytes, unsigned at, unsigned count)
{
    const std::size_t i = blockIdx.x * std::size_t{blockDim.x} + threadIdx.x;
    if (i >= blocks)
        return;
    auto *halves = reinterpret_cast<unsigned short *>(to + i * blockBytes + at);
    for (unsigned k = 0; k < count; ++k)
        halves[k] = static_cast<unsigned short>(0x2000U | (halves[k] & 0x3FFU));
}

__global__ void fillToken(float *to, unsigned count)
{
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count)
        to[i] = static_cast<float>(hashed(i + 7) & 0xFFFFU) / 32768.0F - 1.0F;
}

struct Layout
{
    DType type;
    const char *name;
    unsigned values, bytes, halfAt, halves;
};

constexpr Layout kQ4{DType::kQ4_K, "Q4_K", 256, 144, 0, 2};
constexpr Layout kQ6{DType::kQ6_K, "Q6_K", 256, 210, 208, 1};
constexpr Layout kQ8{DType::kQ8_0, "Q8_0", 32, 34, 0, 1};
constexpr Layout kQ40{DType::kQ4_0, "Q4_0", 32, 18, 0, 1};
constexpr Layout kF16{DType::kF16, "F16", 1, 2, 0, 1};

struct Bench
{
    cudaStream_t stream = nullptr;
    unsigned char *arena = nullptr;
    float *x = nullptr, *expected = nullptr, *out = nullptr;
    QuantisedTokens tokens;
    double copyRate = 0;
};

/// Starts what `add` adds to a list.
template <class Add>
cudaError_t startNow(cudaStream_t stream, const Add &add)
{
    KernelList kernels;
    cudaError_t error = add(kernels);
    for (const KernelStart &one : kernels.all())
        if (error == cudaSuccess)
            error = startOn(one, stream, false);
    return error;
}

using Record = std::function<void(cudaStream_t)>;

/// Seconds of everything that `record` queues, replayed as a graph: the best of six.
double secondsOf(Bench &bench, const Record &record)
{
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t ready = nullptr;
    require(cudaStreamBeginCapture(bench.stream, cudaStreamCaptureModeThreadLocal), "begin capture");
    record(bench.stream);
    require(cudaStreamEndCapture(bench.stream, &graph), "end capture");
    require(cudaGraphInstantiate(&ready, graph, 0), "instantiate");
    cudaEvent_t begin = nullptr;
    cudaEvent_t end = nullptr;
    require(cudaEventCreate(&begin), "event");
    require(cudaEventCreate(&end), "event");
    float best = 1e30F;
    for (int i = 0; i < 6; ++i) {
        require(cudaEventRecord(begin, bench.stream), "record");
        require(cudaGraphLaunch(ready, bench.stream), "graph launch");
        require(cudaEventRecord(end, bench.stream), "record");
        require(cudaStreamSynchronize(bench.stream), "run");
        float ms = 0;
        require(cudaEventElapsedTime(&ms, begin, end), "elapsed");
        best = std::min(best, ms);
    }
    require(cudaEventDestroy(begin), "destroy");
    require(cudaEventDestroy(end), "destroy");
    require(cudaGraphExecDestroy(ready), "destroy");
    require(cudaGraphDestroy(graph), "destroy");
    return best / 1e3;
}

void measureMemory(Bench &bench)
{
    unsigned char *from = nullptr;
    unsigned char *to = nullptr;
    require(cudaMalloc(&from, kCopied), "1 GiB");
    require(cudaMalloc(&to, kCopied), "1 GiB");
    require(cudaMemset(from, 1, kCopied), "memset");
    const double copied =
        secondsOf(bench, [&](cudaStream_t s) { require(cudaMemcpyAsync(to, from, kCopied, cudaMemcpyDeviceToDevice, s), "copy"); });
    bench.copyRate = 2.0 * kCopied / copied / 1e9;
    const double read = secondsOf(bench, [&](cudaStream_t s) {
        readAll<<<132 * 16, 512, 0, s>>>(reinterpret_cast<const uint4 *>(from), kCopied / 16, reinterpret_cast<unsigned *>(to));
        require(cudaGetLastError(), "readAll");
    });
    std::printf("copy %.0f GB/s (read + write), reading alone %.0f GB/s\n", bench.copyRate, kCopied / read / 1e9);
    void *pinned = nullptr;
    require(cudaMallocHost(&pinned, kArena), "pinned memory");
    const double up =
        secondsOf(bench, [&](cudaStream_t s) { require(cudaMemcpyAsync(to, pinned, kArena, cudaMemcpyHostToDevice, s), "upload"); });
    std::printf("upload from pinned memory %.1f GB/s\n", kArena / up / 1e9);
    require(cudaFreeHost(pinned), "free");
    require(cudaFree(from), "free");
    require(cudaFree(to), "free");
    const double empty = secondsOf(bench, [](cudaStream_t s) {
        for (int i = 0; i < 1000; ++i)
            nothing<<<1, 32, 0, s>>>();
        require(cudaGetLastError(), "nothing");
    });
    std::printf("an empty kernel in a graph: %.2f us\n", empty * 1e3);
}

void fill(Bench &bench, const Layout &layout)
{
    fillWords<<<1024, 256, 0, bench.stream>>>(reinterpret_cast<unsigned *>(bench.arena), kArena / 4);
    const std::size_t blocks = kArena / layout.bytes;
    tameHalves<<<static_cast<unsigned>((blocks + 255) / 256), 256, 0, bench.stream>>>(bench.arena, blocks, layout.bytes, layout.halfAt,
                                                                                      layout.halves);
    require(cudaGetLastError(), "fill");
    require(cudaStreamSynchronize(bench.stream), "fill");
}

struct Shape
{
    unsigned rows, width;
};

MatmulCall ownCall(const Bench &bench, const Layout &layout, Shape shape, std::size_t offset, float *out)
{
    MatmulCall call{};
    call.weight = reinterpret_cast<DeviceAddress>(bench.arena + offset);
    call.in = reinterpret_cast<DeviceAddress>(bench.x);
    call.out = reinterpret_cast<DeviceAddress>(out);
    call.weightStride = std::uint64_t{shape.width} / layout.values * layout.bytes;
    call.inStride = std::uint64_t{shape.width} * 4;
    call.outStride = std::uint64_t{shape.rows} * 4;
    call.rows = shape.rows;
    call.width = shape.width;
    call.tokens = 1;
    return call;
}

/// Root of the mean squared difference, as a share of that of `expected`.
double relativeError(const float *out, const float *expected, std::size_t count)
{
    std::vector<float> a(count);
    std::vector<float> b(count);
    require(cudaMemcpy(a.data(), out, count * 4, cudaMemcpyDeviceToHost), "read");
    require(cudaMemcpy(b.data(), expected, count * 4, cudaMemcpyDeviceToHost), "read");
    double error = 0;
    double size = 0;
    for (std::size_t i = 0; i < count; ++i) {
        error += std::pow(static_cast<double>(a[i]) - b[i], 2);
        size += std::pow(static_cast<double>(b[i]), 2);
    }
    return std::sqrt(error / size);
}

void report(const Bench &bench, const char *name, const Layout &layout, Shape shape, double seconds, std::size_t bytes, double error)
{
    const double rate = static_cast<double>(bytes) / seconds / 1e9;
    std::printf("  %-4s %6u x %4u  %-18s %8.2f us %6.0f GB/s %4.0f %% of copy", layout.name, shape.rows, shape.width, name, seconds * 1e6,
                rate, 100.0 * rate / bench.copyRate);
    std::printf(error >= 0 ? ", error %.1e\n" : "\n", error);
    std::fflush(stdout);
}

void measure(Bench &bench, const Layout &layout, Shape shape, double tolerance)
{
    const std::size_t stride = std::size_t{shape.width} / layout.values * layout.bytes;
    const std::size_t bytes = (stride * shape.rows + 255) / 256 * 256; // the next copy starts at a multiple of 256
    const std::size_t copies = std::max<std::size_t>(1, std::min<std::size_t>(kArena / bytes, 64));
    const auto perCopy = [&](double seconds) { return seconds / static_cast<double>(copies); };
    fill(bench, layout); // blocks lie at multiples of their size from the arena's start: copy 0 is the one compared
    require(startNow(bench.stream,
                     [&](KernelList &kernels) {
                         return launchMatmul(ownCall(bench, layout, shape, 0, bench.expected), layout.type, 1, kernels);
                     }),
            "launchMatmul");
    require(cudaStreamSynchronize(bench.stream), "launchMatmul");
    for (const unsigned rows : {1U, 2U, 4U}) {
        const auto start = [&](std::size_t offset, cudaStream_t s) {
            require(startNow(s,
                             [&](KernelList &kernels) {
                                 return launchMatvec(ownCall(bench, layout, shape, offset, bench.out), layout.type, bench.tokens, rows,
                                                     kernels);
                             }),
                    "launchMatvec");
        };
        start(0, bench.stream);
        require(cudaStreamSynchronize(bench.stream), "launchMatvec");
        const double error = relativeError(bench.out, bench.expected, shape.rows);
        const double seconds = secondsOf(bench, [&](cudaStream_t s) {
            for (std::size_t i = 0; i < copies; ++i)
                start(i * bytes, s);
        });
        const char *name = rows == 1 ? "1 row a warp" : rows == 2 ? "2 rows a warp" : "4 rows a warp";
        report(bench, name, layout, shape, perCopy(seconds), stride * shape.rows, error);
        if (!(error < tolerance)) {
            std::printf("  WRONG %s %s\n", layout.name, name);
            wrong = 1;
        }
    }
}

/// Many tokens by tensor cores, compared with the plain kernel over fewer tokens.
void measurePrefill(Bench &bench, const Layout &layout, Shape shape)
{
    constexpr unsigned kTokens = 4096;
    constexpr unsigned kCompared = 64;
    float *x = nullptr;
    float *out = nullptr;
    float *expected = nullptr;
    unsigned char *work = nullptr;
    const std::size_t values = std::size_t{kTokens} * shape.width;
    require(cudaMalloc(&x, values * 4), "tokens");
    require(cudaMalloc(&work, values * 2 + kTokens * 4), "tokens");
    require(cudaMalloc(&out, std::size_t{kTokens} * shape.rows * 4), "out");
    require(cudaMalloc(&expected, std::size_t{kCompared} * shape.rows * 4), "out");
    fillToken<<<static_cast<unsigned>(values / 256), 256, 0, bench.stream>>>(x, static_cast<unsigned>(values));
    require(cudaGetLastError(), "fillToken");
    fill(bench, layout);
    MatmulCall call = ownCall(bench, layout, shape, 0, expected);
    call.in = reinterpret_cast<DeviceAddress>(x);
    call.tokens = kCompared;
    require(
        startNow(bench.stream, [&](KernelList &kernels) { return launchMatmul(call, layout.type, kCompared / kMatmulTokens, kernels); }),
        "launchMatmul");
    const HalfTokens halves{reinterpret_cast<DeviceAddress>(work), reinterpret_cast<DeviceAddress>(work + values * 2), shape.width};
    call.tokens = kTokens;
    call.out = reinterpret_cast<DeviceAddress>(out);
    const double seconds = secondsOf(bench, [&](cudaStream_t s) {
        require(
            startNow(s, [&](KernelList &kernels) { return launchToHalves(call.in, call.inStride, kTokens, shape.width, halves, kernels); }),
            "launchToHalves");
        require(startNow(s, [&](KernelList &kernels) { return launchPrefill(call, layout.type, halves, kernels); }), "launchPrefill");
    });
    const double error = relativeError(out, expected, std::size_t{kCompared} * shape.rows);
    std::printf("prefill %s %u x %u, %u tokens: %.1f TFLOP/s (%.0f us), error %.1e\n", layout.name, shape.rows, shape.width, kTokens,
                2e-12 * shape.rows * shape.width * kTokens / seconds, seconds * 1e6, error);
    std::fflush(stdout);
    if (!(error < 5e-3)) {
        std::printf("  WRONG prefill\n");
        wrong = 1;
    }
    require(cudaFree(x), "free");
    require(cudaFree(work), "free");
    require(cudaFree(out), "free");
    require(cudaFree(expected), "free");
}

/// One kernel of a decoding step again and again, over other weights each time: one after the other, and each starting early.
void measureChain(Bench &bench, const char *name, std::size_t copies, std::size_t bytes,
                  const std::function<cudaError_t(KernelList &, std::size_t)> &add)
{
    KernelList kernels;
    for (std::size_t i = 0; i < copies; ++i)
        require(add(kernels, i), name);
    double seconds[2];
    for (const bool overlap : {false, true})
        seconds[overlap ? 1 : 0] = secondsOf(bench, [&](cudaStream_t s) {
            for (const KernelStart &one : kernels.all())
                require(startOn(one, s, overlap), name);
        });
    const auto count = static_cast<double>(copies);
    std::printf("  %-34s %7.2f us %6.0f GB/s; started early %7.2f us %6.0f GB/s\n", name, seconds[0] / count * 1e6,
                static_cast<double>(bytes) * count / seconds[0] / 1e9, seconds[1] / count * 1e6,
                static_cast<double>(bytes) * count / seconds[1] / 1e9);
    std::fflush(stdout);
}

FusedProducts products(const Bench &bench, DeviceAddress work, std::size_t offset, unsigned width, std::initializer_list<unsigned> rows)
{
    FusedProducts call{};
    call.in = reinterpret_cast<DeviceAddress>(bench.x);
    call.width = width;
    for (const unsigned count : rows) {
        FusedProduct &product = call.products[call.count++];
        product.weight = reinterpret_cast<DeviceAddress>(bench.arena + offset) + std::size_t{call.rows} * (width / 256 * 144);
        product.out = work + call.rows * 4;
        product.weightStride = width / 256 * 144;
        product.rows = count;
        product.type = static_cast<std::uint32_t>(DType::kQ4_K);
        call.rows += count;
    }
    return call;
}

/// The kernels of a decoding step of Qwen3-30B-A3B's shape, all weights Q4_K; only the times mean anything.
void measureStep(Bench &bench)
{
    constexpr unsigned kExperts = 128, kUsed = 8, kSets = 16;
    fill(bench, kQ4);
    void *memory = nullptr;
    require(cudaMalloc(&memory, std::size_t{16} << 20), "work");
    require(cudaMemset(memory, 0, std::size_t{16} << 20), "work");
    const auto work = reinterpret_cast<DeviceAddress>(memory);
    const DeviceAddress normed = work + (1 << 20), ids = work + (2 << 20), counter = work + (3 << 20), hidden = work + (4 << 20);
    const DeviceAddress partials = work + (8 << 20);
    const auto arena = reinterpret_cast<DeviceAddress>(bench.arena);
    std::vector<unsigned> chosen(kSets * kUsed);
    for (unsigned i = 0; i < chosen.size(); ++i)
        chosen[i] = i % kExperts;
    require(cudaMemcpy(reinterpret_cast<void *>(ids), chosen.data(), chosen.size() * 4, cudaMemcpyHostToDevice), "ids");
    std::printf("kernels of a step:\n");
    for (const unsigned half : {66U, 132U, 200U, 320U}) { // of the blocks
        const std::string blocks = ", " + std::to_string(half * 2) + " blocks";
        measureChain(bench, ("norm, q, k, v" + blocks).c_str(), 40, 5120 * 1152, [&](KernelList &kernels, std::size_t i) {
            FusedProducts call = products(bench, work, i * 5120 * 1152, 2048, {4096, 512, 512});
            call.normed = normed;
            call.normWeight = call.in;
            return launchFusedProducts(call, half, kernels);
        });
        measureChain(bench, ("output of attention" + blocks).c_str(), 40, 2048 * 2304, [&](KernelList &kernels, std::size_t i) {
            FusedProducts call = products(bench, work, i * 2048 * 2304, 4096, {2048});
            call.products[0].accumulate = 1;
            return launchFusedProducts(call, half, kernels);
        });
    }
    measureChain(bench, "heads", 40, 0, [&](KernelList &kernels, std::size_t) {
        FusedHeads call{};
        for (const unsigned heads : {32U, 4U, 4U}) {
            FusedHeadSet &set = call.sets[call.count++];
            set.inout = work + call.heads * 512;
            set.headStride = 512;
            set.heads = heads;
            set.width = 128;
            call.heads += heads;
            set.norm = call.count < 3 ? 1 : 0;
            set.rotations = call.count < 3 ? hidden : 0;
            set.pairs = 64;
            set.cache = call.count > 1 ? partials + call.count * 65536 : 0;
            set.slotHeadStride = 256;
            set.cacheType = static_cast<std::uint32_t>(DType::kF16);
        }
        return launchFusedHeads(call, kernels);
    });
    for (const unsigned keys : {16U, 1000U, 8000U})
        for (const unsigned splits : {1U, 8U, 16U, 33U, 64U}) {
            if (keys / splits < 16 && splits > 1)
                continue;
            const std::string name = "attention, " + std::to_string(keys) + " keys in " + std::to_string(splits) + " parts";
            measureChain(bench, name.c_str(), 16, std::size_t{keys} * 4 * 128 * 4, [&](KernelList &kernels, std::size_t i) {
                AttentionCall call{};
                call.query = reinterpret_cast<DeviceAddress>(bench.x);
                call.keys = arena + i * (16 << 20);
                call.values = call.keys + (8 << 20);
                call.out = work;
                call.queryHeadStride = call.outHeadStride = 512;
                call.keySlotStride = call.valueSlotStride = 1024;
                call.keyHeadStride = call.valueHeadStride = 256;
                call.tokens = 1;
                call.heads = 32;
                call.kvHeads = 4;
                call.width = call.valueWidth = 128;
                call.first = keys - 1;
                call.scale = 0.01F;
                return launchFlash(call, {partials, splits}, kernels);
            });
        }
    measureChain(bench, "norm, router", 40, 128 * 8192, [&](KernelList &kernels, std::size_t i) {
        FusedRouting call{};
        call.in = call.normWeight = reinterpret_cast<DeviceAddress>(bench.x);
        call.normed = normed;
        call.weight = arena + i * (1 << 20);
        call.weightStride = 8192;
        call.width = 2048;
        call.counter = counter;
        call.router.logits = work;
        call.router.experts = work + 4096;
        call.router.weights = work + 8192;
        call.router.margins = work + 12288;
        call.router.tokens = 1;
        call.router.count = kExperts;
        call.router.most = call.router.kMin = call.router.kMax = call.router.kWide = kUsed;
        call.router.normalise = 1;
        call.router.weightScale = 1.0F;
        call.router.groups = call.router.groupsUsed = 1;
        return launchFusedRouting(call, kernels);
    });
    const QuantisedTokens eight{hidden, hidden + (1 << 20)};
    measureChain(bench, "experts: gate, up", 32, 2 * kUsed * 768 * 1152, [&](KernelList &kernels, std::size_t i) {
        ExpertsHiddenCall call{};
        call.in = reinterpret_cast<DeviceAddress>(bench.x);
        call.gate = arena;
        call.up = arena + std::size_t{kExperts} * 768 * 1152;
        call.experts = ids + i % kSets * kUsed * 4;
        call.gateStride = call.upStride = 1152;
        call.rows = call.expertRows = 768;
        call.width = 2048;
        call.tokens = 1;
        call.most = kUsed;
        call.count = kExperts;
        call.activation = 1;
        return launchFusedHidden(call, DType::kQ4_K, eight, kernels);
    });
    measureChain(bench, "experts: down", 32, kUsed * 2048 * 432, [&](KernelList &kernels, std::size_t i) {
        ExpertsOutCall call{};
        call.down = arena;
        call.experts = ids + i % kSets * kUsed * 4;
        call.weights = reinterpret_cast<DeviceAddress>(bench.x);
        call.out = work;
        call.downStride = 432;
        call.rows = 2048;
        call.width = 768;
        call.tokens = 1;
        call.most = kUsed;
        call.count = kExperts;
        return launchFusedOut(call, DType::kQ4_K, eight, kernels);
    });
    require(cudaFree(memory), "free");
}

void measureAll(Bench &bench)
{
    constexpr double kEight = 0.02; // 8-bit activations
    constexpr double kExact = 1e-4;
    const auto quantise = [&](cudaStream_t s, unsigned width) {
        require(startNow(s,
                         [&](KernelList &kernels) {
                             return launchQuantiseTokens(reinterpret_cast<DeviceAddress>(bench.x), width * 4, 1, width, bench.tokens,
                                                         kernels);
                         }),
                "launchQuantiseTokens");
    };
    const double quantised = secondsOf(bench, [&](cudaStream_t s) {
        for (int i = 0; i < 100; ++i)
            quantise(s, 2048);
    });
    std::printf("a token of 2048 to 8 bits: %.2f us\n", quantised * 1e4);
    quantise(bench.stream, 4096);
    require(cudaStreamSynchronize(bench.stream), "launchQuantiseTokens");
    // Qwen3-30B-A3B: q, k and v; the output of attention; gate or up of eight experts; down of eight; the head.
    measure(bench, kQ4, {5120, 2048}, kEight);
    measure(bench, kQ4, {2048, 4096}, kEight);
    measure(bench, kQ4, {12288, 2048}, kEight);
    measure(bench, kQ4, {16384, 768}, kEight);
    measure(bench, kQ6, {512, 2048}, kEight);
    measure(bench, kQ6, {16384, 768}, kEight);
    measure(bench, kQ6, {151936, 2048}, kEight);
    measure(bench, kQ8, {5120, 2048}, kEight);
    measure(bench, kQ40, {5120, 2048}, kEight);
    measure(bench, kF16, {5120, 2048}, kExact);
    measureStep(bench);
    for (const Layout &layout : {kQ4, kQ6, kQ8, kF16})
        measurePrefill(bench, layout, {4096, 2048});
}

} // namespace

int main()
{
    setenv("CUDA_MODULE_LOADING", "EAGER", 0); // nothing is loaded while a graph is recorded
    int count = 0;
    if (const cudaError_t error = cudaGetDeviceCount(&count); error != cudaSuccess || count == 0) {
        std::printf("bench_cuda: no card: %s\n", error != cudaSuccess ? cudaGetErrorString(error) : "none");
        return 77;
    }
    cudaDeviceProp card{};
    require(cudaGetDeviceProperties(&card, 0), "properties");
    std::printf("%s, %d.%d, %d multiprocessors, L2 %d MiB\n", card.name, card.major, card.minor, card.multiProcessorCount,
                card.l2CacheSize >> 20);
    Bench bench;
    require(cudaStreamCreateWithFlags(&bench.stream, cudaStreamNonBlocking), "stream");
    measureMemory(bench);
    require(cudaMalloc(&bench.arena, kArena), "arena");
    require(cudaMalloc(&bench.x, 4096 * 4), "token");
    void *tokens = nullptr;
    require(cudaMalloc(&tokens, 4096 + 4096 / 16 * sizeof(float2)), "token");
    bench.tokens.values = reinterpret_cast<DeviceAddress>(tokens);
    bench.tokens.runs = bench.tokens.values + 4096;
    require(cudaMalloc(&bench.out, 151936 * 4), "out");
    require(cudaMalloc(&bench.expected, 151936 * 4), "out");
    fillToken<<<16, 256, 0, bench.stream>>>(bench.x, 4096);
    require(cudaGetLastError(), "fillToken");
    require(cudaStreamSynchronize(bench.stream), "fillToken");
    measureAll(bench);
    return wrong;
}
