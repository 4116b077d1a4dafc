#include "app/chart/chart_table.h"
#include "app/console/arguments.h"
#include "app/console/chart_text.h"
#include "app/console/console.h"
#include "app/console/terminal.h"
#include "tests/support/file_bytes.h"
#include "tests/support/gguf_bytes.h"
#include "tests/support/http_server.h"
#include "tests/support/png_maker.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace conclave;
using namespace conclave::app;
using tests::ggufText;
using tests::littleEndian;
using tests::write;

namespace
{

struct Run
{
    int exitCode = -1;
    bool crashed = false;
    QString out;
    QString err;
};

Run run(const QString &program, const QStringList &arguments, const QString &home, const QString &script = {}, const QByteArray &input = {})
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("CONCLAVE_HOME", home);
    environment.insert("CONCLAVE_SCRIPT", script);
    for (const char *display : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(display);
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    Run out;
    if (!process.waitForFinished(60000))
        return out;
    out.exitCode = process.exitCode();
    out.crashed = process.exitStatus() == QProcess::CrashExit;
    out.out = QString::fromUtf8(process.readAllStandardOutput());
    out.err = QString::fromUtf8(process.readAllStandardError());
    return out;
}

/// Of the usage text: "forecast" with "context", "json", …
QVector<std::pair<QString, QStringList>> optionsOfCommands()
{
    static const QRegularExpression kCommand(QStringLiteral("conclave (?:models )?([a-z]+) ((?:.|\\n {10,})*)"));
    static const QRegularExpression kOption(QStringLiteral("--([a-z0-9][a-z0-9-]*)"));
    QVector<std::pair<QString, QStringList>> out;
    for (auto command = kCommand.globalMatch(usageText().section(QStringLiteral("\n\n"), 0, 0)); command.hasNext();) {
        const auto match = command.next();
        QStringList options;
        for (auto option = kOption.globalMatch(match.captured(2)); option.hasNext();)
            options << option.next().captured(1);
        out.append({match.captured(1), options});
    }
    return out;
}

/// Whether the part of a manual or a shell's completions that is about the command names the option.
bool knows(const QString &text, const QString &command, const QString &option)
{
    const QStringList parts{QStringLiteral("\\.B conclave (?:models )?%1\\n(.*?)\\n\\.br").arg(command),                  // conclave.1
                            QStringLiteral("\\b%1\\) (?:options=|_arguments)(.*?);;").arg(command),                       // bash, zsh
                            QStringLiteral("seen_subcommand_from [a-z ]*\\b%1\\b[^\\n]*( -l %2 )").arg(command, option)}; // fish
    for (const QString &part : parts) {
        const QRegularExpression expression(part, QRegularExpression::DotMatchesEverythingOption);
        for (auto found = expression.globalMatch(text); found.hasNext();) {
            const QString about = found.next().captured(1);
            if (about.contains(QStringLiteral("--") + option) || about == QStringLiteral(" -l %1 ").arg(option))
                return true;
        }
    }
    // fish's --model goes to all commands but a few
    static const QRegularExpression kExcept(QStringLiteral("not __fish_seen_subcommand_from ([a-z ]+)\" -l ([a-z0-9]+) "));
    const auto except = kExcept.match(text);
    return except.hasMatch() && except.captured(2) == option && !except.captured(1).split(u' ').contains(command);
}

/// A GGUF file with nothing but the name of its architecture.
QByteArray ggufOf(const QByteArray &architecture, quint64 tensors = 0)
{
    return "GGUF" + littleEndian(3, 4) + littleEndian(tensors, 8) + littleEndian(1, 8) + ggufText("general.architecture") +
           littleEndian(8, 4) + ggufText(architecture) + QByteArray(64, 0);
}

} // namespace

class TestConsole : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void argumentsAreUnderstood();
    void wrongUsage_data();
    void wrongUsage();
    void helpAndVersion();
    void wideCharactersAreAligned();
    void doubtedNumbersHaveAMark();
    void controlCharactersDoNotReachTheTerminal();
    void readPrintsTableSummaryAndFigures();
    void readPrintsWhatTheTableSaysInstead();
    void readPrintsJson();
    void readPrintsCsv();
    void severalFilesAndOneThatFails();
    void answersThatBreakOff_data();
    void answersThatBreakOff();
    void aModelThatReadsNoCharts();
    void chatAnswersLineByLine();
    void chatPrintsJson();
    void chatReadsPictures();
    void chatSaysWhereTheModelLies();
    void chatWithoutARoomForConversations();
    void theRealModelReadsTheSamples();
    void withoutADisplayTheSampleIsRead();
    void measuresTheRealModel();
    void describesTheRealModel();
    void manualAndCompletionsKnowEveryOption_data();
    void manualAndCompletionsKnowEveryOption();
    void listsForecastsAndVerifies();
    void whatCannotRunSaysWhyAndWhatWould();
    void fetchesAModel();
    void badPictures_data();
    void badPictures();
    void badModels_data();
    void badModels();

