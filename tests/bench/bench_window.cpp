#include "app/paths.h"
#include "tests/bench/engine_tools.h"
#include "tests/ui/window_fixture.h"

#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>
#include <vector>

/// What the open panel of experts costs answers in the real window, drawing included: the same question is answered again and again with
/// the panel open and closed by turns. bench_window QUESTION [MODEL.gguf] [ROUNDS]; a question is a chart's file for the built-in model, or
/// words.
namespace
{

constexpr int kPatienceMilliseconds = 60'000;

using namespace conclave;
using namespace conclave::tests;
using conclave::bench::median;

/// Tokens/s of one answer.
double rateOf(const WindowFixture &fixture, const QString &question, bool open)
{
    constexpr int kTokens = 256;
    fixture.appearance().setExpertsOpen(open);
    fixture.chat().newConversation();
    if (QFile::exists(question)) {
        fixture.drop({QUrl::fromLocalFile(question)});
    } else {
        app::ChatSettings settings = fixture.controller().settings();
        settings.maxTokens = kTokens;
        fixture.controller().setSettings(settings);
        fixture.chat().send(question);
    }
    if (!QTest::qWaitFor([&] { return fixture.chat().transcript()->count() == 2; }, kPatienceMilliseconds) ||
        !QTest::qWaitFor([&] { return fixture.chat().idle(); }, kPatienceMilliseconds)) {
        qFatal("there was no answer");
    }
    const QByteArray figures = fixture.controller().messages().last().statistics;
    return QJsonDocument::fromJson(figures).object().value(QLatin1String("tokensPerSecond")).toDouble();
}

} // namespace

int main(int argc, char **argv)
{
    const QGuiApplication application(argc, argv);
    const QString model = argc > 2 ? QString::fromLocal8Bit(argv[2]) : app::builtInModelPath();
    if (argc < 2 || model.isEmpty()) {
        std::fputs("bench_window QUESTION [MODEL.gguf] [ROUNDS]\n", stderr);
        return 2;
    }
    const QString question = QString::fromLocal8Bit(argv[1]);
    const int rounds = argc > 3 ? QByteArray(argv[3]).toInt() : 15;
    const WindowFixture fixture(model);
    fixture.window().resize(1440, 900);
    std::vector<double> closed;
    std::vector<double> opened;
    std::vector<double> ratios;
    for (int round = -1; round < rounds; ++round) { // the first one warms up
        double rates[2] = {};
        for (int turn = 0; turn < 2; ++turn) {
            const bool open = (turn + round) % 2 != 0;
            rates[open ? 1 : 0] = rateOf(fixture, question, open);
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
