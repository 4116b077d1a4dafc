#pragma once

#include "kernels/plugin/addressed_queue.h"

#include <array>
#include <initializer_list>
#include <limits>

/// Small things that turn an op's arguments into a launch.
namespace conclave::kernels
{

inline constexpr std::int64_t kMostElements = std::numeric_limits<std::int32_t>::max();
inline constexpr std::int64_t kMostTiles = 65535;
inline constexpr Status kForeign = Status::invalid("a tensor lies in another device's memory");
inline constexpr Status kTooLarge = Status::unsupported("more elements than this device counts in one op");
inline constexpr Status kFarApart = Status::unsupported("rows lie further apart than this device counts");
inline constexpr Status kOtherType = Status::unsupported("weights of a type that this device does not read yet");

inline std::uint32_t count(std::int64_t value)
{
    return static_cast<std::uint32_t>(value);
}
inline std::uint64_t stride(const Tensor &tensor, std::size_t axis)
{
    return static_cast<std::uint64_t>(tensor.strideBytes[axis]);
}

inline std::uint32_t groupsFor(std::int64_t elements)
{
    return count((elements + kGroupThreads - 1) / kGroupThreads);
}

inline bool smallStride(const Tensor &tensor, std::size_t axis, std::uint32_t &bytes)
{
    bytes = static_cast<std::uint32_t>(tensor.strideBytes[axis]);
    return tensor.strideBytes[axis] >= 0 && tensor.strideBytes[axis] <= kMostElements;
}

inline bool smallStrides(const Tensor &tensor, std::uint32_t &outer, std::uint32_t &inner)
{
    return smallStride(tensor, 0, outer) && smallStride(tensor, 1, inner);
}

/// Merges all axes but the last into one. False when their rows are not evenly spaced.
inline bool rowStride(const Tensor &tensor, std::uint64_t &bytes)
{
    bytes = 0;
    std::int64_t expected = 0;
    for (int axis = tensor.rank - 2; axis >= 0; --axis) {
        const auto index = static_cast<std::size_t>(axis);
        if (tensor.shape[index] == 1)
            continue;
        if (expected == 0)
            bytes = stride(tensor, index);
        else if (tensor.strideBytes[index] != expected)
            return false;
        expected = tensor.strideBytes[index] * tensor.shape[index];
    }
    return true;
}

/// Calls `run` with the tensors, or with parts of them along the first axis, such that the rows of each are evenly spaced.
template <std::size_t count, class Run>
Status eachEvenPart(const std::array<Tensor, count> &tensors, const Run &run)
{
    bool even = true;
    std::uint64_t bytes = 0;
    for (const Tensor &tensor : tensors)
        even = even && rowStride(tensor, bytes);
    if (even)
        return run(tensors);
    for (std::int64_t i = 0; i < tensors[0].shape[0]; ++i) {
        std::array<Tensor, count> parts = tensors;
        for (Tensor &part : parts)
            part = part.at(i);
        if (const Status status = eachEvenPart(parts, run); !status.ok())
            return status;
    }
    return Status::success();
}

/// Product of counts that are each at most 2^31, or kMostElements + 1 when it is larger than that.
inline std::int64_t product(std::initializer_list<std::int64_t> counts)
{
    std::int64_t result = 1;
    for (const std::int64_t value : counts) {
        if (value == 0)
            return 0;
        result = result > kMostElements / value ? kMostElements + 1 : result * value;
    }
    return result;
}

/// kMostElements + 1 when there are more.
inline std::int64_t elementsOf(const Tensor &tensor)
{
    const auto axis = [&tensor](int index) { return tensor.rank > index ? tensor.shape[static_cast<std::size_t>(index)] : 1; };
    return product({axis(0), axis(1), axis(2), axis(3)});
}

template <class Call>
Launch launchOf(KernelId kernel, const Call &call, std::uint32_t groups)
{
    static_assert(sizeof(Call) <= kLargestCall);
    Launch launch;
    launch.kernel = kernel;
    launch.groups = groups;
    launch.call = std::as_bytes(std::span(&call, 1));
    return launch;
}

template <class Call, class Groups>
Status AddressedQueue::rowsToRows(KernelId kernel, const Tensor &in, const Tensor &out, Call call, const Groups &groupsOf)
{
    return eachEvenPart(std::array{in, out}, [&](const std::array<Tensor, 2> &parts) {
        if (!locate(parts[0], call.in) || !locate(parts[1], call.out))
            return kForeign;
        const std::int64_t elements = elementsOf(parts[0]);
        if (elements == 0)
            return Status::success();
        if (elements > kMostElements)
            return kTooLarge;
        (void)rowStride(parts[0], call.inStride);
        (void)rowStride(parts[1], call.outStride);
        call.rows = count(parts[0].rows());
        call.width = count(parts[0].rowLength());
        return launch(launchOf(kernel, call, groupsOf(call.rows, elements)));
    });
}

/// Of rowsToRows: a group computes a row, or a thread a value.
inline std::uint32_t groupOfRow(std::uint32_t rows, std::int64_t)
{
    return rows;
}
inline std::uint32_t groupsOfValues(std::uint32_t, std::int64_t elements)
{
    return groupsFor(elements);
}

} // namespace conclave::kernels