private:
    Run scripted(const QStringList &arguments, const QString &script, const QByteArray &input = {}) const
    {
        return run(SCRIPTED_PROGRAM, arguments + QStringList{"--model", "scripted"}, m_folder.path(), script, input);
    }
    Run real(const QStringList &arguments) const { return run(CONCLAVE_PROGRAM, arguments, m_folder.path()); }
    QString path(const char *name) const { return m_folder.filePath(QString::fromUtf8(name)); }

    QTemporaryDir m_folder;
};

void TestConsole::initTestCase()
{
    QImage chart(100, 80, QImage::Format_RGB888);
    chart.fill(Qt::white);
    QVERIFY(chart.save(path("a.png")) && chart.save(path("b.png")));
    write(path("diary.png"), "Dear diary, this is no picture.\n");
    chart.copy(0, 0, 1, 1).save(path("dot.png"));
    write(path("huge.png"), tests::makeBlankPng(20000, 20000));
    QFile whole(path("a.png"));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    write(path("cut.png"), whole.readAll().left(60));
    write(path("empty.png"), {});
}

void TestConsole::argumentsAreUnderstood()
{
    QCOMPARE(parseArguments({}).command, Command::kWindow);
    QCOMPARE(parseArguments({"chart.png"}).command, Command::kWindow);
    const Arguments read = parseArguments({"read", "--json", "a.png", "--model", "m.gguf", "--", "-b.png"});
    QCOMPARE(read.command, Command::kRead);
    QCOMPARE(read.files, QStringList({"a.png", "-b.png"}));
    QCOMPARE(read.model, "m.gguf");
    QVERIFY(read.json && !read.csv);
    QCOMPARE(read.looks, 3);
    QCOMPARE(parseArguments({"read", "--looks", "1", "a.png"}).looks, 1);
    QCOMPARE(parseArguments({"chat", "--model=m.gguf"}).model, "m.gguf");
    QCOMPARE(parseArguments({"models", "describe", "m.gguf"}).command, Command::kDescribe);
    const Arguments bench = parseArguments({"bench", "--prefill", "16,512", "--depth", "0,8192", "--batch", "1,8", "--ahead", "1,2",
                                            "--experts", "0.9", "--repeats", "3", "--device", "vulkan", "--kv8", "--json"});
    QCOMPARE(bench.command, Command::kBench);
    QCOMPARE(bench.bench.prefill, (std::vector<int>{16, 512}));
    QCOMPARE(bench.bench.depths, (std::vector<int>{0, 8192}));
    QCOMPARE(bench.bench.batches, (std::vector<int>{1, 8}));
    QCOMPARE(bench.bench.ahead, (std::vector<int>{1, 2}));
    QCOMPARE(bench.bench.expertShare, 0.9);
    QCOMPARE(bench.device, "vulkan");
    QVERIFY(bench.bench.repeats == 3 && bench.bench.eightBitContext && bench.json);
    const Arguments synth = parseArguments({"synth", "--shape", "gpt-oss-20b", "--layers", "2", "--mtp", "out.gguf"});
    QCOMPARE(synth.command, Command::kSynth);
    QCOMPARE(synth.synth.shape, "gpt-oss-20b");
    QVERIFY(synth.synth.foretells && synth.synth.layers == 2 && synth.files == QStringList{"out.gguf"});
    const Arguments seeing = parseArguments({"chat", "--model", "m.gguf", "--speculate", "--projector", "p.gguf"});
    QVERIFY(seeing.speculate);
    QCOMPARE(seeing.command, Command::kChat);
    QCOMPARE(seeing.projector, "p.gguf");
    QCOMPARE(parseArguments({"models", "describe", "--projector=p.gguf", "m.gguf"}).projector, "p.gguf");
    const Arguments forecast = parseArguments({"models", "forecast", "--check", "--kv8", "--memory", "1.5", "m.gguf"});
    QVERIFY(forecast.models.check && forecast.bench.eightBitContext);
    QCOMPARE(forecast.models.memoryGigabytes, 1.5);
    QCOMPARE(parseArguments({"chat", "--memory", "1.5"}).memoryBytes(), std::uint64_t{1'500'000'000});
    const Arguments divided = parseArguments({"chat", "--device=cuda", "--card-layers", "26", "--card-memory", "7.5"});
    QCOMPARE(divided.device, "cuda");
    QCOMPARE(divided.cardLayers, 26);
    QCOMPARE(divided.cardBytes(), std::uint64_t{7'500'000'000});
    QCOMPARE(parseArguments({"chat"}).cardLayers, -1);
    QCOMPARE(parseArguments({"bench", "--device", "vulkan:1,0"}).device, QStringLiteral("vulkan:1,0"));
    for (const char *wrong : {"cpu:0", "cuda:", "cuda:a", "vulkan:1,", "vulkan:-1", "metal:0", ":0"})
        QCOMPARE(parseArguments({"chat", "--device", wrong}).command, Command::kWrong);
    QCOMPARE(parseArguments({"chat", "--device", "abacus"}).command, Command::kWrong);
}

void TestConsole::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("read without a file") << QStringList{"read"};
    QTest::newRow("unknown option") << QStringList{"read", "--jsn", "a.png"};
    QTest::newRow("projector without its value") << QStringList{"chat", "--projector"};
    QTest::newRow("projector for the chart reader") << QStringList{"read", "a.png", "--projector", "p.gguf"};
    QTest::newRow("option without its value") << QStringList{"read", "a.png", "--model"};
    QTest::newRow("both formats") << QStringList{"read", "--json", "--csv", "a.png"};
    QTest::newRow("no look at a picture") << QStringList{"read", "--looks", "0", "a.png"};
    QTest::newRow("more looks than it takes") << QStringList{"read", "--looks", "4", "a.png"};
    QTest::newRow("chat with a file") << QStringList{"chat", "a.png"};
    QTest::newRow("models without a command") << QStringList{"models"};
    QTest::newRow("models with another command") << QStringList{"models", "delete", "a.gguf"};
    QTest::newRow("describe without a file") << QStringList{"models", "describe"};
    QTest::newRow("an option of read for chat") << QStringList{"chat", "--csv"};
    QTest::newRow("a forecast for no memory") << QStringList{"models", "forecast", "--memory", "0", "m.gguf"};
    QTest::newRow("bench with a length that is no number") << QStringList{"bench", "--prefill", "16,x"};
    QTest::newRow("bench of no answers together") << QStringList{"bench", "--batch", "0"};
    QTest::newRow("bench of too large a share of experts") << QStringList{"bench", "--experts", "1.5"};
    QTest::newRow("bench on a device that no one makes") << QStringList{"bench", "--device", "abacus"};
    QTest::newRow("bench of nothing") << QStringList{"bench", "--prefill", "0"};
    QTest::newRow("bench with a file in place of --model") << QStringList{"bench", "m.gguf"};
    QTest::newRow("synth without a shape") << QStringList{"synth", "out.gguf"};
    QTest::newRow("synth without a file") << QStringList{"synth", "--shape", "gpt-oss-20b"};
    QTest::newRow("an unknown option for the window") << QStringList{"--fast"};
}

void TestConsole::wrongUsage()
{
    QFETCH(QStringList, arguments);
    const Run result = real(arguments);
    QCOMPARE(result.exitCode, 2);
    QVERIFY(result.out.isEmpty());
    QVERIFY2(result.err.startsWith("conclave: ") && result.err.contains("Usage:"), qPrintable(result.err));
}

void TestConsole::helpAndVersion()
{
    const Run help = real({"--help"});
    QCOMPARE(help.exitCode, 0);
    QVERIFY(help.out.startsWith("Usage:") && help.err.isEmpty());
    const Run version = real({"--version"});
    QCOMPARE(version.exitCode, 0);
    QVERIFY(version.out.startsWith("conclave 0."));
}

void TestConsole::wideCharactersAreAligned()
{
    QCOMPARE(displayWidth("abc"), 3);
    QCOMPARE(displayWidth(QString::fromUtf8("上海")), 4);
    QCOMPARE(displayWidth(QString::fromUtf8("Ko\xCC\x88ln")), 4); // o and a combining mark
    QCOMPARE(displayWidth(QString::fromUtf8("\xF0\x9F\x93\x88")), 2);
    ChartReading reading;
    reading.table.series = {"v"};
    ChartCell cell;
    cell.value = 1234.5;
    for (const char *name : {"ab", "上海", "Köln"})
        reading.table.rows.append(ChartRow{QString::fromUtf8(name), {cell}});
    const QStringList lines = chartText(reading).split('\n').filter("1234.5");
    QCOMPARE(lines.size(), 3);
    for (const QString &line : lines)
        QCOMPARE(displayWidth(line), displayWidth(lines.front()));
}

void TestConsole::doubtedNumbersHaveAMark()
{
    ChartReading reading;
    reading.table.series = {"v", "w"};
    ChartCell cell;
    cell.value = 12;
    for (const char *name : {"a", "b"})
        reading.table.rows.append(ChartRow{name, {cell, cell}});
    QVERIFY(chartText(reading).contains("a  12  12\nb  12  12\n") && !chartText(reading).contains('?'));
    reading.table.rows[1].cells[0].confidence = 0.1;
    reading.summary.text = "a is 12.";
    reading.summary.leftOut = {"b is 12."};
    const QString text = chartText(reading);
    QVERIFY2(text.contains("    v    w\n"), qPrintable(text));
    QVERIFY2(text.contains("a  12   12\nb  12?  12\n\n? uncertain\n\na is 12.\n\nLeft out as uncertain:\n  b is 12.\n"), qPrintable(text));
    reading.isAnswer = true;
    QCOMPARE(chartText(reading), QString("a is 12.\n\nLeft out as uncertain:\n  b is 12.\n"));
}

void TestConsole::controlCharactersDoNotReachTheTerminal()
{
    ChartReading reading;
    reading.table.title = "a\x1b[31mred";
    reading.table.series = {"s\x07"};
    reading.table.rows.append(ChartRow{"r\x1b]0;title\x07\nx", {}});
    reading.summary.text = "\x1b[2J";
    const QString text = chartText(reading);
    QVERIFY(!text.contains(QChar(0x1b)) && !text.contains(QChar(7)));
}

void TestConsole::readPrintsTableSummaryAndFigures()
{
    const Run result = scripted({"read", path("a.png")}, "chart");
    QCOMPARE(result.exitCode, 0);
    QVERIFY2(result.err.isEmpty(), qPrintable(result.err));
    QVERIFY2(result.out.contains(QString::fromUtf8("Sales by town\n[bar, Sales, kg]\n\n"
                                                   "Town    2023  2024\n"
                                                   "──────────────────\n"
                                                   "Berlin    44    50\n"
                                                   "Köln    12.5     –\n"
                                                   "上海      30    25\n"
                                                   "\nIn 2023 the highest sales were in Berlin (44 kg)")),
             qPrintable(result.out));
    QVERIFY2(result.out.contains(QString::fromUtf8("image 120 ms · ")) &&
                 result.out.contains(QString::fromUtf8("tokens/s · experts 93 % · memory ")),
             qPrintable(result.out));
}

void TestConsole::readPrintsWhatTheTableSaysInstead()
{
    const Run text = scripted({"read", path("a.png")}, "wrongchart");
    QVERIFY2(text.out.contains("In 2023 the total is 90 [table: 86.5 kg]."), qPrintable(text.out));
    const Run json = scripted({"read", "--json", path("a.png")}, "wrongchart");
    const QJsonArray flags = QJsonDocument::fromJson(json.out.toUtf8()).object()["disagreements"].toArray();
    QCOMPARE(flags, (QJsonArray{QJsonObject{{"said", "90"}, {"table", "86.5 kg"}}}));
}

void TestConsole::readPrintsJson()
{
    const Run result = scripted({"read", "--json", path("a.png")}, "chart");
    QCOMPARE(result.exitCode, 0);
    const QJsonObject json = QJsonDocument::fromJson(result.out.toUtf8()).object();
    QCOMPARE(json["chart"].toObject()["title"].toString(), "Sales by town");
    QCOMPARE(json["table"].toArray().size(), 6);
    const QJsonObject cell = json["table"].toArray()[2].toObject();
    QCOMPARE(cell["series"].toString(), "2023");
    QCOMPARE(cell["x"].toString(), QString::fromUtf8("Köln"));
    QCOMPARE(cell["value"].toDouble(), 12.5);
    QVERIFY(json["summary"].toString().startsWith("In 2023"));
    const QJsonObject figures = json["figures"].toObject();
    QVERIFY(figures["generatedTokens"].toInt() > 0 && figures["firstTokenSeconds"].toDouble() > 0);
    QVERIFY(figures["memoryBytes"].toDouble() > 0 && figures["energy"]["source"].isString());
}

void TestConsole::readPrintsCsv()
{
    const Run result = scripted({"read", "--csv", path("a.png")}, "chart");
    QCOMPARE(result.exitCode, 0);
    QCOMPARE(result.out, QString::fromUtf8("Town,2023,2024\r\nBerlin,44,50\r\nKöln,12.5,\r\n上海,30,25\r\n"));
}

void TestConsole::severalFilesAndOneThatFails()
{
    const Run result = scripted({"read", "--json", path("a.png"), path("diary.png"), path("b.png")}, "chart");
    QCOMPARE(result.exitCode, 1);
    QVERIFY(result.err.contains("diary.png") && result.err.contains("its content is text"));
    const QStringList lines = result.out.split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 2);
    QCOMPARE(QJsonDocument::fromJson(lines[1].toUtf8()).object()["file"].toString(), path("b.png"));
    const Run text = scripted({"read", path("a.png"), path("b.png")}, "chart");
    QCOMPARE(text.exitCode, 0);
    QVERIFY(text.out.contains("# " + path("a.png")) && text.out.contains("# " + path("b.png")));
}

void TestConsole::answersThatBreakOff_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("message");
    QTest::addColumn<bool>("prints");
    QTest::newRow("no chart") << "nochart"
                              << "no chart was found" << false;
    QTest::newRow("half a table") << "halfchart"
                                  << "did not come to its end" << true;
    QTest::newRow("the device fails") << "fail"
                                      << "The scripted device failed." << false;
}

void TestConsole::answersThatBreakOff()
{
    QFETCH(QString, script);
    QFETCH(QString, message);
    const Run result = scripted({"read", path("a.png")}, script);
    QCOMPARE(result.exitCode, 1);
    QVERIFY2(result.err.contains("a.png") && result.err.contains(message), qPrintable(result.err));
    QTEST(!result.out.isEmpty(), "prints");
}

void TestConsole::aModelThatReadsNoCharts()
{
    const Run result = scripted({"read", path("a.png")}, "chat");
    QCOMPARE(result.exitCode, 1);
    QVERIFY2(result.err.contains("does not read charts"), qPrintable(result.err));
}

void TestConsole::chatAnswersLineByLine()
{
    const Run result = scripted({"chat"}, "chat", "Hello\n\nAgain\n/new\nOnce more\n/quit\nnot read\n");
    QCOMPARE(result.exitCode, 0);
    QCOMPARE(result.out, "All is well.\nAll is well.\nAll is well.\n");
    QVERIFY2(result.err.isEmpty(), qPrintable(result.err));
}

/// An object a line, whatever the answer is.
void TestConsole::chatPrintsJson()
{
    const Run chat = scripted({"chat", "--json"}, "chat", "Hello\n/new\nAgain\n");
    QCOMPARE(chat.exitCode, 0);
    const QStringList lines = chat.out.split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 2);
    for (const QString &line : lines) {
        const QJsonObject json = QJsonDocument::fromJson(line.toUtf8()).object();
        QCOMPARE(json["text"].toString(), "All is well.");
        QCOMPARE(json["state"].toString(), "complete");
        QVERIFY(json["figures"]["generatedTokens"].toInt() > 0);
    }
    const Run charts = scripted({"chat", "--json"}, "chart", "Hi\n/picture " + path("a.png").toUtf8() + "\n");
    const QStringList read = charts.out.split('\n', Qt::SkipEmptyParts);
    QCOMPARE(read.size(), 2);
    QVERIFY(QJsonDocument::fromJson(read[0].toUtf8())["notice"].toString().contains("reads charts and cannot chat"));
    QCOMPARE(QJsonDocument::fromJson(read[1].toUtf8())["chart"]["table"].toArray().size(), 6);
}

