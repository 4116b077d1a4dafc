#include "app/console/console.h"
#include "app/text_of.h"
#include "tests/support/scripted_engine.h"

#include <QCoreApplication>

/// The console program on a scripted engine, for tests that need a process: to be killed, stopped, starved of disk.
/// CONCLAVE_SCRIPT: words (1000 words), chart, halfchart (breaks off in the table), wrongchart (its summary disagrees with its table),
/// nochart, chat, fail; CONCLAVE_DELAY: milliseconds a piece.

namespace
{

using namespace conclave;

tests::Script words()
{
    std::string answer;
    for (int i = 0; i < 1000; ++i)
        answer.append("w").append(std::to_string(i)).append(" ");
    return tests::chatScript(answer);
}

tests::Script scriptOf(const QByteArray &name)
{
    if (name == "words")
        return words();
    tests::Script script = name == "chat" ? tests::chatScript("All is well.") : tests::chartScript();
    if (name == "halfchart")
        script.pieces.resize(40);
    if (name == "nochart")
        script.pieces = {"<chart:bar>", "<end>", "<summary>", " nothing", "<eos>"};
    if (name == "wrongchart") {
        const std::string answer = tests::chartAnswer();
        script.pieces = tests::cutIntoPieces(answer.substr(0, answer.find("<summary>")) + "<summary> In 2023 the total is 90.<eos>");
    }
    if (name == "fail")
        script.failAt = 10;
    script.statistics.imageTime = std::chrono::milliseconds(120);
    script.statistics.decodeTime = std::chrono::seconds(1);
    script.statistics.expertUtilisation = 0.93;
    return script;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    tests::Script script = scriptOf(qgetenv("CONCLAVE_SCRIPT"));
    script.delay = std::chrono::milliseconds(qEnvironmentVariableIntValue("CONCLAVE_DELAY"));
    const app::ConsoleEngine engine{
        [script](const QString &) -> engine::Result<std::unique_ptr<engine::Engine>> { return tests::makeScriptedEngine(script); },
        [script](const QString &) -> engine::Result<engine::ModelInfo> { return script.model; }};
    return app::runConsole(app::parseArguments(QCoreApplication::arguments().mid(1)), engine);
}
