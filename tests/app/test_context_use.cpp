#include "app/chat/turns_told.h"
#include "tests/app/chat_program.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace conclave;
using namespace conclave::app;
using tests::kPictureTokens;
using tests::kTurnTokens;
using tests::Program;

namespace
{

const QString kTenWords = QStringLiteral("one two three four five six seven eight nine ten");

tests::Script smallContext(int tokens)
{
    tests::Script script = tests::chatScript("one two three four five six seven eight nine ten");
    script.model.contextTokens = tokens;
    return script;
}

void ask(Program &program, const QString &question)
{
    QVERIFY(program.controller->send(question, {}));
    QTRY_VERIFY(program.idle());
}

ContextUse measured(Program &program, const DraftTurn &draft)
{
    ContextUse use;
    bool told = false;
    const auto connection = QObject::connect(program.controller.get(), &ChatController::measured, [&](const ContextUse &result) {
        use = result;
        told = true;
    });
    program.controller->measure(draft);
    if (!QTest::qWaitFor([&] { return told; }))
        use.error = QStringLiteral("nothing was told");
    QObject::disconnect(connection);
    return use;
}

} // namespace

class TestContextUse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void everyPartIsCounted();
    void onlyTheLatestCountIsTold();
    void oldestTurnsAreLeftOutWhenAskedTo();
    void whatDoesNotFitAloneIsSaid();
    void allOfItCanBeLeftOut();
    void aSystemPromptStays();
    void aModelIsLoadedWithMoreRoom();
    void whatCannotBeCountedIsSaid();

private:
    QString folder() const { return m_folder->path(); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestContextUse::everyPartIsCounted()
{
    Program program(folder(), smallContext(4096));
    program.load();
    ask(program, kTenWords);
    const StoredDocument document{{}, "a.txt", DocumentKind::kText, {}, kTenWords};
    const ContextUse use = measured(program, {QStringLiteral("why?"), {QSize(20, 10)}, {document}});
    QCOMPARE(use.error, QString());
    QCOMPARE(use.capacity, 4096);
    QCOMPARE(use.documents, QVector<int>{10 + 3}); // with its marks
    QCOMPARE(use.images, QVector<int>{kPictureTokens});
    QCOMPARE(use.history, 2 * (kTurnTokens + 10));
    QCOMPARE(use.total, 1 + use.history + kTurnTokens + 1 + 13 + kPictureTokens);
    QVERIFY(use.fits() && use.leaveOut == 0);
}

void TestContextUse::onlyTheLatestCountIsTold()
{
    Program program(folder(), smallContext(4096));
    program.load();
    QSignalSpy told(program.controller.get(), &ChatController::measured);
    for (int i = 0; i < 50; ++i)
        program.controller->measure({QString("word ").repeated(i), {}, {}});
    QTRY_VERIFY(!told.isEmpty());
    QTest::qWait(50);
    QCOMPARE(told.size(), 1);
    QCOMPARE(told.front().front().value<ContextUse>().total, 1 + kTurnTokens + 49);
}

void TestContextUse::oldestTurnsAreLeftOutWhenAskedTo()
{
    const int turn = 2 * (kTurnTokens + 10);
    const int question = kTurnTokens + 10;
    {
        // Room for two turns before the question, and the least answer.
        Program program(folder(), smallContext(1 + 2 * turn + question + ContextUse::kLeastAnswer));
        program.load();
        for (int i = 0; i < 5; ++i)
            ask(program, kTenWords);
        ContextUse use = measured(program, {kTenWords, {}, {}});
        QVERIFY(!use.fits());
        QCOMPARE(use.leaveOut, 3);
        program.controller->leaveOutOldest(use.leaveOut);
        QCOMPARE(program.controller->toldFrom(), program.controller->messages()[6].id);
        use = measured(program, {kTenWords, {}, {}});
        QVERIFY(use.fits());
        ask(program, QStringLiteral("last"));
        QCOMPARE(program.record->requests.back().messages.size(), std::size_t(5));
        QCOMPARE(program.controller->messages().size(), 12); // nothing is gone from the transcript
    }
    Program program(folder(), smallContext(4096));
    program.load();
    program.controller->openConversation(program.controller->conversations().front().id);
    QCOMPARE(program.controller->toldFrom(), program.controller->messages()[6].id);
    program.controller->tellAll();
    ask(program, QStringLiteral("again"));
    QCOMPARE(program.record->requests.back().messages.size(), std::size_t(13));
}

void TestContextUse::whatDoesNotFitAloneIsSaid()
{
    Program program(folder(), smallContext(100));
    program.load();
    const ContextUse use = measured(program, {kTenWords.repeated(20), {}, {}});
    QVERIFY(!use.fits());
    QCOMPARE(use.leaveOut, -1);
}

void TestContextUse::allOfItCanBeLeftOut()
{
    Program program(folder(), smallContext(4096));
    program.load();
    ask(program, kTenWords);
    program.controller->leaveOutOldest(1);
    ask(program, QStringLiteral("last"));
    QCOMPARE(program.record->requests.back().messages.size(), std::size_t(1));
}

void TestContextUse::aSystemPromptStays()
{
    std::vector<engine::Message> prompt;
    prompt.push_back({engine::Role::kSystem, "be brief", {}});
    for (const char *text : {"a", "b"}) {
        prompt.push_back({engine::Role::kUser, text, {}});
        prompt.push_back({engine::Role::kAssistant, "yes", {}});
    }
    prompt.push_back({engine::Role::kUser, "c", {}});
    QCOMPARE(turnsOf(prompt), 3);
    const auto left = withoutTurns(prompt, 1);
    QCOMPARE(left.size(), std::size_t(4));
    QVERIFY(left[0].text == "be brief" && left[1].text == "b" && left[3].text == "c");
    QCOMPARE(withoutTurns(prompt, 9).size(), std::size_t(1));
}

void TestContextUse::aModelIsLoadedWithMoreRoom()
{
    const auto store = std::move(*ConversationStore::open(folder()));
    tests::Script script = smallContext(100'000);
    script.sessionTokens = 100;
    InferenceWorker worker([script](const ModelRequest &request) -> engine::Result<std::unique_ptr<engine::Engine>> {
        tests::Script chosen = script;
        chosen.sessionTokens = request.contextTokens > 0 ? request.contextTokens : script.sessionTokens;
        return tests::makeScriptedEngine(chosen);
    });
    ChatController controller(*store, worker);
    controller.loadModel("model.gguf");
    QTRY_VERIFY(controller.state() == ChatState::kIdle);
    QCOMPARE(controller.model().contextTokens, 100);
    controller.reloadWithContext(800);
    QTRY_VERIFY(controller.state() == ChatState::kIdle);
    QCOMPARE(controller.model().contextTokens, 800);
    QCOMPARE(controller.model().file, QString("model.gguf"));
}

void TestContextUse::whatCannotBeCountedIsSaid()
{
    InferenceWorker worker([](const QString &) -> engine::Result<std::unique_ptr<engine::Engine>> {
        return failure(engine::ErrorCode::kFileNotFound, "none");
    });
    QSignalSpy counted(&worker, &InferenceWorker::counted);
    worker.count({1, 1, {{{engine::Role::kUser, "a", {}}}}, 0});
    QTRY_COMPARE(counted.size(), 1);
    const auto result = counted.front().front().value<CountResult>();
    QCOMPARE(result.tokens, QVector<int>{-1});
    QVERIFY(result.error.contains("No model is loaded"));
}

QTEST_MAIN(TestContextUse)
#include "test_context_use.moc"