void TestConsole::chatReadsPictures()
{
    const Run result = scripted({"chat"}, "chart", "Hi\n/picture " + path("a.png").toUtf8() + "\n/picture nowhere.png\n");
    QCOMPARE(result.exitCode, 1); // for the missing one
    QVERIFY(result.err.contains("nowhere.png"));
    QVERIFY2(result.out.contains("reads charts and cannot chat"), qPrintable(result.out));
    QVERIFY(result.out.contains("Berlin    44    50"));
}

/// Before it answers; and the answer comes whatever the machine has.
void TestConsole::chatSaysWhereTheModelLies()
{
    const QString model = QStringLiteral(CONCLAVE_TEST_DATA "/models/qwen3moe_q/Q8_0.gguf");
    const Run result =
        run(CONCLAVE_PROGRAM, {"chat", "--model", model, "--device", "vulkan", "--card-layers", "1"}, m_folder.path(), {}, "/quit\n");
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const bool divided = result.err.contains("1 of 2 layers on the card") && result.err.contains("expected ");
    QVERIFY2(divided || result.err.contains("The processor computes, not \"vulkan\": "), qPrintable(result.err));
}

void TestConsole::chatWithoutARoomForConversations()
{
    const Run result = run(SCRIPTED_PROGRAM, {"chat", "--model", "scripted"}, path("a.png"), "chat", "Hello\n");
    QCOMPARE(result.exitCode, 0);
    QCOMPARE(result.out, "All is well.\n");
    QVERIFY2(result.err.contains("a.png") && result.err.contains("gone when the program ends"), qPrintable(result.err));
}

