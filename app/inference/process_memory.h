#pragma once

#include <QtGlobal>

namespace conclave::app
{

/// Resident memory of this process in bytes; 0 where the system does not tell.
quint64 processMemoryBytes();

} // namespace conclave::app
