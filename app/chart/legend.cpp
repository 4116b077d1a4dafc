#include "app/chart/legend.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kSameColour = 42;     // of pixels of one sign: noise, compression
constexpr double kOtherColour = 60;    // signs of one legend are at least so different
constexpr double kSeenColour = 45;     // at which a colour is seen half
constexpr int kMostPixels = 4'000'000; // of a picture that is looked at
constexpr int kMostSigns = 3000;       // more is a photograph
constexpr int kLeastChroma = 40;       // of a sign that is not grey
constexpr double kMostMisfit = 1.2;    // steps a sign, of a group that is a legend
constexpr double kGroundShare = 0.12;  // of the picture that a ground covers

/// What the chart stands on: the colour that covers most of the picture first, and greys that cover much of it.
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

bool isGround(const QVector<Colour> &grounds, const Colour &colour)
{
    return std::any_of(grounds.begin(), grounds.end(), [&](const Colour &ground) { return colourDistance(ground, colour) < kOtherColour; });
}

/// The parts of a picture that have one colour and the size of a sign.
class SignFinder
{
public:
    SignFinder(const engine::Image &picture, const QVector<Colour> &grounds, double step)
        : m_picture(picture), m_step(step), m_grounds(grounds), m_seen(std::size_t(picture.width) * std::size_t(picture.height))
    {
    }

    QVector<Swatch> find()
    {
        QVector<Swatch> out;
        for (int y = 0; y < m_picture.height && out.size() < kMostSigns; ++y) {
            for (int x = 0; x < m_picture.width; ++x) {
                if (m_seen[at(x, y)])
                    continue;
                const Swatch part = fill(x, y);
                if (m_pixels > 0 && hasSize(part) && !isGround(m_grounds, part.colour))
                    out.append(part);
            }
        }
        return out;
    }

private:
    std::size_t at(int x, int y) const { return std::size_t(y) * std::size_t(m_picture.width) + std::size_t(x); }

    /// All that hangs together with a pixel and has its colour.
    Swatch fill(int x, int y)
    {
        const Colour seed = pixelOf(m_picture, x, y);
        std::array<long long, 3> sum{};
        QRect box(x, y, 1, 1);
        m_pixels = 0;
        m_open.assign(1, {x, y});
        m_seen[at(x, y)] = true;
        while (!m_open.empty()) {
            const auto [px, py] = m_open.back();
            m_open.pop_back();
            ++m_pixels;
            box |= QRect(px, py, 1, 1);
            const Colour colour = pixelOf(m_picture, px, py);
            for (std::size_t i = 0; i < 3; ++i)
                sum[i] += colour[i];
            for (const auto &[nx, ny] : {std::pair(px - 1, py), std::pair(px + 1, py), std::pair(px, py - 1), std::pair(px, py + 1)}) {
                if (nx < 0 || ny < 0 || nx >= m_picture.width || ny >= m_picture.height || m_seen[at(nx, ny)])
                    continue;
                if (colourDistance(seed, pixelOf(m_picture, nx, ny)) > kSameColour)
                    continue;
                m_seen[at(nx, ny)] = true;
                m_open.emplace_back(nx, ny);
            }
        }
        return {box, {int(sum[0] / m_pixels), int(sum[1] / m_pixels), int(sum[2] / m_pixels)}};
    }

    /// From a small point to a long piece of a line; filled, unlike a letter or a frame.
    bool hasSize(const Swatch &part) const
    {
        const double width = part.box.width() / m_step;
        const double height = part.box.height() / m_step;
        return m_pixels >= 5 && width >= 1.8 && width <= 24 && height >= 0.3 && height <= 12 && height <= 1.7 * width &&
               m_pixels >= 0.3 * part.box.width() * part.box.height();
    }

    const engine::Image &m_picture;
    double m_step;
    const QVector<Colour> &m_grounds;
    std::vector<bool> m_seen;
    std::vector<std::pair<int, int>> m_open;
    long long m_pixels = 0; ///< of the last part
};

