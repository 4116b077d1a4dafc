#include "tests/kernels/rig.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <thread>
#include <vector>

/// Times the CPU's ops: one table, and the same as JSON with --json FILE. Other options: --threads N (0: all), --level
/// portable|avx2|avxvnni|avx512,
/// --rounds N (default 9), --filter TEXT, --clock wall|cpu (cpu, with one thread: what a core does while others also use it). Ops take
/// turns within a round, so that a slow spell of the machine hits all of them; the median over rounds counts. Weights are larger than the
/// caches or rotated through copies, as they are in a model.
namespace
{

using namespace conclave::kernels;
using namespace conclave::kernels::test;

using Clock = std::chrono::steady_clock;

struct Measurement
{
    std::string op;
    std::string type;
    std::string shape;
    double bytes = 0;      ///< that one run must read
    double operations = 0; ///< two for each multiply-add
    std::function<void()> run;
    std::vector<double> seconds = {};

    double best() const { return *std::min_element(seconds.begin(), seconds.end()); }
    double median() const
    {
        std::vector<double> sorted = seconds;
        std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
        return sorted[sorted.size() / 2];
    }
};

struct Options
{
    CpuOptions cpu;
    int rounds = 9;
    std::string filter;
    std::string json;
    bool cpuTime = false;
};

double timed(const std::function<void()> &run, bool cpuTime)
{
    if (cpuTime) {
        const std::clock_t before = std::clock();
        run();
        return static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    }
    const auto start = Clock::now();
    run();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One pass of `threads` threads over 512 MiB, eight bytes at a time in independent sums: what memory gives to plain reads.
class ReadBandwidth
{
public:
    explicit ReadBandwidth(int threads) : m_threads(threads), m_words(std::size_t{64} << 20, 1) {}

    double bytes() const { return static_cast<double>(m_words.size() * sizeof(std::uint64_t)); }
    void pass()
    {
        std::vector<std::thread> others;
        std::vector<std::uint64_t> sums(static_cast<std::size_t>(m_threads));
        const std::size_t share = m_words.size() / static_cast<std::size_t>(m_threads);
        const auto sum = [&](std::size_t thread) {
            std::uint64_t parts[8] = {};
            const std::uint64_t *words = m_words.data() + thread * share;
            for (std::size_t i = 0; i + 8 <= share; i += 8)
                for (std::size_t j = 0; j < 8; ++j)
                    parts[j] += words[i + j];
            for (const std::uint64_t part : parts)
                sums[thread] += part;
        };
        for (std::size_t thread = 1; thread < sums.size(); ++thread)
            others.emplace_back(sum, thread);
        sum(0);
        for (std::thread &other : others)
            other.join();
        for (const std::uint64_t each : sums)
            m_check += each;
    }
    std::uint64_t check() const { return m_check; }

private:
    int m_threads;
    std::vector<std::uint64_t> m_words;
    std::uint64_t m_check = 0;
};

std::string shapeName(std::int64_t tokens, std::int64_t n, std::int64_t m)
{
    return std::to_string(tokens) + " x [" + std::to_string(n) + ", " + std::to_string(m) + "]";
}

void require(Status status)
{
    if (status.ok())
        return;
    std::fprintf(stderr, "bench_kernels: %s\n", status.text);
    std::exit(1);
}

Measurement describeMatmul(DType type, std::int64_t tokens, std::int64_t n, std::int64_t m, Precision precision)
{
    Measurement result;
    result.op = precision == Precision::kFast ? "matmul" : "matmul (float)";
    result.type = dtypeName(type);
    result.shape = shapeName(tokens, n, m);
    result.bytes = static_cast<double>(n) * static_cast<double>(rowBytes(type, static_cast<std::size_t>(m)));
    result.operations = 2.0 * static_cast<double>(tokens * n * m);
    return result;
}

Measurement matmul(Rig &rig, DType type, std::int64_t tokens, std::int64_t n, std::int64_t m, Precision precision)
{
    Numbers numbers(1);
    const std::size_t matrixBytes = static_cast<std::size_t>(n) * rowBytes(type, static_cast<std::size_t>(m));
    // Decoding reads every weight once a token, so that none is in a cache: as many copies as make 256 MiB.
    const std::int64_t copies =
        tokens < 8 ? std::max<std::int64_t>(1, (std::int64_t{256} << 20) / static_cast<std::int64_t>(matrixBytes)) : 1;
    const Bytes one = numbers.weightRows(type, n, m);
    Bytes all;
    for (std::int64_t copy = 0; copy < copies; ++copy)
        all.insert(all.end(), one.begin(), one.end());
    const Tensor weights = rig.weights(type, {copies, n, m}, all);
    MatmulArgs args;
    args.in = rig.floats({tokens, m}, numbers.normal(tokens * m));
    args.out = rig.output({tokens, n});
    args.precision = precision;
    Measurement result = describeMatmul(type, tokens, n, m, precision);
    result.run = [&rig, args, weights, copies, next = std::int64_t{0}]() mutable {
        args.weight = weights.at(next++ % copies);
        require(rig.queue().matmul(args));
    };
    return result;
}

Measurement moe(Rig &rig, DType type, std::int64_t tokens)
{
    constexpr std::int64_t kExperts = 32, kChoices = 4, kWidth = 1024, kHidden = 512;
    Numbers numbers(2);
    MoeFeedForwardArgs args;
    args.in = rig.floats({tokens, kWidth}, numbers.normal(tokens * kWidth));
    args.gate = rig.weights(type, {kExperts, kHidden, kWidth}, numbers.weightRows(type, kExperts * kHidden, kWidth));
    args.up = rig.weights(type, {kExperts, kHidden, kWidth}, numbers.weightRows(type, kExperts * kHidden, kWidth));
    args.down = rig.weights(type, {kExperts, kWidth, kHidden}, numbers.weightRows(type, kExperts * kWidth, kHidden));
    std::vector<std::int32_t> experts;
    for (std::int64_t pair = 0; pair < tokens * kChoices; ++pair)
        experts.push_back(numbers.below(kExperts));
    args.experts = rig.ints({tokens, kChoices}, experts);
    args.weights = rig.floats({tokens, kChoices}, Floats(experts.size(), 0.25F));
    args.out = rig.output({tokens, kWidth});
    Measurement result;
    result.op = "moeFeedForward";
    result.type = dtypeName(type);
    result.shape = std::to_string(tokens) + " x 4 of 32 x [512, 1024]";
    std::sort(experts.begin(), experts.end());
    const auto used = std::unique(experts.begin(), experts.end()) - experts.begin();
    result.bytes = static_cast<double>(used) * 3.0 * kHidden * static_cast<double>(rowBytes(type, kWidth));
    result.operations = 2.0 * 3.0 * kHidden * kWidth * static_cast<double>(tokens * kChoices);
    result.run = [&rig, args] { require(rig.queue().moeFeedForward(args)); };
    return result;
}

Measurement attention(Rig &rig, const char *name, DType type, std::int64_t tokens, std::int64_t heads, std::int64_t kvHeads,
                      std::int64_t width, std::int64_t keys, bool causal)
{
    Numbers numbers(3);
    AttentionArgs args;
    args.query = rig.floats({tokens, heads, width}, numbers.normal(tokens * heads * width));
    args.cache.keys = rig.weights(type, {keys, kvHeads, width}, numbers.weightRows(type, keys * kvHeads, width));
    args.cache.values = rig.weights(type, {keys, kvHeads, width}, numbers.weightRows(type, keys * kvHeads, width));
    args.out = rig.output({tokens, heads, width});
    args.causal = causal;
    args.first = keys - tokens;
    args.length = keys;
    args.scale = 0.125F;
    Measurement result;
    result.op = name;
    result.type = dtypeName(type);
    result.shape = std::to_string(tokens) + " x " + std::to_string(heads) + "/" + std::to_string(kvHeads) + " x " + std::to_string(width) +
                   ", " + std::to_string(keys) + " keys";
    result.bytes = 2.0 * static_cast<double>(static_cast<std::size_t>(keys * kvHeads) * rowBytes(type, static_cast<std::size_t>(width)));
    const double seen = causal ? static_cast<double>(keys) - static_cast<double>(tokens - 1) / 2.0 : static_cast<double>(keys);
    result.operations = 4.0 * static_cast<double>(tokens * heads * width) * seen;
    result.run = [&rig, args] { require(rig.queue().attention(args)); };
    return result;
}

Measurement convolution(Rig &rig, std::int64_t side, std::int64_t in, std::int64_t out)
{
    Numbers numbers(4);
    Conv3x3Args args;
    args.in = rig.floats({side, side, in}, numbers.normal(side * side * in));
    args.weight = rig.floats({out, in, 3, 3}, numbers.normal(out * in * 9));
    args.bias = rig.floats({out}, numbers.normal(out));
    args.out = rig.output({side / 2, side / 2, out});
    args.stride = 2;
    args.activation = Activation::kGeluTanh;
    Measurement result;
    result.op = "conv3x3, stride 2";
    result.type = "F32";
    result.shape = std::to_string(side) + " x " + std::to_string(side) + " x " + std::to_string(in) + " to " + std::to_string(out);
    result.bytes = static_cast<double>(side * side * in) * 4;
    result.operations = 2.0 * 9 * static_cast<double>(side / 2 * (side / 2) * in * out);
    result.run = [&rig, args] { require(rig.queue().conv3x3(args)); };
    return result;
}

std::vector<Measurement> rowOps(Rig &rig, std::int64_t tokens, std::int64_t width)
{
    Numbers numbers(5);
    const Tensor x = rig.floats({tokens, width}, numbers.normal(tokens * width));
    const Tensor y = rig.floats({tokens, width}, numbers.normal(tokens * width));
    const Tensor out = rig.output({tokens, width});
    const Tensor weight = rig.floats({width}, Floats(static_cast<std::size_t>(width), 1.0F));
    const std::string shape = std::to_string(tokens) + " x " + std::to_string(width);
    const auto row = [&](const char *name, double tensors, std::function<void()> run) {
        return Measurement{name, "F32", shape, tensors * static_cast<double>(tokens * width) * 4, 0, std::move(run), {}};
    };
    return {row("rmsNorm", 2,
                [=, &rig] {
                    require(rig.queue().rmsNorm({x, weight, out, 1e-6F}));
                }),
            row("gatedActivation", 3,
                [=, &rig] {
                    require(rig.queue().gatedActivation({x, y, out, Activation::kSilu}));
                }),
            row("add", 3, [=, &rig] {
                require(rig.queue().add({x, out}));
            })};
}

/// All that the filter lets through; the others are not built, since they would fill the memory with weights.
std::vector<Measurement> measurements(Rig &rig, const std::string &filter)
{
    std::vector<Measurement> list;
    const auto wanted = [&filter](const Measurement &one) {
        return (one.op + " " + one.type + " " + one.shape).find(filter) != std::string::npos;
    };
    const auto addMatmul = [&](DType type, std::int64_t tokens, std::int64_t n, std::int64_t m, Precision precision = Precision::kFast) {
        if (wanted(describeMatmul(type, tokens, n, m, precision)))
            list.push_back(matmul(rig, type, tokens, n, m, precision));
    };
    for (const DType type : {DType::kF32,    DType::kF16,   DType::kBF16,  DType::kQ8_0,    DType::kQ4_0,  DType::kQ4_1,   DType::kQ5_0,
                             DType::kQ5_1,   DType::kQ2_K,  DType::kQ3_K,  DType::kQ4_K,    DType::kQ5_K,  DType::kQ6_K,   DType::kIQ4_NL,
                             DType::kIQ4_XS, DType::kMXFP4, DType::kIQ3_S, DType::kIQ3_XXS, DType::kIQ2_S, DType::kIQ2_XS, DType::kIQ2_XXS})
        for (const std::int64_t tokens : {1, 4, 64, 512})
            addMatmul(type, tokens, 2048, 2048);
    addMatmul(DType::kF32, 1200, 192, 192);
    addMatmul(DType::kF16, 1200, 768, 192);
    addMatmul(DType::kQ4_K, 1, 2048, 2048, Precision::kFloat);
    addMatmul(DType::kQ4_K, 512, 2048, 2048, Precision::kFloat);
    std::vector<Measurement> others;
    for (const DType type : {DType::kF16, DType::kQ8_0, DType::kQ4_K, DType::kMXFP4})
        for (const std::int64_t tokens : {1, 256})
            others.push_back(moe(rig, type, tokens));
    others.push_back(attention(rig, "attention, vision", DType::kF32, 280, 6, 6, 32, 280, false));
    for (const DType cache : {DType::kF16, DType::kQ8_0})
        for (const std::int64_t kvHeads : {32, 8, 4})
            others.push_back(attention(rig, "attention, decode", cache, 1, 32, kvHeads, 128, 4096, true));
    others.push_back(attention(rig, "attention, decode", DType::kF16, 1, 128, 1, 576, 4096, true)); // a latent row for all heads
    others.push_back(attention(rig, "attention, prefill", DType::kF16, 256, 32, 4, 128, 1024, true));
    others.push_back(convolution(rig, 256, 3, 32));
    others.push_back(convolution(rig, 128, 32, 64));
    for (const std::int64_t tokens : {1, 512})
        for (Measurement &one : rowOps(rig, tokens, 2048))
            others.push_back(std::move(one));
    std::copy_if(others.begin(), others.end(), std::back_inserter(list), wanted);
    return list;
}

bool parseLevel(const std::string &name, CpuLevel &level)
{
    constexpr std::pair<const char *, CpuLevel> kLevels[] = {
        {"portable", CpuLevel::kPortable}, {"avx2", CpuLevel::kAvx2}, {"avxvnni", CpuLevel::kAvxVnni}, {"avx512", CpuLevel::kAvx512}};
    for (const auto &[known, value] : kLevels)
        if (name == known) {
            level = value;
            return true;
        }
    return false;
}

bool parse(int argc, char **argv, Options &options)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        const std::string value = argv[i + 1];
        if (name == "--threads")
            options.cpu.threads = std::atoi(value.c_str());
        else if (name == "--rounds")
            options.rounds = std::max(1, std::atoi(value.c_str()));
        else if (name == "--filter")
            options.filter = value;
        else if (name == "--json")
            options.json = value;
        else if (name == "--clock" && (value == "wall" || value == "cpu"))
            options.cpuTime = value == "cpu";
        else if (name != "--level" || !parseLevel(value, options.cpu.level))
            return false;
    }
    return argc % 2 == 1;
}

