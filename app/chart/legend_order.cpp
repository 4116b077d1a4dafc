#include "app/chart/legend_order.h"

#include <QChar>

#include <algorithm>
#include <cmath>
#include <optional>

namespace conclave::app
{
namespace
{

constexpr double kLetterInk = 60;  // at which a pixel differs from what is between a sign and its name
constexpr double kBefore = 10;     // steps at most between them
constexpr double kWordGap = 4;     // steps that end a name
constexpr double kMostWidth = 120; // steps of a name
constexpr double kHalfHeight = 2;  // steps above and below a sign's middle, where letters are
constexpr double kClear = 1.58;    // times the error of the other order
constexpr double kGoodFit = 0.06;  // error of names that stand in their order
constexpr double kBadFit = 0.15;   // of others
constexpr double kColumn = 2;      // steps that signs of a column may stand aside

/// In widths of a usual letter.
double widthOf(const QString &name)
{
    constexpr char16_t kNarrow[] = u"fijlrt1.,:;'|()[]/- ";
    constexpr char16_t kFirstWide = 0x2E80; // Chinese
    double sum = 0;
    for (const QChar c : name) {
        const bool narrow = std::find(std::begin(kNarrow), std::end(kNarrow) - 1, c.unicode()) != std::end(kNarrow) - 1;
        sum += c.unicode() >= kFirstWide ? 1.8 : narrow ? 0.5 : c.isUpper() ? 1.25 : 1.0;
    }
    return sum;
}

/// The colour that is found most along a line of words, of each so many pixels: letters have many shades, what they stand on has one.
Colour usualColour(const engine::Image &picture, int from, int to, int y, int every)
{
    QVector<Colour> colours;
    for (int x = from; x < to; x += every)
        colours.append(pixelOf(picture, x, std::clamp(y, 0, picture.height - 1)));
    const auto alike = [&](const Colour &colour) {
        return std::count_if(colours.begin(), colours.end(),
                             [&](const Colour &other) { return colourDistance(colour, other) < kLetterInk / 2; });
    };
    return *std::max_element(colours.begin(), colours.end(), [&](const Colour &a, const Colour &b) { return alike(a) < alike(b); });
}

/// Pixels that the words behind a sign take; 0: there are none.
double widthBehind(const engine::Image &picture, const Swatch &sign, double step)
{
    const int from = sign.box.right() + 1 + std::max(1, int(0.5 * step)), middle = int(sign.middle().y());
    if (from >= picture.width)
        return 0;
    const Colour ground =
        usualColour(picture, from, std::min(picture.width, from + int(kMostWidth * step)), middle, std::max(1, int(step)));
    const int top = std::max(0, int(middle - kHalfHeight * step)), bottom = std::min(picture.height - 1, int(middle + kHalfHeight * step));
    const auto isInked = [&](int x) {
        for (int y = top; y <= bottom; ++y) {
            if (colourDistance(pixelOf(picture, x, y), ground) > kLetterInk)
                return true;
        }
        return false;
    };
    int first = -1, last = -1;
    for (int x = from; x < picture.width && x - from < kMostWidth * step; ++x) {
        if (x - (last < 0 ? from : last) > (last < 0 ? kBefore : kWordGap) * step)
            break;
        if (!isInked(x))
            continue;
        first = first < 0 ? x : first;
        last = x;
    }
    return first < 0 ? 0 : last - first + 1;
}

/// How badly widths are multiples of lengths: the error of one in the mean, of the mean width.
double lengthMisfit(const QVector<double> &widths, const QVector<double> &lengths)
{
    double both = 0, squares = 0, sum = 0, all = 0;
    for (int i = 0; i < widths.size(); ++i) {
        both += widths[i] * lengths[i];
        squares += lengths[i] * lengths[i];
        all += widths[i];
    }
    for (int i = 0; i < widths.size(); ++i)
        sum += std::pow(widths[i] - both / squares * lengths[i], 2);
    return std::sqrt(sum * double(widths.size())) / all;
}

/// How badly names fit the words behind the signs in their order; nothing where one of them has none.
std::optional<double> misfitOf(const QVector<QString> &names, const engine::Image &picture, const Legend &legend, double step)
{
    QVector<double> widths, lengths;
    for (const Swatch &sign : legend.signs)
        widths.append(widthBehind(picture, sign, step));
    for (const QString &name : names)
        lengths.append(widthOf(name));
    const auto isNothing = [](double width) { return width <= 0; };
    if (widths.size() != lengths.size() || std::any_of(widths.begin(), widths.end(), isNothing) ||
        std::any_of(lengths.begin(), lengths.end(), isNothing))
        return std::nullopt;
    return lengthMisfit(widths, lengths);
}

Legend turned(const Legend &legend)
{
    Legend out = legend;
    std::reverse(out.signs.begin(), out.signs.end());
    return out;
}

} // namespace

Legend byColumns(const Legend &legend, double step)
{
    QVector<QVector<Swatch>> columns;
    for (const Swatch &sign : legend.signs) {
        const auto column = std::find_if(columns.begin(), columns.end(), [&](const QVector<Swatch> &one) {
            return std::abs(one.front().middle().x() - sign.middle().x()) <= kColumn * step;
        });
        if (column == columns.end())
            columns.append({sign});
        else
            column->append(sign);
    }
    Legend out{{}, legend.ground};
    for (const QVector<Swatch> &column : columns)
        out.signs += column;
    return out;
}

double betterOrder(const QVector<QString> &names, const engine::Image &picture, const Legend &one, const Legend &other, double step)
{
    const auto first = misfitOf(names, picture, one, step), second = misfitOf(names, picture, other, step);
    return first && second && *first > 0 ? *second / *first : 1;
}

bool standInLegendsOrder(const QVector<QString> &names, const engine::Image &picture, const Legend &legend, double step)
{
    return betterOrder(names, picture, legend, turned(legend), step) > kClear;
}

bool standInTurnedOrder(const QVector<QString> &names, const engine::Image &picture, const Legend &legend, double step)
{
    const auto asFound = misfitOf(names, picture, legend, step), other = misfitOf(names, picture, turned(legend), step);
    return asFound.value_or(0) > kBadFit && other.value_or(1) < kGoodFit;
}

} // namespace conclave::app
