#pragma once

#include <string>
#include <vector>

/// What watching the experts costs, and whether the alarm can be trusted on a real model.
namespace conclave::bench
{

/// What counting adds to a decode step, what a look takes as the panel of experts takes it, and answers looked at and not, by turns.
void watchExperts(const std::string &file, int rounds);

/// The collapse alarm on what a chart reader's router really chose: sessions are put together by chance of the answers on `charts` (PPM
/// files), and collapses planted in them.
void findCollapses(const std::string &file, const std::vector<std::string> &charts);

} // namespace conclave::bench
