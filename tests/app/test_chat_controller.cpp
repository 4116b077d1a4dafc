#include "app/log/problem_report.h"
#include "tests/app/chat_program.h"
#include "tests/support/small_disk.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace conclave;
using namespace conclave::app;
using tests::picture;
using tests::Program;

namespace
{

/// What another program would find on the disk now.
QVector<StoredMessage> onDisk(const QString &folder, qint64 conversation)
{
    return *(*ConversationStore::open(folder))->messages(conversation);
}

} // namespace

class TestChatController : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aTurnGoesThroughItsStates();
    void theQuestionIsSavedBeforeTheAnswerBegins();
    void theAnswerIsSavedWhileItGrows();
    void stopKeepsWhatWasWritten();
    void failuresKeepWhatWasWritten();
    void closingInMidAnswerKeepsIt();
    void aChartAnswerCarriesTableAndTitle();
    void chartReadersSayThatTheyCannotChat();
    void chartReadersAnswerQuestions();
    void aPictureThatIsNoChart();
    void textModelsSayThatTheyCannotSee();
    void withoutAModelTheQuestionIsKept();
    void questionsWaitForTheModel();
    void aModelThatFailsToLoad();
    void oneAnswerAtATime();
    void theWholeHistoryIsSent();
    void picturesOfOldConversationsAreSentAgain();
    void documentsAreToldBeforeTheQuestion();
    void answersGoOnInTheBackground();
    void removingTheRunningConversation();
    void renaming();
    void titles_data();
    void titles();
    void nothingToSend();
    void storeNoticesAreShown();
    void aFullDiskIsToldOnceAndTriedAgain();
    void aFullDiskRefusesTheQuestion();
    void failuresAreLoggedAndReported();
    void theLogIsBounded();

private:
    QString folder() const { return m_folder->path(); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestChatController::aTurnGoesThroughItsStates()
{
    tests::Script script = tests::chatScript("A short answer.");
    script.delay = std::chrono::milliseconds(40);
    Program program(folder(), script);
    QCOMPARE(program.controller->state(), ChatState::kNoModel);
    program.load();
    QSignalSpy added(program.controller.get(), &ChatController::messageAdded);
    QVERIFY(program.controller->send("Hello there", {}));
    QCOMPARE(program.controller->state(), ChatState::kPrefilling);
    QCOMPARE(added.size(), 2);
    QCOMPARE(program.last().state, MessageState::kStreaming);
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.states,
             QVector<ChatState>({ChatState::kLoading, ChatState::kIdle, ChatState::kPrefilling, ChatState::kGenerating, ChatState::kIdle}));
    QCOMPARE(program.last().text, "A short answer.");
    QCOMPARE(program.last().state, MessageState::kComplete);
    QCOMPARE(program.last().model, "scripted-chat");
    QVERIFY(QJsonDocument::fromJson(program.last().statistics).object()["generatedTokens"].toInt() > 1);
    QVERIFY(program.controller->memoryBytes() > 0);
    QCOMPARE(program.controller->conversations().front().title, "Hello there");
    QVERIFY(program.failures.isEmpty());
}

void TestChatController::theQuestionIsSavedBeforeTheAnswerBegins()
{
    tests::Script script = tests::chatScript("never");
    script.hangAt = 0;
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("Saved at once", {picture()}));
    // No event loop has run since: nothing can have been answered.
    const auto messages = *program.store->messages(program.controller->currentConversation());
    QCOMPARE(messages.size(), 2);
    QCOMPARE(messages[0].text, "Saved at once");
    QCOMPARE(messages[0].images.size(), 1);
    QVERIFY(!program.store->imagePath(messages[0].images[0]).isEmpty());
    QCOMPARE(messages[1].state, MessageState::kStreaming);
}

void TestChatController::theAnswerIsSavedWhileItGrows()
{
    tests::Script script = tests::chatScript(std::string(3000, 'x'));
    script.delay = std::chrono::milliseconds(5);
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("Long", {}));
    const qint64 id = program.controller->currentConversation();
    qsizetype before = 0;
    for (int second = 0; second < 3; ++second) {
        const qsizetype shown = program.last().text.size();
        QTest::qWait(1000);
        const qsizetype saved = onDisk(folder(), id)[1].text.size();
        QVERIFY2(saved >= shown && saved > before, qPrintable(QStringLiteral("%1 saved of %2").arg(saved).arg(shown)));
        before = saved;
    }
    program.controller->saveNow();
    QCOMPARE(onDisk(folder(), id)[1].text, program.last().text);
}

