#include "app/paths.h"
#include "tests/ui/window_fixture.h"

#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cstdio>
#include <vector>

/// What the open panel of experts costs an answer of the built-in model in the real window, drawing included: the same chart is read again
/// and again with the panel open and closed by turns. bench_window CHART [ROUNDS]
namespace
{

using namespace conclave;
using namespace conclave::tests;

double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// Tokens/s of one answer.
double read(const WindowFixture &fixture, const QString &chart, bool open)
{
    fixture.appearance().setExpertsOpen(open);
    fixture.chat().newConversation();
    fixture.drop({QUrl::fromLocalFile(chart)});
    if (!waitFor([&] { return fixture.chat().transcript()->count() == 2; }) || !fixture.waitUntilIdle()) {
        qFatal("the chart was not read");
    }
    if (open != fixture.chat().experts()->known()) {
        qFatal("the panel is not what it should be");
    }
    const QByteArray figures = fixture.controller().messages().last().statistics;
    return QJsonDocument::fromJson(figures).object().value(QLatin1String("tokensPerSecond")).toDouble();
}

} // namespace

int main(int argc, char **argv)
{
    const QGuiApplication application(argc, argv);
    if (argc < 2 || app::builtInModelPath().isEmpty()) {
        std::fputs("bench_window CHART [ROUNDS]; it needs the built-in model\n", stderr);
        return 2;
    }
    const QString chart = QString::fromLocal8Bit(argv[1]);
    const int rounds = argc > 2 ? QByteArray(argv[2]).toInt() : 15;
    const WindowFixture fixture;
    fixture.window().resize(1440, 900);
    std::vector<double> closed;
    std::vector<double> opened;
    std::vector<double> ratios;
    for (int round = -1; round < rounds; ++round) { // the first one warms up
        double rates[2] = {};
        for (int turn = 0; turn < 2; ++turn) {
            const bool open = (turn + round) % 2 != 0;
            rates[open ? 1 : 0] = read(fixture, chart, open);
        }
        if (round >= 0) {
            closed.push_back(rates[0]);
            opened.push_back(rates[1]);
            ratios.push_back(rates[1] / rates[0]);
        }
    }
    std::printf("panel closed %.1f tokens/s, open %.1f tokens/s, open/closed %.4f (medians of %d)\n", median(closed), median(opened),
                median(ratios), rounds);
    return 0;
}
