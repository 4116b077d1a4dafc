#include "engine/api/forecast.h"
#include "engine/base/available_memory.h"
#include "engine/forecast/mapped_memory.h"
#include "engine/forecast/op_probes.h"
#include "engine/forecast/probe.h"
#include "engine/forecast/weight_probe.h"
#include "engine/generate/engine_setup.h"

#include <algorithm>
#include <new>
#include <optional>
#include <vector>

namespace conclave::engine
{
namespace
{

using kernels::DType;

std::optional<DType> typeOf(const std::string &name)
{
    for (int id = 0; id < 64; ++id) {
        const auto type = static_cast<DType>(id);
        if (kernels::blockLayout(type).bytes != 0 && name == kernels::dtypeName(type))
            return type;
    }
    return std::nullopt;
}

class ProcessorProbe final : public MachineProbe
{
public:
    ProcessorProbe(std::unique_ptr<kernels::Device> device, const MachineNeeds &needs)
        : m_device(std::move(device)), m_probe(*m_device, weightBytes(needs), contextBytes(needs)), m_small(m_probe)
    {
        m_speed.device = m_device->info().name;
        m_speed.memoryBytes = m_device->info().memoryBytes;
        m_speed.limitBytes = memoryLimit();
        for (const std::string &name : needs.types) {
            const auto type = typeOf(name);
            if (!type || *type == DType::kI32)
                continue;
            m_types.emplace_back(m_probe, *type);
            m_speed.types.emplace_back().type = name;
        }
        for (const std::string &name : needs.contexts) {
            const auto type = typeOf(name);
            if (!type)
                continue;
            m_contexts.emplace_back(m_probe, *type);
            m_speed.contexts.emplace_back().type = name;
        }
        if (!needs.file.empty())
            m_mapped = MappedMemory::open(needs.file, *m_device);
    }

    Result<MachineSpeed> measure(std::stop_token stop, MachineWork work) override
    {
        if (!m_probe.ok())
            return noMemory("probe");
        m_probe.setStop(stop);
        m_small.measure(m_probe, m_speed);
        for (std::size_t i = 0; i < m_contexts.size(); ++i)
            m_contexts[i].measure(m_probe, work, m_speed.contexts[i]);
        for (std::size_t i = 0; i < m_types.size(); ++i)
            m_types[i].measure(m_probe, work, m_speed.types[i]);
        m_speed.readBytes = 0;
        for (const MachineSpeed::Type &one : m_speed.types)
            m_speed.readBytes = std::max(m_speed.readBytes, one.denseBytes);
        if (m_mapped && work != MachineWork::kPrompts && !stop.stop_requested())
            compareMapped(m_mapped->measure());
        if (stop.stop_requested())
            return Error{ErrorCode::kCancelled, "Measuring the machine was stopped.", "stop requested"};
        return m_speed;
    }

    static Error noMemory(const char *context)
    {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to measure this machine. Close other programs.", context};
    }

private:
    static std::size_t weightBytes(const MachineNeeds &needs)
    {
        std::size_t most = 0;
        for (const std::string &name : needs.types) {
            if (const auto type = typeOf(name))
                most = std::max(most, WeightProbe::weightBytes(*type));
        }
        return most;
    }

    static std::size_t contextBytes(const MachineNeeds &needs)
    {
        std::size_t most = 0;
        for (const std::string &name : needs.contexts) {
            if (const auto type = typeOf(name))
                most = std::max(most, AttentionProbe::contextBytes(*type));
        }
        return most;
    }

    /// What was read of the mapped file beside the same types in memory of our own: its pages may be small ones where ours are huge.
    void compareMapped(const MappedMemory::Rates &rates)
    {
        m_speed.narrowBytes = rates.narrowBytes;
        m_speed.wideBytes = rates.wideBytes;
        m_speed.wideSpan = rates.wideSpan;
        double own = 0; // seconds that a byte of the narrow part's types takes
        bool known = rates.narrowBytes > 0;
        for (const auto &[type, share] : rates.narrowShares) {
            const MachineSpeed::Type *one = m_speed.find(kernels::dtypeName(type));
            known = known && one != nullptr && one->expertBytes > 0;
            own += known ? share / one->expertBytes : 0;
        }
        m_speed.mappedExpertSeconds = known ? 1 / rates.narrowBytes - own : 0;
        const MachineSpeed::Type *dense = m_speed.find(kernels::dtypeName(rates.denseType));
        const bool both = rates.denseBytes > 0 && dense != nullptr && dense->denseBytes > 0;
        m_speed.mappedDenseSeconds = both ? 1 / rates.denseBytes - 1 / dense->denseBytes : 0;
    }

    std::unique_ptr<kernels::Device> m_device;
    MachineSpeed m_speed; ///< as measured last
    Probe m_probe;
    SmallProbe m_small;
    std::vector<WeightProbe> m_types;       ///< of m_speed.types
    std::vector<AttentionProbe> m_contexts; ///< of m_speed.contexts
    std::optional<MappedMemory> m_mapped;
};

} // namespace

std::uint64_t machineMemory()
{
    const auto device = processorFor({});
    return device ? device->info().memoryBytes : 0;
}

std::string machineName(const EngineOptions &options)
{
    const auto device = processorFor(options);
    return device ? device->info().name : std::string();
}

std::uint64_t memoryLimit()
{
    const std::uint64_t memory = machineMemory();
    const std::uint64_t limit = memoryLimitBytes(memory);
    return limit < memory ? limit : 0;
}

Result<std::unique_ptr<MachineProbe>> createMachineProbe(const EngineOptions &options, const MachineNeeds &needs)
{
    try {
        auto device = processorFor(options);
        if (!device)
            return Error{ErrorCode::kDeviceFailure, "The processor could not be made ready for computing.", "createCpuDevice"};
        return std::unique_ptr<MachineProbe>(std::make_unique<ProcessorProbe>(std::move(device), needs));
    } catch (const std::bad_alloc &) {
        return ProcessorProbe::noMemory("bad_alloc");
    }
}

Result<MachineSpeed> measureMachine(const EngineOptions &options, const MachineNeeds &needs, std::stop_token stop)
{
    auto probe = createMachineProbe(options, needs);
    return probe ? (*probe)->measure(std::move(stop), MachineWork::kAll) : probe.takeError();
}

} // namespace conclave::engine
