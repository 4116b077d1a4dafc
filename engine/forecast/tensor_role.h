#pragma once

#include <string_view>

/// What a tensor's name tells of it.
namespace conclave::engine
{

/// The layer it belongs to: 12 of "blk.12.attn_q.weight"; -1: to none.
int layerOf(std::string_view name);

/// Weights or biases of routed experts.
bool isRoutedExpert(std::string_view name);

/// What turns pictures into rows or keys, in the model's file or in a projector's.
bool isVision(std::string_view name);

} // namespace conclave::engine
