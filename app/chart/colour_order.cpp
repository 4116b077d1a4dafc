#include "app/chart/colour_order.h"

#include "app/chart/mark_colours.h"

#include <cmath>
#include <numeric>

namespace conclave::app
{
namespace
{

constexpr double kLeastSeen = 0.05; // a colour that is not there at all is still not impossible

} // namespace

QVector<double> colourFits(const engine::Image &picture, QPointF place, const Legend &legend, double step)
{
    const MarkColours colours(picture, place, legend.ground, step);
    QVector<double> out;
    for (const Swatch &sign : legend.signs)
        out.append(std::log(kLeastSeen + colours.seen(sign.colour)));
    return out;
}

Order orderAsRead(qsizetype count)
{
    Order out(count);
    std::iota(out.begin(), out.end(), 0);
    return out;
}

double fitOf(const Fits &fits, const Order &order)
{
    double sum = 0;
    for (int mark = 0; mark < order.size(); ++mark)
        sum += fits[mark][order[mark]];
    return sum;
}

/// From where the model put them, and from each mark's best free series.
Order bestOrder(const Fits &fits)
{
    const int count = int(fits.size());
    Order asRead = orderAsRead(count);
    Order greedy(count, -1);
    QVector<bool> taken(count, false);
    for (int round = 0; round < count; ++round) {
        std::pair<int, int> best(-1, -1);
        for (int mark = 0; mark < count; ++mark) {
            for (int series = 0; series < count; ++series) {
                if (greedy[mark] < 0 && !taken[series] && (best.first < 0 || fits[mark][series] > fits[best.first][best.second]))
                    best = {mark, series};
            }
        }
        greedy[best.first] = best.second;
        taken[best.second] = true;
    }
    for (Order *order : {&asRead, &greedy}) {
        bool better = true;
        while (better) {
            better = false;
            for (int one = 0; one < count; ++one) {
                for (int other = one + 1; other < count; ++other) {
                    const double now = fits[one][(*order)[one]] + fits[other][(*order)[other]];
                    const double swapped = fits[one][(*order)[other]] + fits[other][(*order)[one]];
                    if (swapped > now + 1e-9) {
                        std::swap((*order)[one], (*order)[other]);
                        better = true;
                    }
                }
            }
        }
    }
    return fitOf(fits, greedy) > fitOf(fits, asRead) + 1e-9 ? greedy : asRead;
}

} // namespace conclave::app