void TestChatController::stopKeepsWhatWasWritten()
{
    tests::Script script = tests::chatScript("one two three");
    script.hangAt = 2;
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("Count", {}));
    QTRY_COMPARE(program.last().text, "one tw");
    program.controller->stop();
    QCOMPARE(program.controller->state(), ChatState::kStopping);
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.last().state, MessageState::kStopped);
    QCOMPARE(onDisk(folder(), program.controller->currentConversation())[1].text, "one tw");
    QVERIFY(program.failures.isEmpty());
}

void TestChatController::failuresKeepWhatWasWritten()
{
    tests::Script script = tests::chatScript("one two three");
    script.failAt = 2;
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("Count", {}));
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.last().state, MessageState::kFailed);
    QCOMPARE(program.last().text, "one tw");
    QCOMPARE(program.failures.size(), 1);
    QVERIFY(program.failures.front().contains("The scripted device failed."));
    QCOMPARE(QJsonDocument::fromJson(program.last().statistics).object()["error"].toString(), "The scripted device failed.");
    QVERIFY(program.controller->send("Again", {}));
}

void TestChatController::closingInMidAnswerKeepsIt()
{
    qint64 id = 0;
    {
        tests::Script script = tests::chatScript("one two three");
        script.hangAt = 2;
        Program program(folder(), script);
        program.load();
        QVERIFY(program.controller->send("Count", {}));
        id = program.controller->currentConversation();
        QTRY_COMPARE(program.last().text, "one tw");
    }
    const auto messages = onDisk(folder(), id);
    QCOMPARE(messages[0].text, "Count");
    QCOMPARE(messages[1].text, "one tw");
    QCOMPARE(messages[1].state, MessageState::kInterrupted);
}

void TestChatController::aChartAnswerCarriesTableAndTitle()
{
    Program program(folder(), tests::chartScript());
    program.load();
    QVERIFY(program.controller->send({}, {picture()}));
    QTRY_VERIFY(program.idle());
    const auto messages = onDisk(folder(), program.controller->currentConversation());
    const ChartReading reading = ChartReading::fromJson(QJsonDocument::fromJson(messages[1].chart).object());
    QCOMPARE(reading.table.rows.size(), 3);
    QVERIFY(reading.complete);
    QCOMPARE(messages[1].text, reading.summary.text);
    QCOMPARE(program.controller->conversations().front().title, "Sales by town");
}

void TestChatController::chartReadersSayThatTheyCannotChat()
{
    Program program(folder(), tests::chartScript());
    program.load();
    QVERIFY(program.controller->send("What is the capital of France?", {}));
    QVERIFY(program.idle());
    QCOMPARE(program.controller->messages().size(), 2);
    QCOMPARE(program.last().role, MessageRole::kNotice);
    QVERIFY2(program.last().text.contains("reads charts"), qPrintable(program.last().text));
    QVERIFY(program.failures.isEmpty());
    // A follow-up without a picture likewise, two pictures at once too; then a chart is read.
    QVERIFY(program.controller->send("And of Spain?", {}));
    QVERIFY(program.controller->send({}, {picture(Qt::red), picture(Qt::blue)}));
    QCOMPARE(program.controller->messages().size(), 6);
    QVERIFY(program.last().text.contains("one chart at a time"));
    QVERIFY(program.controller->send({}, {picture()}));
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.last().role, MessageRole::kAssistant);
    QCOMPARE(program.record->requests.size(), std::size_t(1));
    QCOMPARE(program.record->requests[0].messages.size(), std::size_t(1));
}

void TestChatController::chartReadersAnswerQuestions()
{
    Program program(folder(), tests::readerScript());
    program.load();
    QVERIFY(program.controller->send({}, {picture()}));
    QTRY_VERIFY(program.idle());
    QVERIFY(program.controller->send("Wie groß ist der Abstand von Berlin und Köln?", {}));
    QTRY_VERIFY(program.idle());
    const engine::GenerationRequest &request = program.record->requests.back();
    QCOMPARE(request.messages.size(), std::size_t(3));
    QCOMPARE(request.messages[0].images.size(), std::size_t(1));
    QCOMPARE(request.messages[1].role, engine::Role::kAssistant);
    const std::string written = tests::chartAnswer();
    QCOMPARE(request.messages[1].text, written.substr(0, written.find("<summary>")));
    QCOMPARE(request.messages[2].text, std::string("Wie groß ist der Abstand von Berlin und Köln?"));
    QCOMPARE(request.language, std::string("de"));
    const auto messages = onDisk(folder(), program.controller->currentConversation());
    QCOMPARE(messages[3].text, QString::fromUtf8("From Köln to Berlin in 2023 it is 31.5 kg: 44 kg and 12.5 kg."));
    const ChartReading answer = ChartReading::fromJson(QJsonDocument::fromJson(messages[3].chart).object());
    QVERIFY(answer.isAnswer && answer.complete);
    QCOMPARE(answer.table.cell(0, 0)->place,
             ChartReading::fromJson(QJsonDocument::fromJson(messages[1].chart).object()).table.cell(0, 0)->place);
    // Another question is asked of the same table, not of the answer.
    QVERIFY(program.controller->send("And now?", {}));
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.record->requests.back().messages.size(), std::size_t(3));
    QCOMPARE(program.record->requests.back().messages[2].text, std::string("And now?"));
    QCOMPARE(program.record->requests.back().language, std::string("en"));

    program.controller->newConversation();
    QVERIFY(program.controller->send("Hello", {})); // without a chart
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.record->requests.back().messages.size(), std::size_t(1));
    QVERIFY(program.last().chart.isEmpty());
    QVERIFY(program.failures.isEmpty());
}

