#include "app/chart/legend_signs.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace conclave::app
{
namespace
{

constexpr double kOffGround = 60;     // at which an even sign differs from the ground, or one sign from another
constexpr double kInk = 40;           // at which a pixel does
constexpr double kSolid = 0.75;       // of the most ink of a sign: of its own colour, not a blurred edge
constexpr int kLeastWidth = 4;        // pixels
constexpr double kLeastArea = 4;      // steps squared, of what is no line
constexpr double kThinWidth = 4;      // steps
constexpr int kMostSigns = 3000;      // more is a photograph
constexpr int kLeastChroma = 40;      // of a sign that is not grey
constexpr double kPaleChroma = 0.15;  // the same of a pale one, in what it differs from the ground
constexpr double kGroundShare = 0.12; // of the picture that a ground covers

double offGround(const QVector<Colour> &grounds, const Colour &colour)
{
    double least = 1e9;
    for (const Colour &ground : grounds)
        least = std::min(least, colourDistance(ground, colour));
    return least;
}

/// From a small point to a long piece of a line, however thin; noise has smaller spots.
bool hasSize(const Swatch &sign, double step)
{
    const double width = sign.box.width() / step;
    const double height = sign.box.height() / step;
    const bool noise = sign.box.width() < kLeastWidth || (width * height < kLeastArea && width < kThinWidth);
    return !noise && width >= 1.8 && width <= 24 && height >= 0.3 && height <= 12 && height <= 1.7 * width;
}

/// Fills parts of a picture: what hangs together and belongs together.
class PartFiller
{
public:
    using Belongs = std::function<bool(const Colour &seed, const Colour &other)>;

    PartFiller(const engine::Image &picture, Belongs belongs)
        : m_picture(picture), m_belongs(std::move(belongs)), m_seen(std::size_t(picture.width) * std::size_t(picture.height))
    {
    }

    bool isFilled(int x, int y) const { return m_seen[at(x, y)]; }

    /// The pixels of the part around one that is in none yet.
    const std::vector<QPoint> &fill(int x, int y)
    {
        const Colour seed = pixelOf(m_picture, x, y);
        m_part.assign(1, {x, y});
        m_seen[at(x, y)] = true;
        for (std::size_t i = 0; i < m_part.size(); ++i) {
            const QPoint from = m_part[i];
            for (const QPoint to : {from + QPoint(-1, 0), from + QPoint(1, 0), from + QPoint(0, -1), from + QPoint(0, 1)}) {
                if (to.x() < 0 || to.y() < 0 || to.x() >= m_picture.width || to.y() >= m_picture.height || m_seen[at(to.x(), to.y())])
                    continue;
                if (!m_belongs(seed, pixelOf(m_picture, to.x(), to.y())))
                    continue;
                m_seen[at(to.x(), to.y())] = true;
                m_part.push_back(to);
            }
        }
        return m_part;
    }

private:
    std::size_t at(int x, int y) const { return std::size_t(y) * std::size_t(m_picture.width) + std::size_t(x); }

    const engine::Image &m_picture;
    Belongs m_belongs;
    std::vector<bool> m_seen;
    std::vector<QPoint> m_part;
};

QRect boxOf(const std::vector<QPoint> &part)
{
    QRect box;
    for (const QPoint at : part)
        box |= QRect(at, QSize(1, 1));
    return box;
}

/// The mean of the pixels that `counts`.
template <typename Counts>
Colour meanColour(const engine::Image &picture, const std::vector<QPoint> &part, const Counts &counts)
{
    std::array<long long, 3> sum{};
    long long pixels = 0;
    for (const QPoint at : part) {
        const Colour colour = pixelOf(picture, at.x(), at.y());
        if (!counts(colour))
            continue;
        ++pixels;
        for (std::size_t i = 0; i < 3; ++i)
            sum[i] += colour[i];
    }
    pixels = std::max(1LL, pixels);
    return {int(sum[0] / pixels), int(sum[1] / pixels), int(sum[2] / pixels)};
}

int chromaOf(const Colour &colour)
{
    const auto [low, high] = std::minmax_element(colour.begin(), colour.end());
    return *high - *low;
}

/// The colour of a part without its blurred edges and without a grey outline.
Colour ownColour(const engine::Image &picture, const std::vector<QPoint> &part, const QVector<Colour> &grounds)
{
    double ink = 0, chroma = 0;
    for (const QPoint at : part) {
        const Colour colour = pixelOf(picture, at.x(), at.y());
        ink = std::max(ink, offGround(grounds, colour));
        chroma = std::max<double>(chroma, chromaOf(colour));
    }
    if (chroma >= kLeastChroma)
        return meanColour(picture, part, [&](const Colour &colour) { return chromaOf(colour) >= kSolid * chroma; });
    return meanColour(picture, part, [&](const Colour &colour) { return offGround(grounds, colour) >= kSolid * ink; });
}

/// Signs that touch are one: of the same colour a whole one, otherwise the other is a blurred edge, and the one counts that differs most
/// from the ground.
void joinTouching(QVector<Swatch> &signs, const Colour &ground)
{
    std::sort(signs.begin(), signs.end(),
              [&](const Swatch &a, const Swatch &b) { return colourDistance(a.colour, ground) > colourDistance(b.colour, ground); });
    QVector<Swatch> out;
    for (const Swatch &sign : signs) {
        const QRect around = sign.box.adjusted(-1, -1, 1, 1);
        const auto touched = std::find_if(out.begin(), out.end(), [&](const Swatch &other) { return around.intersects(other.box); });
        if (touched == out.end())
            out.append(sign);
        else if (colourDistance(touched->colour, sign.colour) < kOffGround)
            touched->box |= sign.box;
    }
    signs = out;
}

/// Whether `next` goes on where `dash` ends: a line that is not whole.
bool isDashOf(const Swatch &dash, const Swatch &next, double step)
{
    const int gap = next.box.left() - dash.box.right();
    return gap > 0 && gap <= 3 * step && std::abs(dash.middle().y() - next.middle().y()) <= 0.5 * step &&
           colourDistance(dash.colour, next.colour) < kSameColour;
}

/// Letters are left as they are.
void joinDashes(QVector<Swatch> &signs, const Colour &ground, double step)
{
    std::sort(signs.begin(), signs.end(), [](const Swatch &a, const Swatch &b) { return a.box.left() < b.box.left(); });
    QVector<Swatch> out;
    for (const Swatch &sign : signs) {
        Swatch *begun = nullptr;
        if (!isGrey(sign, ground)) {
            for (Swatch &other : out) {
                if (isDashOf(other, sign, step))
                    begun = &other;
            }
        }
        if (begun)
            begun->box |= sign.box;
        else
            out.append(sign);
    }
    signs = out;
}

} // namespace

QVector<Colour> groundsOf(const engine::Image &picture)
{
    constexpr int kShades = 16, kWidth = 256 / kShades;
    QVector<int> counts(kShades * kShades * kShades);
    const auto total = static_cast<std::size_t>(picture.width) * std::size_t(picture.height);
    for (std::size_t i = 0; i < total; ++i) {
        const std::uint8_t *at = picture.pixels.data() + i * 3;
        ++counts[(at[0] / kWidth * kShades + at[1] / kWidth) * kShades + at[2] / kWidth];
    }
    const auto most = std::max_element(counts.begin(), counts.end()) - counts.begin();
    const auto colourOf = [](qsizetype shade) -> Colour {
        const auto part = [](qsizetype at) { return int(at) * kWidth + kWidth / 2; };
        return {part(shade / (kShades * kShades)), part(shade / kShades % kShades), part(shade % kShades)};
    };
    QVector<Colour> out{colourOf(most)};
    for (int shade = 0; shade < counts.size(); ++shade) {
        const Colour colour = colourOf(shade);
        const auto [low, high] = std::minmax_element(colour.begin(), colour.end());
        if (shade != most && counts[shade] > kGroundShare * double(total) && *high - *low <= kWidth)
            out.append(colour);
    }
    return out;
}

bool isGrey(const Swatch &sign, const Colour &ground)
{
    return chromaOf(sign.colour) < std::min<double>(kLeastChroma, kPaleChroma * colourDistance(sign.colour, ground));
}

QVector<Swatch> evenSigns(const engine::Image &picture, const QVector<Colour> &grounds, double step)
{
    PartFiller parts(picture, [](const Colour &seed, const Colour &other) { return colourDistance(seed, other) <= kSameColour; });
    QVector<Swatch> out;
    for (int y = 0; y < picture.height && out.size() < kMostSigns; ++y) {
        for (int x = 0; x < picture.width; ++x) {
            if (parts.isFilled(x, y))
                continue;
            const std::vector<QPoint> &part = parts.fill(x, y);
            const QRect box = boxOf(part);
            const bool full = part.size() >= 5 && double(part.size()) >= 0.3 * box.width() * box.height(); // unlike a letter or a frame
            if (!full || !hasSize({box}, step))
                continue;
            const Colour colour = meanColour(picture, part, [](const Colour &) { return true; });
            if (offGround(grounds, colour) >= kOffGround)
                out.append({box, colour});
        }
    }
    joinTouching(out, grounds.front());
    return out;
}

QVector<Swatch> inkedSigns(const engine::Image &picture, const QVector<Colour> &grounds, double step)
{
    PartFiller parts(picture, [&](const Colour &, const Colour &other) { return offGround(grounds, other) >= kInk; });
    QVector<Swatch> out;
    for (int y = 0; y < picture.height && out.size() < kMostSigns; ++y) {
        for (int x = 0; x < picture.width; ++x) {
            if (parts.isFilled(x, y) || offGround(grounds, pixelOf(picture, x, y)) < kInk)
                continue;
            const std::vector<QPoint> &part = parts.fill(x, y);
            const QRect box = boxOf(part);
            if (part.size() < 3 || box.width() > 24 * step || box.height() > 12 * step ||
                double(part.size()) < 0.2 * box.width() * box.height())
                continue;
            out.append({box, ownColour(picture, part, grounds)});
        }
    }
    joinDashes(out, grounds.front(), step);
    out.removeIf([&](const Swatch &sign) { return !hasSize(sign, step); });
    return out;
}

} // namespace conclave::app
