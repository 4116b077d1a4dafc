#include "engine/generate/timeline.h"

#include "engine/cache/stream_bytes.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace conclave::engine
{
namespace
{

/// A peer's beginning is worth taking over when it is this much longer than one's own: about a page.
constexpr int kWorthTaking = 64;

constexpr std::array<char, 8> kMagic = {'C', 'N', 'C', 'L', 'A', 'V', 'K', '2'};

/// The fixed part of a saved timeline, little-endian as all machines are that we run on.
struct Header
{
    std::array<char, 8> magic = kMagic;
    std::uint64_t model = 0;
    std::uint64_t shape = 0; ///< bytesPerToken and type: other settings of the same model do not fit
    std::uint64_t imageLow = 0;
    std::uint64_t imageHigh = 0;
    std::uint64_t tokens = 0;
    std::uint64_t passRuns = 0;
};
static_assert(sizeof(Header) == 56);

/// A PassRun; its dropped tokens follow.
struct SavedRun
{
    std::int32_t tokens = 0;
    std::int32_t times = 0;
    std::int32_t dropped = 0;
};
static_assert(sizeof(SavedRun) == 12);

std::uint64_t shapeCode(const KvShape &shape)
{
    return shape.bytesPerToken() << 8 | static_cast<std::uint64_t>(shape.type);
}

template <typename T>
std::span<const std::byte> bytesOf(const std::vector<T> &values)
{
    return std::as_bytes(std::span(values));
}

} // namespace

Timeline::Timeline(std::unique_ptr<KvCache> cache, Peers &peers, int capacity) : m_cache(std::move(cache)), m_peers(peers)
{
    m_tokens.reserve(static_cast<std::size_t>(capacity));
    m_peers.push_back(this);
}

Timeline::~Timeline()
{
    std::erase(m_peers, this);
}

int Timeline::commonWith(std::span<const TokenId> prompt, const ImageKey &image) const
{
    if (!(m_image == image) || prompt.empty())
        return 0;
    const std::size_t most = std::min(m_tokens.size(), prompt.size() - 1);
    const auto differs = std::mismatch(prompt.begin(), prompt.begin() + static_cast<std::ptrdiff_t>(most), m_tokens.begin());
    return static_cast<int>(differs.first - prompt.begin());
}

/// Of the peer that has most to give. `common` is the most that any of them shares.
Timeline::Offer Timeline::bestOffer(std::span<const TokenId> prompt, const ImageKey &image) const
{
    Offer best;
    for (const Timeline *peer : m_peers) {
        const int common = peer == this ? 0 : peer->commonWith(prompt, image);
        const int usable = m_notesPasses ? peer->m_passes.sharedCut(common) : common;
        if (usable > best.usable) {
            best.peer = peer;
            best.usable = usable;
        }
        best.common = std::max(best.common, common);
    }
    return best;
}

/// Takes the peer's beginning in place of the `own` tokens that could be kept. False when that brings nothing.
bool Timeline::takeOver(const Offer &offer, std::span<const TokenId> prompt, int own)
{
    auto forked = offer.peer->m_cache->fork(offer.usable);
    if (!forked)
        return false;
    int taken = (*forked)->length();
    if (m_notesPasses && taken < offer.usable)
        taken = (*forked)->truncate(offer.peer->m_passes.sharedCut(taken));
    if (taken <= own)
        return false;
    m_cache = std::move(*forked);
    m_tokens.assign(prompt.begin(), prompt.begin() + taken);
    m_passes = offer.peer->m_passes;
    m_passes.truncate(taken, offer.peer->m_tokens);
    return true;
}

int Timeline::resume(std::span<const TokenId> prompt, const ImageKey &image)
{
    const int common = commonWith(prompt, image);
    const int own = m_notesPasses ? m_passes.cut(common, m_tokens) : common;
    const Offer offer = bestOffer(prompt, image);
    if (offer.usable < own + kWorthTaking || !takeOver(offer, prompt, own))
        truncate(own);
    m_image = image;
    const int furthest = std::max(common, offer.common);
    const bool learns = m_notesPasses && m_cache->truncatesAnywhere() && furthest >= length() + kWorthTaking;
    m_cutAt = learns ? furthest : 0;
    return length();
}

void Timeline::restart(const ImageKey &image)
{
    truncate(0);
    m_image = image;
    m_cutAt = 0;
}

void Timeline::append(std::span<const TokenId> tokens, bool ahead)
{
    if (m_notesPasses && !ahead && m_passes.length() == length())
        m_passes.add(static_cast<int>(tokens.size()));
    m_tokens.insert(m_tokens.end(), tokens.begin(), tokens.end());
}

void Timeline::followCache()
{
    m_passes.truncate(m_cache->length(), m_tokens);
    m_tokens.resize(static_cast<std::size_t>(m_cache->length()));
}

void Timeline::truncate(int length)
{
    m_cache->truncate(length);
    followCache();
}

void Timeline::restart(std::unique_ptr<KvCache> cache)
{
    m_cache = std::move(cache);
    m_tokens.clear();
    m_image = {};
}

Result<Done> Timeline::save(std::ostream &out, std::uint64_t model) const
{
    Header header;
    header.model = model;
    header.shape = shapeCode(m_cache->shape());
    header.imageLow = m_image.low;
    header.imageHigh = m_image.high;
    header.tokens = m_tokens.size();
    header.passRuns = m_passes.runs().size();
    if (auto written = writeBytes(out, std::as_bytes(std::span(&header, 1))); !written)
        return written;
    if (auto written = writeBytes(out, bytesOf(m_tokens)); !written)
        return written;
    for (const PassRun &run : m_passes.runs()) {
        const SavedRun saved{run.tokens, run.times, static_cast<std::int32_t>(run.dropped.size())};
        if (auto written = writeBytes(out, std::as_bytes(std::span(&saved, 1))); !written)
            return written;
        if (auto written = writeBytes(out, bytesOf(run.dropped)); !written)
            return written;
    }
    return m_cache->save(out);
}

Result<Done> Timeline::load(std::istream &in, std::uint64_t model, int vocabulary)
{
    auto done = read(in, model, vocabulary);
    if (!done)
        truncate(0);
    return done;
}

/// Of `length` tokens, already read.
Result<Done> Timeline::readPasses(std::istream &in, std::uint64_t runs)
{
    const auto damaged = [] {
        return Error{ErrorCode::kBadFormat, "The saved context is damaged. It is computed anew.", "snapshot: passes"};
    };
    if (runs > m_tokens.size())
        return damaged();
    std::vector<PassRun> told(runs);
    for (PassRun &run : told) {
        SavedRun saved;
        if (auto got = readBytes(in, std::as_writable_bytes(std::span(&saved, 1))); !got)
            return got;
        if (saved.dropped < 0 || saved.dropped > m_cache->capacity())
            return damaged();
        run = {saved.tokens, saved.times, std::vector<std::int32_t>(static_cast<std::size_t>(saved.dropped))};
        if (auto got = readBytes(in, std::as_writable_bytes(std::span(run.dropped))); !got)
            return got;
    }
    return m_passes.restore(std::move(told), length()) ? Result<Done>(Done{}) : damaged();
}

Result<Done> Timeline::read(std::istream &in, std::uint64_t model, int vocabulary)
{
    m_tokens.clear();
    m_passes = {};
    Header header;
    if (auto got = readBytes(in, std::as_writable_bytes(std::span(&header, 1))); !got)
        return got;
    if (header.magic != kMagic)
        return Error{ErrorCode::kBadFormat, "This is not a saved context of this version. It is computed anew.", "snapshot: magic"};
    if (header.model != model || header.shape != shapeCode(m_cache->shape()))
        return Error{ErrorCode::kInvalidRequest, "The saved context belongs to another model or other settings. It is computed anew.",
                     "snapshot: model or shape"};
    if (header.tokens > static_cast<std::uint64_t>(m_cache->capacity()))
        return Error{ErrorCode::kContextFull, "The saved context is longer than this context. It is computed anew.", "snapshot: tokens"};
    m_tokens.resize(header.tokens);
    if (auto got = readBytes(in, std::as_writable_bytes(std::span(m_tokens))); !got)
        return got;
    if (std::any_of(m_tokens.begin(), m_tokens.end(), [&](TokenId token) { return token >= vocabulary; }))
        return Error{ErrorCode::kBadFormat, "The saved context is damaged. It is computed anew.", "snapshot: token out of range"};
    m_image = {header.imageLow, header.imageHigh};
    if (auto passes = readPasses(in, header.passRuns); !passes)
        return passes;
    return m_cache->load(in, length());
}

} // namespace conclave::engine