void TestChatController::aPictureThatIsNoChart()
{
    tests::Script script = tests::readerScript();
    script.pieces = {"<chart:nochart>", "<end>"};
    script.replyPieces = {"<lang:en>", "<say:thanks>"};
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send({}, {picture()}));
    QTRY_VERIFY(program.idle());
    QVERIFY2(program.last().text.startsWith(QLatin1String("This is not a chart.")), qPrintable(program.last().text));
    QVERIFY(program.last().chart.isEmpty());
    QCOMPARE(program.last().state, MessageState::kComplete);
    QVERIFY(program.controller->send("Thank you", {}));
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.last().text, "You are welcome.");
    QCOMPARE(program.record->requests.back().messages.size(), std::size_t(1)); // the picture is not looked at again
}

void TestChatController::textModelsSayThatTheyCannotSee()
{
    tests::Script script = tests::chatScript("x");
    script.model.readsImages = false;
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("What is this?", {picture()}));
    QCOMPARE(program.last().role, MessageRole::kNotice);
    QVERIFY(program.last().text.contains("reads text only"));
}

void TestChatController::withoutAModelTheQuestionIsKept()
{
    Program program(folder(), tests::chatScript("x"));
    program.load("broken.gguf");
    QCOMPARE(program.controller->state(), ChatState::kNoModel);
    QCOMPARE(program.failures, QStringList({"broken.gguf is cut off."}));
    QVERIFY(program.controller->send("Hello", {}));
    QCOMPARE(program.last().role, MessageRole::kNotice);
    QVERIFY(program.last().text.contains("broken.gguf is cut off."));
    QCOMPARE(onDisk(folder(), program.controller->currentConversation())[0].text, "Hello");
}

void TestChatController::questionsWaitForTheModel()
{
    Program program(folder(), tests::chartScript());
    program.loadMilliseconds = 200;
    program.controller->loadModel("model.gguf");
    QCOMPARE(program.controller->state(), ChatState::kLoading);
    QVERIFY(program.controller->send({}, {picture()}));
    QCOMPARE(program.controller->messages().size(), 1);
    QVERIFY(!program.controller->send("second", {})); // one at a time
    QTRY_COMPARE(program.controller->messages().size(), 2);
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.last().state, MessageState::kComplete);
    QCOMPARE(program.controller->conversations().front().title, "Sales by town");
}

void TestChatController::aModelThatFailsToLoad()
{
    Program program(folder(), tests::chatScript("x"));
    program.controller->loadModel("broken.gguf");
    QVERIFY(program.controller->send("waiting", {}));
    QTRY_COMPARE(program.controller->messages().size(), 2);
    QCOMPARE(program.last().role, MessageRole::kNotice);
    program.load();
    program.load("broken.gguf");
    QVERIFY(program.idle()); // the model before stays
    QCOMPARE(program.failures.size(), 2);
}

void TestChatController::oneAnswerAtATime()
{
    tests::Script script = tests::chatScript("one two three");
    script.hangAt = 1;
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("first", {}));
    QVERIFY(!program.controller->send("second", {}));
    QCOMPARE(program.failures.size(), 1);
    QCOMPARE(program.controller->messages().size(), 2);
}

