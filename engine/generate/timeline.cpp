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
constexpr std::size_t kWorthTaking = 64;

constexpr std::array<char, 8> kMagic = {'C', 'N', 'C', 'L', 'A', 'V', 'K', '1'};

/// The fixed part of a saved timeline, little-endian as all machines are that we run on.
struct Header
{
    std::array<char, 8> magic = kMagic;
    std::uint64_t model = 0;
    std::uint64_t shape = 0; ///< bytesPerToken and type: other settings of the same model do not fit
    std::uint64_t imageLow = 0;
    std::uint64_t imageHigh = 0;
    std::uint64_t tokens = 0;
};
static_assert(sizeof(Header) == 48);

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

std::size_t Timeline::commonWith(std::span<const TokenId> prompt, const ImageKey &image) const
{
    if (!(m_image == image) || prompt.empty())
        return 0;
    const std::size_t most = std::min(m_tokens.size(), prompt.size() - 1);
    const auto differs = std::mismatch(prompt.begin(), prompt.begin() + static_cast<std::ptrdiff_t>(most), m_tokens.begin());
    return static_cast<std::size_t>(differs.first - prompt.begin());
}

/// The peer that shares most, if that is clearly more than `own`.
const Timeline *Timeline::donor(std::span<const TokenId> prompt, const ImageKey &image, std::size_t own) const
{
    const Timeline *best = nullptr;
    std::size_t most = own + kWorthTaking - 1;
    for (const Timeline *peer : m_peers) {
        const std::size_t common = peer == this ? 0 : peer->commonWith(prompt, image);
        if (common > most) {
            most = common;
            best = peer;
        }
    }
    return best;
}

int Timeline::resume(std::span<const TokenId> prompt, const ImageKey &image)
{
    const std::size_t own = commonWith(prompt, image);
    if (const Timeline *peer = donor(prompt, image, own)) {
        auto forked = peer->m_cache->fork(static_cast<int>(peer->commonWith(prompt, image)));
        if (forked && (*forked)->length() > static_cast<int>(own)) {
            m_cache = std::move(*forked);
            m_tokens.assign(prompt.begin(), prompt.begin() + m_cache->length());
            m_image = image;
            return length();
        }
    }
    truncate(static_cast<int>(own));
    m_image = image;
    return length();
}

void Timeline::truncate(int length)
{
    m_cache->truncate(length);
    followCache();
}

Result<Done> Timeline::save(std::ostream &out, std::uint64_t model) const
{
    Header header;
    header.model = model;
    header.shape = shapeCode(m_cache->shape());
    header.imageLow = m_image.low;
    header.imageHigh = m_image.high;
    header.tokens = m_tokens.size();
    if (auto written = writeBytes(out, std::as_bytes(std::span(&header, 1))); !written)
        return written;
    if (auto written = writeBytes(out, bytesOf(m_tokens)); !written)
        return written;
    return m_cache->save(out);
}

Result<Done> Timeline::load(std::istream &in, std::uint64_t model, int vocabulary)
{
    auto done = read(in, model, vocabulary);
    if (!done)
        truncate(0);
    return done;
}

Result<Done> Timeline::read(std::istream &in, std::uint64_t model, int vocabulary)
{
    m_tokens.clear();
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
    return m_cache->load(in, length());
}

} // namespace conclave::engine
