#pragma once

#include "engine/model/step.h"

/// Pictures in the sequence: their rows take the place of embeddings, and more of them are added after the first layers.
namespace conclave::engine
{

/// x = rows of level 0, where pictures stand.
inline void placeImageRows(Step &step)
{
    for (const ImageRows &rows : step.imageRows)
        step.ops.run(&kernels::Queue::copy,
                     kernels::CopyArgs{rows.image->rows(0).slice(rows.row, rows.count), step.scratch.x.slice(rows.token, rows.count)});
}

/// After layer `layer`: x += rows of level layer + 1, where pictures stand that have them (DeepStack, Meng et al. 2024).
inline void addImageLevel(Step &step, int layer)
{
    for (const ImageRows &rows : step.imageRows) {
        if (layer + 1 < rows.image->levels())
            step.ops.add(rows.image->rows(layer + 1).slice(rows.row, rows.count), step.scratch.x.slice(rows.token, rows.count));
    }
}

} // namespace conclave::engine