void TestChatController::theWholeHistoryIsSent()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    for (const char *question : {"first", "second"}) {
        QVERIFY(program.controller->send(question, {picture()}));
        QTRY_VERIFY(program.idle());
    }
    QVERIFY(program.store->addNotice(program.controller->currentConversation(), "not for the model").ok());
    QVERIFY(program.controller->send("third", {}));
    QTRY_VERIFY(program.idle());
    const auto &messages = program.record->requests.back().messages;
    QCOMPARE(messages.size(), std::size_t(5));
    QCOMPARE(messages[0].text, "first");
    QCOMPARE(messages[0].images.size(), std::size_t(1));
    QCOMPARE(messages[1].role, engine::Role::kAssistant);
    QCOMPARE(messages[1].text, "answer");
    QCOMPARE(messages[4].text, "third");
}

void TestChatController::picturesOfOldConversationsAreSentAgain()
{
    {
        Program program(folder(), tests::chatScript("answer"));
        program.load();
        QVERIFY(program.controller->send("look", {picture()}));
        QTRY_VERIFY(program.idle());
    }
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    program.controller->openConversation(program.controller->conversations().front().id);
    QCOMPARE(program.controller->messages().size(), 2);
    QVERIFY(program.controller->send("again", {}));
    QTRY_VERIFY(program.idle());
    const auto &messages = program.record->requests.back().messages;
    QCOMPARE(messages.size(), std::size_t(3));
    QCOMPARE(messages[0].images.size(), std::size_t(1));
    QCOMPARE(messages[0].images[0]->width, 64);
}

void TestChatController::documentsAreToldBeforeTheQuestion()
{
    Program program(folder(), tests::chatScript("Yes."));
    program.load();
    const OutgoingDocument report{{{}, "report.txt", DocumentKind::kText, {}, "Sales grew."}, "Sales grew."};
    QVERIFY(program.controller->send("Did they?", {}, {report}));
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.record->requests.back().messages.back().text, "<file name=\"report.txt\">\nSales grew.\n</file>\n\nDid they?");
    const qint64 conversation = program.controller->currentConversation();
    const QString file = program.store->documentPath(program.controller->messages().front().documents.front().hash);
    QVERIFY(QFile::exists(file));
    QVERIFY(program.controller->send("Sure?", {})); // still told
    QTRY_VERIFY(program.idle());
    QVERIFY(program.record->requests.back().messages.front().text.find("Sales grew.") != std::string::npos);
    QVERIFY(program.store->removeConversation(conversation));
    QVERIFY(!QFile::exists(file));
}

void TestChatController::answersGoOnInTheBackground()
{
    tests::Script script = tests::chatScript("one two three four five six");
    script.delay = std::chrono::milliseconds(40);
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("Count", {}));
    const qint64 id = program.controller->currentConversation();
    QTRY_VERIFY(program.last().text.size() > 3);
    program.controller->newConversation();
    QVERIFY(program.controller->messages().isEmpty());
    QSignalSpy changed(program.controller.get(), &ChatController::messageChanged);
    QTest::qWait(100);
    QCOMPARE(changed.size(), 0);
    program.controller->openConversation(id);
    QVERIFY(program.last().text.size() > 3); // the growing one, not the one last saved
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.last().text, "one two three four five six");
    QVERIFY(changed.size() > 0);
}

void TestChatController::removingTheRunningConversation()
{
    tests::Script script = tests::chatScript("one two three");
    script.hangAt = 1;
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("Count", {}));
    QTRY_COMPARE(program.last().text, "one");
    program.controller->removeConversation(program.controller->currentConversation());
    QCOMPARE(program.controller->currentConversation(), 0);
    QVERIFY(program.controller->conversations().isEmpty());
    QVERIFY(program.idle());
    QTest::qWait(ChatController::kSaveMilliseconds + 100);
    QVERIFY2(program.failures.isEmpty(), qPrintable(program.failures.join('|')));
}

void TestChatController::renaming()
{
    Program program(folder(), tests::chatScript("x"));
    program.load();
    QVERIFY(program.controller->send("Hello", {}));
    QTRY_VERIFY(program.idle());
    program.controller->renameConversation(program.controller->currentConversation(), "  Better  ");
    QCOMPARE(program.controller->conversations().front().title, "Better");
    program.controller->renameConversation(program.controller->currentConversation(), "   ");
    QCOMPARE(program.controller->conversations().front().title, "Better");
}

void TestChatController::titles_data()
{
    QTest::addColumn<QString>("question");
    QTest::addColumn<QString>("title");
    QTest::newRow("short") << "Hello"
                           << "Hello";
    QTest::newRow("lines are joined") << "Hello\n  there"
                                      << "Hello there";
    QTest::newRow("long") << QString("word ").repeated(30) << QString::fromUtf8("word word word word word word word word word…");
    QTest::newRow("one long word") << QString(100, 'x') << QString(48, 'x') + QString::fromUtf8("…");
}