/// How well it reads is measured elsewhere; here every answer must be whole JSON with its marks on the picture.
void TestConsole::theRealModelReadsTheSamples()
{
    const QDir samples(CONCLAVE_SOURCE_DIR "/resources/samples");
    const QStringList names = samples.entryList({"*.png"});
    QVERIFY(names.size() >= 2);
    QStringList files;
    for (const QString &name : names)
        files << samples.filePath(name);
    const Run result = real(QStringList{"read", "--json"} + files);
    QVERIFY2(result.exitCode == 0 && result.err.isEmpty(), qPrintable(result.err));
    const QStringList lines = result.out.split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), files.size());
    for (qsizetype i = 0; i < files.size(); ++i) {
        const QJsonObject json = QJsonDocument::fromJson(lines[i].toUtf8()).object();
        QVERIFY(!QStringList({"unknown", "nochart"}).contains(json["chart"].toObject()["type"].toString()));
        QCOMPARE(json["file"].toString(), files[i]);
        QVERIFY(json["chart"].toObject()["complete"].toBool());
        QVERIFY(!json["summary"].toString().isEmpty());
        QVERIFY(!json["table"].toArray().isEmpty());
        const QSize size = QImage(files[i]).size();
        for (const QJsonValue &value : json["table"].toArray()) {
            const QJsonObject cell = value.toObject();
            QVERIFY(cell["series"].isString() && cell["x"].isString() && cell.contains("value"));
            if (cell["value"].isNull())
                continue;
            const QJsonArray place = cell["place"].toArray();
            QVERIFY(place[0].toDouble() >= 0 && place[0].toDouble() < size.width());
            QVERIFY(place[1].toDouble() >= 0 && place[1].toDouble() < size.height());
        }
    }
}

