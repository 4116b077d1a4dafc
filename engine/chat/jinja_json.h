#pragma once

#include "engine/chat/jinja_value.h"

#include <nlohmann/json.hpp>

namespace conclave::engine::jinja
{

/// Numbers beyond 64 bits become floating.
Value fromNlohmann(Heap &heap, const nlohmann::ordered_json &json, int depth = 0);

} // namespace conclave::engine::jinja
