#pragma once

#include "engine/generate/timeline.h"

#include <filesystem>

/// Timelines as files, so that a long conversation opened again needs no prefill.
namespace conclave::engine
{

/// Writes a new file and puts it in the place of `file` only when it is complete. Errors name the file: kWriteFailed, kDeviceFailure.
Result<Done> saveTimeline(const Timeline &timeline, std::uint64_t model, const std::filesystem::path &file);
/// Errors as Timeline::load's, naming the file, and kFileNotFound; kBadFormat too when the bytes are not those that were written.
Result<Done> loadTimeline(Timeline &timeline, std::uint64_t model, int vocabulary, const std::filesystem::path &file);

} // namespace conclave::engine