void TestConsole::withoutADisplayTheSampleIsRead()
{
    const Run plain = real({});
    QCOMPARE(plain.exitCode, 0);
    QVERIFY2(plain.out.startsWith("Sales by Region\n[bar"), qPrintable(plain.out));
}

void TestConsole::measuresTheRealModel()
{
    const Run result =
        real({"bench", "--prefill", "16", "--depth", "0,32", "--batch", "3", "--ahead", "1", "--tokens", "4", "--repeats", "2", "--json"});
    QCOMPARE(result.exitCode, 0);
    const QJsonObject report = QJsonDocument::fromJson(result.out.toUtf8()).object();
    QCOMPARE(report["architecture"].toString(), QString("conclave"));
    QVERIFY(report["readBytesPerSecond"].toDouble() > 1e8);
    QVERIFY(report["peakMemoryBytes"].toDouble() > 1e7);
    const QJsonArray rows = report["rows"].toArray();
    QCOMPARE(rows.size(), 7);
    for (const QJsonValue &row : rows) {
        const QJsonObject one = row.toObject();
        QCOMPARE(one["seconds"].toArray().size(), 2);
        QVERIFY(one["slowest"].toDouble() > 0 && one["slowest"].toDouble() <= one["fastest"].toDouble());
    }
    QCOMPARE(rows[2].toObject()["depth"].toInt(), 32);
    QVERIFY(rows[2].toObject()["bytesPerToken"].toDouble() > rows[1].toObject()["bytesPerToken"].toDouble());

    QCOMPARE(rows[3].toObject()["kind"].toString(), QString("batch"));
    QCOMPARE(rows[3].toObject()["answers"].toInt(), 3);
    QCOMPARE(rows[3].toObject()["tokens"].toInt(), 12);
    QCOMPARE(rows[6].toObject()["kind"].toString(), QString("ahead"));
    QCOMPARE(rows[6].toObject()["depth"].toInt(), 32);
    QVERIFY(rows[6].toObject()["breakEven"].isDouble());
    QVERIFY(rows[1].toObject()["breakEven"].isNull());

    const Run tooLong = real({"bench", "--prefill", "100000000"});
    QCOMPARE(tooLong.exitCode, 1);
    QVERIFY2(tooLong.err.contains("holds at most"), qPrintable(tooLong.err));
    const Run unknown = real({"synth", "--shape", "gpt-9", "/nonexistent/out.gguf"});
    QCOMPARE(unknown.exitCode, 1);
    QVERIFY2(unknown.err.contains("gpt-oss-20b"), qPrintable(unknown.err));
}