bool alike(const Swatch &one, const Swatch &other, double step)
{
    const auto close = [step](int a, int b) { return std::abs(a - b) <= std::max(0.35 * std::max(a, b), step); };
    return close(one.box.width(), other.box.width()) && close(one.box.height(), other.box.height());
}

bool isNew(const QVector<Swatch> &group, const Swatch &sign)
{
    return std::all_of(group.begin(), group.end(),
                       [&](const Swatch &other) { return colourDistance(other.colour, sign.colour) >= kOtherColour; });
}

QPointF middle(const Swatch &sign)
{
    return QRectF(sign.box).center();
}

/// A group that begins with `first` and goes down at even distances.
QVector<Swatch> columnFrom(const QVector<Swatch> &signs, const Swatch &first, const Swatch &second, int count, double step)
{
    QVector<Swatch> group{first, second};
    const double gap = middle(second).y() - middle(first).y();
    while (group.size() < count) {
        const double wanted = middle(group.back()).y() + gap;
        const Swatch *next = nullptr;
        for (const Swatch &sign : signs) {
            const bool there = std::abs(middle(sign).y() - wanted) <= step && std::abs(middle(sign).x() - middle(first).x()) <= step;
            if (there && alike(first, sign, step) && isNew(group, sign))
                next = &sign;
        }
        if (!next)
            return {};
        group.append(*next);
    }
    return group;
}

/// All signs like `first` that stand in its line, itself in front.
QVector<Swatch> lineFrom(const QVector<Swatch> &signs, const Swatch &first, double step)
{
    QVector<Swatch> group;
    for (const Swatch &sign : signs) {
        if (std::abs(middle(sign).y() - middle(first).y()) <= step && sign.box.left() >= first.box.left() && alike(first, sign, step))
            group.append(sign);
    }
    std::sort(group.begin(), group.end(), [](const Swatch &a, const Swatch &b) { return a.box.left() < b.box.left(); });
    return group;
}

/// A legend whose names take several lines: the lines below begin where the first one does.
QVector<Swatch> linesFrom(const QVector<Swatch> &signs, const Swatch &first, int count, double step)
{
    QVector<Swatch> group = lineFrom(signs, first, step);
    double gap = 0;
    while (group.size() < count && gap >= 0) {
        const Swatch *next = nullptr;
        const double from = gap > 0 ? middle(group.back()).y() + gap - step : middle(first).y() + 3 * step;
        const double to = gap > 0 ? middle(group.back()).y() + gap + step : middle(first).y() + 24 * step;
        for (const Swatch &sign : signs) {
            const double y = middle(sign).y();
            const bool begins = std::abs(middle(sign).x() - middle(first).x()) <= step && y >= from && y <= to && alike(first, sign, step);
            if (begins && (!next || y < middle(*next).y()))
                next = &sign;
        }
        if (!next)
            return {};
        gap = middle(*next).y() - middle(group.back()).y();
        group += lineFrom(signs, *next, step);
    }
    return group;
}

bool isGrey(const Swatch &sign)
{
    const auto [low, high] = std::minmax_element(sign.colour.begin(), sign.colour.end());
    return *high - *low < kLeastChroma;
}

bool isLegend(const QVector<Swatch> &group, int count)
{
    if (group.size() != count)
        return false;
    for (int i = 1; i < count; ++i) {
        if (!isNew(group.first(i), group[i]))
            return false;
    }
    return std::count_if(group.begin(), group.end(), isGrey) <= 1; // letters and what is between them are grey
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
        else if (colourDistance(touched->colour, sign.colour) < kOtherColour)
            touched->box |= sign.box;
    }
    signs = out;
}

/// Whether there is one more sign of another colour in a column or line of the group: then the legend has more names than the table.
bool goesOn(const QVector<Swatch> &signs, const QVector<Swatch> &group, double step)
{
    return std::any_of(signs.begin(), signs.end(), [&](const Swatch &sign) {
        return isNew(group, sign) && std::any_of(group.begin(), group.end(), [&](const Swatch &member) {
                   const QPointF apart = middle(sign) - middle(member);
                   const bool inLine = std::abs(apart.y()) <= step || (std::abs(apart.x()) <= step && std::abs(apart.y()) <= 24 * step);
                   return inLine && alike(member, sign, step);
               });
    });
}

