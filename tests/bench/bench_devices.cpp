#include "kernels/plugin/plugin_loader.h"
#include "tests/bench/device_step.h"
#include "tests/bench/device_times.h"
#include "tests/plugins/op_cases.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

/// Checks and times a device plugin on a machine that has nothing but the driver: no Qt.
///   bench_devices check PLUGIN [TEXT]   everything whose name contains TEXT, against the float64 reference. Each run of cases is a
///                                       process of its own, so that a crash or a lost device costs one case
///   bench_devices time PLUGIN [TEXT]    matrix products, norms and attention through the queue, by the wall clock: launches and waits
///   included bench_devices steps PLUGIN          whole steps of a large model's shape
/// PLUGIN is conclave_cuda or conclave_vulkan, beside this program, or cpu. The first device that is no software is taken; with
/// CONCLAVE_ANY_DEVICE=1 any. With CONCLAVE_ONE_PROCESS=1 nothing is forked (for compute-sanitizer). Exits with 0 when all is right, 1 when
/// not, 77 without a device.
namespace
{

namespace bench = conclave::bench;
using namespace conclave::kernels;
using namespace conclave::tests;
using Clock = std::chrono::steady_clock;

constexpr int kNoDevice = 77;
constexpr unsigned kCaseSeconds = 8; ///< a case that hangs is ended by SIGALRM

struct Opened
{
    std::unique_ptr<PluginLoader> loader;
    std::unique_ptr<Device> device;
};

Opened openDevice(const std::string &folder, const std::string &plugin)
{
    Opened opened;
    if (plugin == "cpu") {
        opened.device = createCpuDevice();
        return opened;
    }
    opened.loader = std::make_unique<PluginLoader>(folder, PluginOptions{}, std::vector<std::string>{plugin});
    const PluginReport &report = opened.loader->reports().front();
    if (report.devices.empty())
        std::printf("%s: no card: %s\n", plugin.c_str(), report.reason.c_str());
    const bool any = std::getenv("CONCLAVE_ANY_DEVICE") != nullptr;
    for (std::size_t i = 0; i < report.devices.size() && opened.device == nullptr; ++i) {
        if (report.devices[i].software != 0 && !any) {
            std::printf("%s: no card: only %s\n", plugin.c_str(), report.devices[i].name);
            continue;
        }
        std::string reason;
        opened.device = opened.loader->createDevice(0, i, reason);
        if (opened.device == nullptr)
            std::printf("%s: %s: %s\n", plugin.c_str(), report.devices[i].name, reason.c_str());
    }
    return opened;
}

/// Something to hold a device to: empty, or what is wrong. Throws when the device is lost.
struct Check
{
    std::string name;
    std::function<std::string(Device &, Device &reference)> run;
};

std::string compareWithReference(const NamedCase &one, Device &device, Device &reference)
{
    Side actual(device);
    Side expected(reference);
    Tensor actualOut;
    Tensor expectedOut;
    if (const Status status = one.run(expected, expectedOut); !status.ok())
        return std::string("the reference refused: ") + status.text;
    if (const Status status = one.run(actual, actualOut); !status.ok()) {
        if (status.code == StatusCode::kDeviceLost)
            throw std::runtime_error(status.text);
        return one.optional && status.code == StatusCode::kUnsupported ? "" : status.text;
    }
    const std::vector<float> got = actual.read(actualOut);
    const std::vector<float> wanted = expected.read(expectedOut);
    if (!one.name.empty())
        std::printf("  %8.1e of %8.1e  %s\n", largestError(got, wanted), one.tolerance, one.name.c_str());
    return difference(got, wanted, one.tolerance);
}

std::string memoryKeepsWhatIsUploaded(Device &device, Device &)
{
    constexpr std::int64_t kCount = 10'000'001; // odd, and two bytes off a word
    for (int round = 0; round < 3; ++round) {
        const std::unique_ptr<Buffer> buffer = device.allocate(2 * kCount + 6);
        if (buffer == nullptr)
            return "no memory";
        const Tensor tensor = Tensor::packed(DType::kF16, {kCount}, buffer.get(), 2);
        Bytes back(2 * kCount, std::byte{1});
        if (!device.download(back, tensor).ok() || back != Bytes(2 * kCount, std::byte{0}))
            return "new memory is not zero";
        Bytes sent(2 * kCount);
        for (std::size_t i = 0; i < sent.size(); ++i)
            sent[i] = static_cast<std::byte>(i * 2654435761U >> 13);
        if (!device.upload(tensor, sent).ok() || !device.download(back, tensor).ok() || back != sent)
            return "what came back is not what was sent";
    }
    return {};
}

std::string tooLargeAllocationsAreNull(Device &device, Device &)
{
    if (device.allocate(std::numeric_limits<std::size_t>::max()) != nullptr || device.allocate(device.info().memoryBytes * 2) != nullptr)
        return "more memory than there is";
    if (std::getenv("CONCLAVE_ANY_DEVICE") != nullptr)
        return {}; // a software device would take the machine's memory
    const std::unique_ptr<Buffer> most = device.allocate(device.info().memoryBytes / 4 * 3); // may fail: others use the card
    if (most != nullptr && device.allocate(device.info().memoryBytes / 4 * 3) != nullptr)
        return "more memory than there is, in two";
    return device.allocate(100) == nullptr ? "no memory afterwards" : "";
}

std::string threadsEachHaveTheirQueue(Device &device, Device &reference)
{
    const NamedCase block{"", [](Side &side, Tensor &out) { return queueBlock(side, 4, out); }, 1e-3};
    std::array<std::string, 3> wrong;
    {
        std::vector<std::jthread> threads;
        for (std::string &mine : wrong)
            threads.emplace_back([&] {
                try {
                    for (int i = 0; i < 5 && mine.empty(); ++i)
                        mine = compareWithReference(block, device, reference);
                } catch (const std::exception &error) {
                    mine = error.what();
                }
            });
    }
    return wrong[0] + wrong[1] + wrong[2];
}

/// The op cases; shapes of Qwen3-30B-A3B, whose sums of thousands are held to what float32 gives; and memory and threads.
std::vector<Check> checks(const std::string &text)
{
    std::vector<NamedCase> cases = allCases();
    for (const DType type : kWeightTypes)
        for (const MatmulShape shape :
             {MatmulShape{4096, 2048, 1}, MatmulShape{2048, 4096, 2}, MatmulShape{768, 2048, 33}, MatmulShape{256, 768, 130}})
            cases.push_back({"matmul " + std::string(dtypeName(type)) + " " + std::to_string(shape.rows) + "x" +
                                 std::to_string(shape.width) + ", " + std::to_string(shape.tokens) + " tokens",
                             matmulCase(type, shape, Activation::kNone, false, false), 2e-4});
    cases.push_back({"a block of ops, queued in one go", [](Side &side, Tensor &out) { return queueBlock(side, 20, out); }, 1e-3});
    std::vector<Check> all{{"memory keeps what is uploaded", memoryKeepsWhatIsUploaded}};
    for (const NamedCase &one : cases)
        all.push_back({one.name, [one](Device &device, Device &reference) { return compareWithReference(one, device, reference); }});
    all.push_back({"threads each have their queue", threadsEachHaveTheirQueue});
    all.push_back({"too large allocations are null", tooLargeAllocationsAreNull});
    std::erase_if(all, [&](const Check &one) { return one.name.find(text) == std::string::npos; });
    return all;
}

/// Empty, or what is wrong; `lost`: the process can do no more.
std::string runCheck(Device &device, Device &reference, const Check &one, bool &lost)
{
    try {
        return one.run(device, reference);
    } catch (const std::exception &error) { // a transfer or finish() failed
        lost = true;
        return error.what();
    }
}

/// Runs cases from `first` on; writes the index of each case to `progress` before it starts. Returns the number of wrong ones.
int checkFrom(const std::string &folder, const std::string &plugin, const std::vector<Check> &cases, std::size_t first, int progress)
{
    const Opened opened = openDevice(folder, plugin);
    if (opened.device == nullptr)
        return kNoDevice;
    if (first == 0)
        std::printf("%s: %s\n", plugin.c_str(), opened.device->info().name.c_str());
    const std::unique_ptr<Device> reference = createReferenceDevice();
    int wrong = 0;
    bool lost = false;
    for (std::size_t i = first; i < cases.size() && !lost; ++i) {
        const auto index = static_cast<std::uint32_t>(i);
        if (write(progress, &index, sizeof index) != sizeof index)
            return 1;
        alarm(kCaseSeconds);
        const std::string text = runCheck(*opened.device, *reference, cases[i], lost);
        alarm(0);
        if (text.empty())
            continue;
        std::printf("WRONG %s: %s\n", cases[i].name.c_str(), text.c_str());
        std::fflush(stdout);
        wrong = 1;
    }
    std::fflush(stdout);
    if (lost)
        _exit(2); // a lost device cannot be taken down in order
    return wrong;
}

/// The last index a child wrote.
std::size_t lastIndex(int progress)
{
    std::uint32_t index = 0;
    while (read(progress, &index, sizeof index) == sizeof index) {
    }
    return index;
}

/// All cases, in as many processes as it takes: 0, 1 or kNoDevice.
int checkInProcesses(const std::string &folder, const std::string &plugin, const std::vector<Check> &cases)
{
    std::size_t first = 0;
    int result = 0;
    while (first < cases.size()) {
        int ends[2];
        if (pipe(ends) != 0)
            return 1;
        std::fflush(stdout);
        const pid_t child = fork();
        if (child < 0)
            return 1;
        if (child == 0) {
            close(ends[0]);
            const int answer = checkFrom(folder, plugin, cases, first, ends[1]);
            std::fflush(stdout);
            _exit(answer);
        }
        close(ends[1]);
        const std::size_t last = lastIndex(ends[0]);
        close(ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == kNoDevice)
            return kNoDevice;
        if (WIFEXITED(status) && WEXITSTATUS(status) < 2)
            return result | WEXITSTATUS(status);
        if (WIFSIGNALED(status))
            std::printf("WRONG %s: ended by signal %d\n", cases[last].name.c_str(), WTERMSIG(status));
        result = 1;
        first = last + 1;
    }
    return result;
}

int check(const std::string &folder, const std::string &plugin, const std::string &text)
{
    const std::vector<Check> cases = checks(text);
    const auto start = Clock::now();
    const bool alone = std::getenv("CONCLAVE_ONE_PROCESS") != nullptr;
    const int result = alone ? checkFrom(folder, plugin, cases, 0, open("/dev/null", O_WRONLY)) : checkInProcesses(folder, plugin, cases);
    if (result == kNoDevice)
        return result;
    std::printf("%s: %zu cases, %s, %.1f s\n", plugin.c_str(), cases.size(), result == 0 ? "all right" : "NOT ALL RIGHT",
                std::chrono::duration<double>(Clock::now() - start).count());
    return result;
}

int timeAll(const std::string &folder, const std::string &plugin, const std::string &text)
{
    const Opened opened = openDevice(folder, plugin);
    if (opened.device == nullptr)
        return kNoDevice;
    std::printf("%s, through the queue, by the wall clock:\n", opened.device->info().name.c_str());
    if (bench::timeOps(*opened.device, text))
        return 0;
    std::printf("WRONG: an op was refused or the device was lost\n");
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    const std::string what = argc > 2 ? argv[1] : "";
    std::string folder = argv[0];
    folder = folder.find('/') == std::string::npos ? "." : folder.substr(0, folder.rfind('/'));
    if (what == "check")
        return check(folder, argv[2], argc > 3 ? argv[3] : "");
    if (what == "time")
        return timeAll(folder, argv[2], argc > 3 ? argv[3] : "");
    if (what == "steps") {
        const Opened opened = openDevice(folder, argv[2]);
        return opened.device == nullptr ? kNoDevice : bench::timeSteps(*opened.device, argc > 3 ? argv[3] : "all") ? 0 : 1;
    }
    std::fprintf(stderr, "bench_devices check|time|steps conclave_cuda|conclave_vulkan [TEXT]\n");
    return 2;
}
