#pragma once

#include "engine/cache/image_cache.h"
#include "engine/cache/kv_cache.h"
#include "engine/generate/pass_log.h"
#include "engine/text/tokenizer.h"

#include <iosfwd>
#include <memory>
#include <span>
#include <vector>

/// What one session has computed so far, and what of it a new prompt can use. Engine thread only.
namespace conclave::engine
{

/// The tokens whose keys and values a cache holds, with the picture that they saw. Timelines of one model know each other, so that a
/// chat that begins like another one (the same instructions, a branch, the same document) does not compute its beginning again.
class Timeline
{
public:
    using Peers = std::vector<Timeline *>;

    /// `peers` outlives the timeline and holds it as long as it lives. `capacity` tokens are reserved.
    Timeline(std::unique_ptr<KvCache> cache, Peers &peers, int capacity);
    ~Timeline();
    Timeline(const Timeline &) = delete;
    Timeline &operator=(const Timeline &) = delete;

    /// Whether an answer that others do not know of builds on it: then it may not be made to forget.
    bool held = false;

    KvCache &cache() { return *m_cache; }
    const KvCache &cache() const { return *m_cache; }
    const std::vector<TokenId> &tokens() const { return m_tokens; }
    int length() const { return static_cast<int>(m_tokens.size()); }
    /// In which the tokens were computed.
    const PassLog &passes() const { return m_passes; }

    /// From now on passes are not noted, as they are shared with other answers.
    void noteNoPasses() { m_notesPasses = false; }
    /// Keeps what this timeline, or a peer that shares clearly more, has in common with `prompt`, but never its last token, whose logits
    /// are needed. Where passes are noted, peers give whole ones only. Returns the tokens kept.
    int resume(std::span<const TokenId> prompt, const ImageKey &image);
    /// Where a pass over the prompt should end although it could go on, so that the next conversation which begins like this one and
    /// another can take it over; 0: nowhere.
    int cutAt() const { return m_cutAt; }
    /// Begins anew, with nothing computed.
    void restart(const ImageKey &image);
    /// Notes tokens that the cache has taken in, in one pass; `ahead`: not all of them may stay.
    void append(std::span<const TokenId> tokens, bool ahead = false);
    /// Goes back to what the cache holds: after a failed pass.
    void followCache();
    /// Forgets tokens from `length` on; keeps fewer where the cache must.
    void truncate(int length);

    /// Empty again, with another cache: of a model that lies elsewhere.
    void restart(std::unique_ptr<KvCache> cache);

    /// All of it, for `model` (modelFingerprint). kWriteFailed, kDeviceFailure.
    Result<Done> save(std::ostream &out, std::uint64_t model) const;
    /// What `save` wrote, in place of what is here. kBadFormat for something else or damaged, kInvalidRequest when it belongs to another
    /// model or other settings, kFileTruncated, kContextFull, kOutOfMemory, kDeviceFailure: then the timeline is empty.
    Result<Done> load(std::istream &in, std::uint64_t model, int vocabulary);

private:
    /// What a peer has to give.
    struct Offer
    {
        const Timeline *peer = nullptr;
        int common = 0; ///< tokens
        int usable = 0; ///< of these
    };

    int commonWith(std::span<const TokenId> prompt, const ImageKey &image) const;
    Offer bestOffer(std::span<const TokenId> prompt, const ImageKey &image) const;
    bool takeOver(const Offer &offer, std::span<const TokenId> prompt, int own);
    Result<Done> readPasses(std::istream &in, std::uint64_t runs);
    Result<Done> read(std::istream &in, std::uint64_t model, int vocabulary);

    std::unique_ptr<KvCache> m_cache;
    Peers &m_peers;
    std::vector<TokenId> m_tokens;
    ImageKey m_image;
    PassLog m_passes;
    bool m_notesPasses = true;
    int m_cutAt = 0;
};

} // namespace conclave::engine