void TestConsole::describesTheRealModel()
{
    const Run result = real({"models", "describe", CONCLAVE_SOURCE_DIR "/resources/models/conclave-chart.gguf"});
    QCOMPARE(result.exitCode, 0);
    QVERIFY2(result.out.contains("conclave") && result.out.contains("reads charts") && result.out.contains("experts"),
             qPrintable(result.out));
}

void TestConsole::manualAndCompletionsKnowEveryOption_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("manual") << "conclave.1";
    for (const char *shell : {"conclave.bash", "_conclave", "conclave.fish"})
        QTest::newRow(shell) << QStringLiteral("completions/") + QString::fromLatin1(shell);
}

void TestConsole::manualAndCompletionsKnowEveryOption()
{
    QFETCH(QString, file);
    QFile source(QStringLiteral(CONCLAVE_SOURCE_DIR "/installer/linux/") + file);
    QVERIFY(source.open(QIODevice::ReadOnly));
    QString text = QString::fromUtf8(source.readAll());
    text.replace(QStringLiteral("\\-"), QStringLiteral("-"));
    text.replace(QStringLiteral("bench $models"), QStringLiteral("bench list describe forecast get verify")); // fish's own list
    static const QRegularExpression kOption(QStringLiteral("--([a-z0-9][a-z0-9-]*)"));
    int options = 0;
    for (auto match = kOption.globalMatch(usageText()); match.hasNext(); ++options) {
        const QString option = match.next().captured(1);
        const bool known = text.contains(QStringLiteral("--") + option) || text.contains(QStringLiteral("-l ") + option + u' ');
        QVERIFY2(known, qPrintable(option));
    }
    QVERIFY(options > 20);
    for (const auto &[command, options] : optionsOfCommands()) {
        for (const QString &option : options)
            QVERIFY2(knows(text, command, option), qPrintable(command + QStringLiteral(" --") + option));
    }
    for (const char *command : {"read", "chat", "models", "bench", "synth", "list", "describe", "forecast", "get", "verify"})
        QVERIFY2(text.contains(QLatin1String(command)), command);
}

