#pragma once

#include <string>
#include <vector>

/// Models divided between a card and memory.
namespace conclave::bench
{

/// Tokens a second of `file` on a card of `device` ("vulkan", "cuda"; its plugin in `plugins`) of which so many gigabytes may be taken:
/// with experts of whole layers, as when nothing is known, and with those that were used most by then, beside what was forecast and what
/// share of all calls the card had. Tokens are as frequent as words of a text, the second time others. Each for `seconds`; `memory`
/// gigabytes for what is not on the card (0: what is free).
void compareCardExperts(const std::string &file, const std::string &device, const std::string &plugins,
                        const std::vector<double> &gigabytes, double memory, double seconds);

} // namespace conclave::bench
