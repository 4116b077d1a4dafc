#pragma once

#include "kernels/core/dtype.h"

#include <cstdint>
#include <vector>

/// What a sequence must remember, layer by layer. Plain values.
namespace conclave::engine
{

/// One layer's part of a cache. Layers that attend keep keys and values; recurrent layers keep states; compressed attention keeps both,
/// and rows that each stand for several positions.
struct KvLayerShape
{
    int kvHeads = 0;           ///< Hkv; 0: no keys of its own
    int keyWidth = 0;          ///< values of a key in one head
    int valueWidth = 0;        ///< the same of a value
    bool valuesInKeys = false; ///< values are the first columns of the keys (MLA's latent row)
    int sharedWith = -1;       ///< an earlier layer whose keys and values serve here too
    int window = 0;            ///< positions that a query reads; 0: all. For accounts only: every position is kept

    /// F32 rows of `width` values, one for each `ratio` positions.
    struct Rows
    {
        int width = 0;
        int ratio = 1;
    };
    std::vector<Rows> rows;
    std::vector<std::int64_t> states; ///< F32 values of each state, which every token changes

    bool hasKeys() const { return kvHeads > 0 && sharedWith < 0; }
};

struct KvShape
{
    kernels::DType type = kernels::DType::kF16; ///< of keys and values: kF32, kF16 or kQ8_0
    std::vector<KvLayerShape> layers;
    bool keepsStates = false; ///< the layers with states can keep them in the midst of a pass (KvCache::keepStates)
    int waitingWidth = 0;     ///< of hidden rows that wait for a block which predicts further tokens; 0: there is none

    /// `layers` attending layers that are all alike.
    static KvShape uniform(int layers, int kvHeads, int headDim, kernels::DType type);

    /// Bytes of one key (which 0) or value (which 1) row of all heads of a layer; 0 where it keeps none of its own.
    std::uint64_t rowBytes(int layer, int which) const;
    /// Bytes of one position in pages: keys and values of all layers.
    std::uint64_t pagedBytesPerToken() const;
    /// Bytes kept for one more position, all layers, rows counted by their share.
    std::uint64_t bytesPerToken() const;
    /// Bytes that attention reads at `position`.
    std::uint64_t bytesRead(int position) const;
    /// True when some layer has a state: such a sequence goes back only to checkpoints.
    bool recurrent() const;
};

} // namespace conclave::engine