/// How far a group's signs are from equal size and exact lines, in steps a sign.
double misfit(const QVector<Swatch> &group, double step)
{
    double sum = 0;
    for (const Swatch &sign : group) {
        sum += std::abs(sign.box.width() - group.front().box.width()) + std::abs(sign.box.height() - group.front().box.height());
        double aside = 1e9; // from the nearest column or line of another sign
        for (const Swatch &other : group) {
            if (other.box != sign.box)
                aside = std::min({aside, std::abs(middle(sign).x() - middle(other).x()), std::abs(middle(sign).y() - middle(other).y())});
        }
        sum += 2 * aside;
    }
    return sum / step / double(group.size());
}

} // namespace

double colourSeen(const engine::Image &picture, QPointF place, const Colour &colour, double step)
{
    const double radius = 2 * step;
    double best = 0;
    for (int y = std::max(0, int(place.y() - radius)); y <= std::min(picture.height - 1, int(place.y() + radius)); ++y) {
        for (int x = std::max(0, int(place.x() - radius)); x <= std::min(picture.width - 1, int(place.x() + radius)); ++x) {
            const double apart = std::hypot(x + 0.5 - place.x(), y + 0.5 - place.y()) / radius;
            const double other = colourDistance(pixelOf(picture, x, y), colour) / kSeenColour;
            best = std::max(best, std::exp(-0.7 * (other * other + apart * apart)));
        }
    }
    return best;
}

std::optional<QVector<Swatch>> findLegend(const engine::Image &picture, const QVector<QVector<QPointF>> &marks, int count, double step)
{
    if (count < 2 || step <= 0 || static_cast<long long>(picture.width) * picture.height > kMostPixels)
        return std::nullopt;
    const QVector<Colour> grounds = groundsOf(picture);
    QVector<Swatch> signs = SignFinder(picture, grounds, step).find();
    const auto holdsMark = [&](const Swatch &sign) {
        const QRectF around = QRectF(sign.box).adjusted(-step, -step, step, step);
        return std::any_of(marks.begin(), marks.end(), [&](const QVector<QPointF> &row) {
            return std::any_of(row.begin(), row.end(), [&](QPointF mark) { return around.contains(mark); });
        });
    };
    const auto isSeen = [&](const Swatch &sign) {
        double sum = 0;
        for (const QVector<QPointF> &row : marks) {
            double best = 0;
            for (const QPointF mark : row)
                best = std::max(best, colourSeen(picture, mark, sign.colour, step));
            sum += best;
        }
        return sum >= 0.4 * double(marks.size());
    };
    joinTouching(signs, grounds.front());
    signs.removeIf(holdsMark);
    QVector<Swatch> coloured = signs; // one that no mark has may still go on a legend
    coloured.removeIf(isGrey);
    signs.removeIf([&](const Swatch &sign) { return !isSeen(sign); });
    QVector<QVector<Swatch>> found;
    const auto note = [&](const QVector<Swatch> &group) {
        const auto same = [&](const QVector<Swatch> &other) {
            return std::equal(group.begin(), group.end(), other.begin(), [](const Swatch &a, const Swatch &b) { return a.box == b.box; });
        };
        if (isLegend(group, count) && !goesOn(coloured, group, step) && std::none_of(found.begin(), found.end(), same))
            found.append(group);
    };
    for (const Swatch &first : signs) {
        note(linesFrom(signs, first, count, step));
        for (const Swatch &second : signs) {
            const double gap = (middle(second).y() - middle(first).y()) / step;
            const bool below = gap >= 2 && gap <= 24 && std::abs(middle(second).x() - middle(first).x()) <= step;
            if (below && alike(first, second, step) && isNew({first}, second))
                note(columnFrom(signs, first, second, count, step));
        }
    }
    const auto best =
        std::min_element(found.begin(), found.end(), [&](const auto &a, const auto &b) { return misfit(a, step) < misfit(b, step); });
    return best != found.end() && misfit(*best, step) <= kMostMisfit ? std::optional(*best) : std::nullopt;
}

} // namespace conclave::app