bool writeJson(const std::string &path, const std::string &device, double bandwidth, const std::vector<Measurement> &list)
{
    std::FILE *file = std::fopen(path.c_str(), "w");
    if (file == nullptr)
        return false;
    std::fprintf(file, "{\n  \"device\": \"%s\",\n  \"readBandwidth\": %.4g,\n  \"results\": [\n", device.c_str(), bandwidth);
    for (std::size_t i = 0; i < list.size(); ++i)
        std::fprintf(file,
                     "    {\"op\": \"%s\", \"type\": \"%s\", \"shape\": \"%s\", \"seconds\": %.6g, \"best\": %.6g, \"bytes\": %.6g, "
                     "\"operations\": %.6g}%s\n",
                     list[i].op.c_str(), list[i].type.c_str(), list[i].shape.c_str(), list[i].median(), list[i].best(), list[i].bytes,
                     list[i].operations, i + 1 < list.size() ? "," : "");
    std::fprintf(file, "  ]\n}\n");
    return std::fclose(file) == 0;
}

} // namespace

int main(int argc, char **argv)
{
    Options options;
    if (!parse(argc, argv, options)) {
        std::fprintf(stderr,
                     "usage: bench_kernels [--threads N] [--level portable|avx2|avxvnni|avx512] [--rounds N] [--clock wall|cpu] [--filter "
                     "TEXT] [--json FILE]\n");
        return 2;
    }
    const std::unique_ptr<Device> device = createCpuDevice(options.cpu);
    Rig rig(*device);
    std::vector<Measurement> list = measurements(rig, options.filter);
    require(rig.status());
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    ReadBandwidth memory(options.cpu.threads > 0 ? options.cpu.threads : cores);
    std::vector<double> passes;
    for (int round = 0; round <= options.rounds; ++round) {
        const double pass = timed([&memory] { memory.pass(); }, options.cpuTime);
        if (round > 0) // the first warms up
            passes.push_back(pass);
        for (Measurement &one : list) {
            const double seconds = timed(one.run, options.cpuTime);
            if (round > 0)
                one.seconds.push_back(seconds);
        }
    }
    std::nth_element(passes.begin(), passes.begin() + static_cast<std::ptrdiff_t>(passes.size() / 2), passes.end());
    const double bandwidth = memory.check() > 0 ? memory.bytes() / passes[passes.size() / 2] : 0;

    std::printf("%s; plain reads: %.1f GB/s; medians of %d rounds\n\n", device->info().name.c_str(), bandwidth / 1e9, options.rounds);
    std::printf("%-20s %-5s %-30s %12s %9s %6s %10s %11s\n", "op", "type", "shape", "time [us]", "GB/s", "of mem", "GOP/s", "best GOP/s");
    for (const Measurement &one : list) {
        const double seconds = one.median();
        std::printf("%-20s %-5s %-30s %12.1f %9.2f %5.0f%% %10.1f %11.1f\n", one.op.c_str(), one.type.c_str(), one.shape.c_str(),
                    seconds * 1e6, one.bytes / seconds / 1e9, 100 * one.bytes / seconds / bandwidth, one.operations / seconds / 1e9,
                    one.operations / one.best() / 1e9);
    }
    if (!options.json.empty() && !writeJson(options.json, device->info().name, bandwidth, list)) {
        std::fprintf(stderr, "bench_kernels: could not write %s\n", options.json.c_str());
        return 1;
    }
    return 0;
}