void TestChatController::titles()
{
    QFETCH(QString, question);
    Program program(folder(), tests::chatScript("x"));
    program.load();
    QVERIFY(program.controller->send(question, {}));
    QTEST(program.controller->conversations().front().title, "title");
}

void TestChatController::nothingToSend()
{
    Program program(folder(), tests::chatScript("x"));
    program.load();
    QVERIFY(!program.controller->send("  \n ", {}));
    QVERIFY(program.controller->conversations().isEmpty());
}

void TestChatController::storeNoticesAreShown()
{
    QFile file(folder() + "/conclave.db");
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no database at all, only words") > 0);
    file.close();
    Program program(folder(), tests::chatScript("x"));
    QTRY_COMPARE(program.failures.size(), 1);
    QVERIFY(program.failures.front().contains("damaged"));
}

void TestChatController::aFullDiskIsToldOnceAndTriedAgain()
{
    const auto disk = tests::SmallDisk::make(folder() + "/disk", 256 * 1024);
    if (!disk)
        QSKIP("no small disk can be mounted here (needs root)");
    tests::Script script = tests::chatScript({});
    script.pieces.assign(300, std::string(1000, 'x'));
    script.delay = std::chrono::milliseconds(10);
    Program program(disk->path() + "/data", script);
    program.load();
    QVERIFY(program.controller->send("Long", {}));
    QTRY_VERIFY_WITH_TIMEOUT(program.idle(), 20000);
    QTest::qWait(ChatController::kSaveMilliseconds * 3);
    QCOMPARE(program.failures.size(), 1);
    QVERIFY2(program.failures.front().contains("full"), qPrintable(program.failures.front()));
    QCOMPARE(program.last().text.size(), 300'000); // all of it is still shown
    disk->grow(16 * 1024 * 1024);
    QTest::qWait(ChatController::kSaveMilliseconds * 2);
    QCOMPARE((*program.store->messages(program.controller->currentConversation()))[1].text.size(), 300'000);
    QCOMPARE((*program.store->messages(program.controller->currentConversation()))[1].state, MessageState::kComplete);
}

void TestChatController::aFullDiskRefusesTheQuestion()
{
    const auto disk = tests::SmallDisk::make(folder() + "/disk", 256 * 1024);
    if (!disk)
        QSKIP("no small disk can be mounted here (needs root)");
    Program program(disk->path() + "/data", tests::chatScript("x"));
    program.load();
    QVERIFY(!program.controller->send(QString(300'000, 'q'), {}));
    QCOMPARE(program.failures.size(), 1);
    QVERIFY(program.failures.front().contains("full"));
    QVERIFY(program.idle());
    QVERIFY(program.controller->conversations().isEmpty());
    QVERIFY(program.controller->messages().isEmpty());
}

/// What stands behind a failure goes to the log, and from there into a report that says nothing of the conversation.
void TestChatController::failuresAreLoggedAndReported()
{
    LogBook log(folder());
    log.install();
    tests::Script script = tests::chatScript("one two three");
    script.failAt = 1;
    script.failure = {engine::ErrorCode::kDeviceFailure, "The scripted device failed.", "layer 7 of 9"};
    QVector<LogLine> lines;
    {
        Program program(folder(), script);
        program.load();
        QVERIFY(program.controller->send("A secret question", {}));
        QTRY_VERIFY(program.idle());
        lines = log.lines();
        QVERIFY(std::any_of(lines.begin(), lines.end(), [](const LogLine &line) { return line.text.contains("layer 7 of 9"); }));
        const QString report = problemReport("It failed.", program.controller->model(), lines);
        QVERIFY(report.startsWith("It failed.") && report.contains("layer 7 of 9") && report.contains("Model: "));
        QVERIFY(!report.contains("secret"));
    }
    QFile file(log.file());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("layer 7 of 9"));
}

void TestChatController::theLogIsBounded()
{
    {
        LogBook log(folder());
        const QString line(2 * LogBook::kMostLetters, u'x');
        for (int i = 0; i < LogBook::kMostLines + 10; ++i)
            log.add(QtInfoMsg, line);
        QCOMPARE(log.lines().size(), LogBook::kMostLines);
        QCOMPARE(log.lines().last().text.size(), LogBook::kMostLetters);
        QVERIFY(QFileInfo(log.file()).size() < LogBook::kMostBytes + LogBook::kMostLetters + 100);
    }
    const LogBook next(folder());
    QVERIFY2(QFileInfo(next.file()).size() == 0 && QFileInfo::exists(next.file() + ".1"), "that of the run before is kept");
}

QTEST_MAIN(TestChatController)
#include "test_chat_controller.moc"
