#pragma once

#include <cstddef>
#include <optional>

namespace conclave::engine
{

/// Whether the page that `address` lies in can be read without the disk. Nothing where the system does not tell (anything but Linux).
/// Takes about a microsecond.
std::optional<bool> isResident(const std::byte *address);

} // namespace conclave::engine