void TestConsole::listsForecastsAndVerifies()
{
    const QString tiny = QStringLiteral(CONCLAVE_TEST_DATA "/conclave/tiny.gguf");
    const QTemporaryDir models;
    QVERIFY(QFile::copy(tiny, models.filePath("tiny.gguf")));
    write(models.filePath("bad.gguf"), "no model");

    const Run list = real({"models", "list", "--json", models.path()});
    QCOMPARE(list.exitCode, kExitDone);
    QStringList problems;
    for (const QJsonValue &value : QJsonDocument::fromJson(list.out.toUtf8()).array()) {
        if (value["file"].toString().startsWith(models.path()))
            problems << value["problem"].toString();
    }
    QCOMPARE(problems.size(), 2);
    QCOMPARE(problems.count(QString()), 1);
    QVERIFY(real({"models", "list"}).out.contains("bad.gguf")); // the folder is remembered
    QVERIFY(real({"models", "list", "--catalogue"}).out.contains("gpt-oss-20b"));

    const Run forecast = real({"models", "forecast", "--json", "--context", "128", models.filePath("tiny.gguf")});
    QCOMPARE(forecast.exitCode, kExitDone);
    const QJsonObject told = QJsonDocument::fromJson(forecast.out.toUtf8()).object();
    QCOMPARE(told["verdict"].toString(), "runs");
    QVERIFY(told["memoryBytes"].toDouble() > 0 && told["tokensPerSecond"].toDouble() > 0);
    QVERIFY(real({"models", "forecast", models.filePath("tiny.gguf")}).out.contains("verdict"));
    QCOMPARE(real({"models", "forecast", models.filePath("bad.gguf")}).exitCode, kExitFailed);

    const Run verified = real({"models", "verify", models.filePath("tiny.gguf")});
    QCOMPARE(verified.exitCode, kExitDone);
    QVERIFY(verified.out.contains("whole"));
    QCOMPARE(real({"models", "verify", "--json", models.filePath("bad.gguf")}).exitCode, kExitFailed);
    QCOMPARE(QJsonDocument::fromJson(real({"models", "describe", "--json", models.filePath("tiny.gguf")}).out.toUtf8())["architecture"]
                 .toString(),
             "conclave");
}

/// Files of people's size that take no disk.
void TestConsole::whatCannotRunSaysWhyAndWhatWould()
{
    const QTemporaryDir models;
    const QString file = models.filePath("mixtral.gguf");
    QCOMPARE(real({"synth", "--shape", "mixtral-8x7b", "--hole", file}).exitCode, kExitDone);
    const auto forecast = [&](const char *gigabytes) {
        const Run told = real({"models", "forecast", "--json", "--memory", gigabytes, file});
        return QJsonDocument::fromJson(told.out.toUtf8()).object();
    };
    const QJsonObject slow = forecast("20.5");
    QCOMPARE(slow["verdict"].toString(), "slow");
    QVERIFY2(slow["reason"].toString().contains("20.5 GB"), qPrintable(slow["reason"].toString()));
    QVERIFY(slow["remedies"].toArray().size() >= 1);
    const QJsonObject small = forecast("0.1");
    QCOMPARE(small["verdict"].toString(), "too large");
    QVERIFY(!small["reason"].toString().isEmpty() && !small["remedies"].toArray().isEmpty());
    QVERIFY(!small["tokensPerSecond"].isDouble());
    QCOMPARE(forecast("64")["verdict"].toString(), "runs");

    write(models.filePath("new.gguf"), ggufOf("frobnicator"));
    const Run refused = real({"models", "forecast", "--json", models.filePath("new.gguf")});
    QCOMPARE(refused.exitCode, kExitFailed);
    const QJsonObject json = QJsonDocument::fromJson(refused.out.toUtf8()).object();
    QVERIFY(json["reason"].toString().contains("frobnicator"));
    QVERIFY(!json["remedies"].toArray().isEmpty());
}

void TestConsole::fetchesAModel()
{
    QFile tiny(QStringLiteral(CONCLAVE_TEST_DATA "/conclave/tiny.gguf"));
    QVERIFY(tiny.open(QIODevice::ReadOnly));
    const QByteArray bytes = tiny.readAll();
    const QByteArray hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
    tests::HttpServer server;
    tests::Served served;
    served.body = bytes;
    served.etag = '"' + hash + '"';
    server.serve("/m/tiny.gguf", served);
    const QTemporaryDir folder;
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("CONCLAVE_HOME", m_folder.path());
    environment.insert("no_proxy", "127.0.0.1");
    process.setProcessEnvironment(environment);
    process.start(CONCLAVE_PROGRAM, {"models", "get", "--json", "--to", folder.path(), server.url("/m/tiny.gguf").toString()});
    QVERIFY(QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 30000)); // the server answers meanwhile
    QCOMPARE(process.exitCode(), kExitDone);
    const QJsonObject told = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
    QCOMPARE(told["state"].toString(), "done");
    QCOMPARE(told["verified"].toString(), "server");
    QCOMPARE(told["files"][0]["sha256"].toString(), QString::fromLatin1(hash));
    QVERIFY(real({"models", "verify", folder.filePath("tiny.gguf")}).out.contains("as expected"));
    {
        QFile spoilt(folder.filePath("tiny.gguf"));
        QVERIFY(spoilt.open(QIODevice::ReadWrite) && spoilt.seek(spoilt.size() - 10) && spoilt.write("x") == 1);
    }
    const Run changed = real({"models", "verify", folder.filePath("tiny.gguf")});
    QCOMPARE(changed.exitCode, kExitFailed);
    QVERIFY(changed.err.contains("SHA-256"));
    QCOMPARE(real({"models", "get", "not a source"}).exitCode, kExitUsage);
}

void TestConsole::badPictures_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("message");
    QTest::newRow("text renamed .png") << "diary.png"
                                       << "its content is text";
    QTest::newRow("1×1") << "dot.png"
                         << "too small";
    QTest::newRow("20,000×20,000") << "huge.png"
                                   << "too large";
    QTest::newRow("cut off") << "cut.png"
                             << "damaged or cut off";
    QTest::newRow("empty") << "empty.png"
                           << "is empty";
    QTest::newRow("missing") << "nowhere.png"
                             << "was not found";
    QTest::newRow("a folder") << "."
                              << "is not a file";
}

void TestConsole::badPictures()
{
    QFETCH(QString, name);
    QFETCH(QString, message);
    const Run result = real({"read", path(qPrintable(name))});
    QVERIFY(!result.crashed);
    QCOMPARE(result.exitCode, 1);
    QVERIFY(result.out.isEmpty());
    QVERIFY2(result.err.contains(name) && result.err.contains(message), qPrintable(result.err));
}

void TestConsole::badModels_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    QFile whole(CONCLAVE_SOURCE_DIR "/resources/models/conclave-chart.gguf");
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArray bytes = whole.readAll();
    QTest::newRow("cut off in the weights") << bytes.left(bytes.size() / 2) << "bad.gguf";
    QTest::newRow("cut off in the header") << bytes.left(2000) << "bad.gguf";
    QTest::newRow("four bytes") << bytes.left(4) << "bad.gguf";
    QTest::newRow("empty") << QByteArray() << "bad.gguf";
    QTest::newRow("unknown architecture") << ggufOf("frobnicator") << "frobnicator";
    QTest::newRow("more tensors than there are bytes") << ggufOf("conclave", 0xffffffffffffULL) << "bad.gguf";
    QTest::newRow("metadata without end") << QByteArray("GGUF" + littleEndian(3, 4) + littleEndian(0, 8) + littleEndian(~0ULL, 8))
                                          << "bad.gguf";
    QTest::newRow("a string longer than the file")
        << QByteArray("GGUF" + littleEndian(3, 4) + littleEndian(0, 8) + littleEndian(1, 8) + littleEndian(~0ULL, 8) + "x") << "bad.gguf";
    QTest::newRow("text") << QByteArray("This is not a model.\n") << "bad.gguf";
}

void TestConsole::badModels()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    write(path("bad.gguf"), bytes);
    for (const QStringList &arguments :
         {QStringList{"read", path("a.png"), "--model", path("bad.gguf")}, QStringList{"chat", "--model", path("bad.gguf")}}) {
        const Run result = real(arguments);
        QVERIFY(!result.crashed);
        QCOMPARE(result.exitCode, 1);
        QVERIFY(result.out.isEmpty());
        QVERIFY2(result.err.contains("bad.gguf") && result.err.contains(message), qPrintable(result.err));
    }
}

QTEST_GUILESS_MAIN(TestConsole)
#include "test_console.moc"
