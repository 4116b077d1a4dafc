#include "app/chat/pass_text.h"
#include "app/chat/receipt.h"
#include "app/paths.h"
#include "tests/app/chat_program.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace conclave;
using namespace conclave::app;
using tests::picture;
using tests::Program;

namespace
{

Receipt receiptOf(const ChatController &controller, int index)
{
    return Receipt::fromJson(controller.messages()[index].receipt);
}

/// What a replay of the answer at `index` comes to; nothing when it is refused.
std::optional<ReplayResult> replayed(ChatController &controller, int index)
{
    std::optional<ReplayResult> out;
    const auto connection = QObject::connect(&controller, &ChatController::replayed, [&](const ReplayResult &result) { out = result; });
    if (controller.replay(index) && !QTest::qWaitFor([&] { return out.has_value(); }, 60'000))
        qFatal("the replay did not end");
    QObject::disconnect(connection);
    return out;
}

/// The real engine with a model file.
struct RealProgram
{
    RealProgram(const QString &folder, const QString &model)
        : store(std::move(*ConversationStore::open(folder))), controller(*store, worker)
    {
        controller.loadModel(model);
        if (!QTest::qWaitFor([this] { return controller.state() == ChatState::kIdle; }, 60'000))
            qFatal("%s", qPrintable(controller.model().error));
    }
    void ask(const QString &question, const QVector<LoadedImage> &images = {})
    {
        QVERIFY(controller.send(question, images));
        wait();
    }
    void wait()
    {
        QVERIFY(QTest::qWaitFor([this] { return controller.state() == ChatState::kIdle; }, 60'000));
    }

    std::unique_ptr<ConversationStore> store;
    InferenceWorker worker;
    ChatController controller;
};

} // namespace

class TestReceipts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aReceiptNamesEverything();
    void receiptsOfForeignFilesAreEmpty();
    void theBuiltInModelWritesTheSameAgain();
    void aChatIsWrittenTheSameAgain();
    void receiptsWithoutPassesSaySo();
    void passesAreReadAsTheyAreWritten();
    void anotherAnswerIsTold();
    void anotherModelIsRefused();
    void theModelsHashComesWhenItIsKnown();
    void aChangedPromptIsRefused();
    void aReplayCanBeStopped();
    void picturesAreShownAsTheModelSeesThem();

private:
    QString folder() const { return m_folder->path(); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestReceipts::aReceiptNamesEverything()
{
    Program program(folder(), tests::chatScript("a short answer"));
    program.load();
    ChatSettings settings;
    settings.systemPrompt = "be brief";
    settings.sampling.temperature = 0.5F;
    program.controller->setSettings(settings);
    QVERIFY(program.controller->send("look", {picture()}, {{{{}, "a.txt", DocumentKind::kText, {}, "text"}, "text"}}));
    QTRY_VERIFY(program.idle());
    const Receipt receipt = receiptOf(*program.controller, 1);
    QCOMPARE(receipt.model, QString("scripted-chat"));
    QCOMPARE(receipt.modelFile, QString("model.gguf"));
    QCOMPARE(receipt.fingerprint, quint64(0x5c81f7ed));
    QCOMPARE(receipt.device, QString("Scripted"));
    QVERIFY(receipt.build.startsWith("Conclave ") && receipt.build.contains("sha256 "));
    QCOMPARE(receipt.settings.systemPrompt, settings.systemPrompt);
    QCOMPARE(receipt.settings.sampling.temperature, 0.5F);
    QCOMPARE(receipt.settings.sampling.seed, program.record->requests.back().sampling.seed);
    QCOMPARE(receipt.promptHash.size(), 64);
    QCOMPARE(receipt.images.size(), 1);
    QCOMPARE(receipt.images.front().hash, program.controller->messages().front().images.front());
    QCOMPARE(receipt.images.front().size, QSize(64, 48));
    QCOMPARE(receipt.documents.front().name, QString("a.txt"));
    QVERIFY(receipt.answerTokens > 0 && receipt.answerHash.size() == 64 && receipt.exactHash != receipt.answerHash);
    QCOMPARE(Receipt::fromJson(receipt.toJson()).toJson(), receipt.toJson());
    // The same after a restart.
    const auto stored = program.store->messages(program.controller->currentConversation());
    QCOMPARE((*stored)[1].receipt, receipt.toJson());
}

void TestReceipts::receiptsOfForeignFilesAreEmpty()
{
    for (const char *json : {"", "nonsense", "[]", R"({"promptSha256": 7, "images": 3, "seed": {}, "goesOnFrom": -5})"}) {
        const Receipt receipt = Receipt::fromJson(json);
        QVERIFY(receipt.isEmpty() && receipt.images.isEmpty() && receipt.goesOnFrom == 0);
    }
}

void TestReceipts::theBuiltInModelWritesTheSameAgain()
{
    QVERIFY2(!builtInModelPath().isEmpty(), "the built-in model is missing");
    RealProgram program(folder(), builtInModelPath());
    const auto image = loadImageFile(samplePath());
    QVERIFY(image.ok());
    program.ask({}, {*image});
    const auto result = replayed(program.controller, 1);
    QVERIFY(result && result->error.isEmpty());
    QCOMPARE(int(result->outcome), int(ReplayResult::kIdentical));
    QCOMPARE(result->tokens, receiptOf(program.controller, 1).answerTokens);
    QVERIFY(result->tokens > 20);
    QCOMPARE(program.controller.messages().size(), 2); // nothing was added
}

/// Answers that went on from what was computed before come out the same when everything is computed anew.
void TestReceipts::aChatIsWrittenTheSameAgain()
{
    constexpr int kSeeds = 40;
    int cached = 0;
    const auto differs = [&](RealProgram &program, int index) {
        const auto result = replayed(program.controller, index);
        return !result || !result->error.isEmpty() || !result->samePasses || result->outcome != ReplayResult::kIdentical;
    };
    const QString model = QStringLiteral(CONCLAVE_TEST_DATA "/models/llama/model.gguf");
    {
        RealProgram program(folder(), model);
        for (int seed = 1; seed <= kSeeds; ++seed) {
            program.controller.newConversation();
            ChatSettings settings;
            settings.maxTokens = 24;
            settings.fixedSeed = true;
            settings.sampling.seed = quint64(seed);
            program.controller.setSettings(settings);
            program.ask("One two three");
            program.ask("Four five six");
            QVERIFY2(!differs(program, 3) && !differs(program, 1), qPrintable(QString::number(seed)));
            if (seed % 4 != 0)
                continue;
            program.ask("Seven");
            QVERIFY(program.controller.regenerate(5));
            program.wait();
            cached += receiptOf(program.controller, 3).cachedTokens + receiptOf(program.controller, 5).cachedTokens;
            QVERIFY2(!differs(program, 5), qPrintable(QString::number(seed)));
            QVERIFY(program.controller.edit(4, "Seven eight"));
            program.wait();
            QVERIFY2(!differs(program, 5), qPrintable(QString::number(seed)));
        }
    }
    QVERIFY(cached > kSeeds * 10);
    RealProgram later(folder(), model); // the receipts are in the database
    later.controller.openConversation(later.controller.conversations().front().id);
    for (const int index : {1, 3, 5})
        QVERIFY(!differs(later, index));
}

/// Of older versions: numbers may differ in their last digits, and that is said.
void TestReceipts::receiptsWithoutPassesSaySo()
{
    const QString model = QStringLiteral(CONCLAVE_TEST_DATA "/models/llama/model.gguf");
    {
        RealProgram program(folder(), model);
        program.ask("One two three");
        program.ask("Four five six");
        for (const int index : {1, 3}) {
            const StoredMessage &answer = program.controller.messages()[index];
            Receipt receipt = Receipt::fromJson(answer.receipt);
            QVERIFY(!receipt.passes.empty());
            receipt.passes.clear();
            QVERIFY(program.store->replaceReceipt(answer.id, answer.receipt, receipt.toJson()).ok());
        }
    }
    RealProgram later(folder(), model);
    later.controller.openConversation(later.controller.conversations().front().id);
    const auto first = replayed(later.controller, 1);
    QVERIFY(first && first->samePasses && first->outcome == ReplayResult::kIdentical); // nothing was known from before
    const auto second = replayed(later.controller, 3);
    QVERIFY(second && second->error.isEmpty() && !second->samePasses);
}

void TestReceipts::passesAreReadAsTheyAreWritten()
{
    const std::vector<engine::PassRun> passes{{512, 2, {}}, {37, 1, {198, 0, 271}}, {1, 250, {}}, {20, 1, {}}};
    QCOMPARE(passText(passes), QString("512x2,37-198.0.271,1x250,20"));
    QVERIFY(passesOf(passText(passes)) == passes);
    QVERIFY(passesOf({}).empty());
    for (const char *text : {"0",      "-1",  "12,", ",12",         "12x",      "12x0",        "12x1", "12-",   "12-1.", "12-1x2",
                             "12x2-1", "1 2", "+3",  "99999999999", "16777217", "12x99999999", "a",    "12xx2", "12--1", "1e3"})
        QVERIFY2(passesOf(text).empty(), text);
}

void TestReceipts::anotherAnswerIsTold()
{
    {
        Program program(folder(), tests::chatScript("one answer"));
        program.load();
        QVERIFY(program.controller->send("why?", {}));
        QTRY_VERIFY(program.idle());
    }
    Program program(folder(), tests::chatScript("another answer"));
    program.load();
    program.controller->openConversation(program.controller->conversations().front().id);
    const auto result = replayed(*program.controller, 1);
    QVERIFY(result);
    QCOMPARE(int(result->outcome), int(ReplayResult::kDiffers));
    QCOMPARE(result->text, QString("another answer"));
    QCOMPARE(program.controller->messages()[1].text, QString("one answer"));

    tests::Script doubtful = tests::chatScript("one answer");
    doubtful.probability = 0.8F;
    Program third(folder(), doubtful);
    third.load();
    third.controller->openConversation(third.controller->conversations().front().id);
    QCOMPARE(int(replayed(*third.controller, 1)->outcome), int(ReplayResult::kSameWords));
}

void TestReceipts::anotherModelIsRefused()
{
    Program program(folder(), tests::chatScript("an answer"));
    program.load();
    QVERIFY(program.controller->send("why?", {}));
    QTRY_VERIFY(program.idle());
    QVERIFY(!builtInModelPath().isEmpty());
    RealProgram other(folder(), builtInModelPath());
    QString problem;
    QObject::connect(&other.controller, &ChatController::failed, [&](const QString &message) { problem = message; });
    other.controller.openConversation(other.controller.conversations().front().id);
    QVERIFY(!other.controller.replay(1));
    QVERIFY2(problem.contains("model.gguf"), qPrintable(problem));
}

void TestReceipts::aChangedPromptIsRefused()
{
    {
        Program program(folder(), tests::chatScript("an answer"));
        program.load();
        QVERIFY(program.controller->send("look", {picture()}));
        QTRY_VERIFY(program.idle());
        QVERIFY(QFile::remove(program.store->imagePath(program.controller->messages().front().images.front())));
    }
    Program program(folder(), tests::chatScript("an answer"));
    program.load();
    program.controller->openConversation(program.controller->conversations().front().id);
    QVERIFY(!program.controller->replay(1));
    QVERIFY(program.failures.back().contains("no longer what it was"));
    QVERIFY(program.idle());
}

void TestReceipts::aReplayCanBeStopped()
{
    {
        Program program(folder(), tests::chatScript("a somewhat longer answer"));
        program.load();
        QVERIFY(program.controller->send("why?", {}));
        QTRY_VERIFY(program.idle());
    }
    tests::Script script = tests::chatScript("a somewhat longer answer");
    script.hangAt = 3;
    Program program(folder(), script);
    program.load();
    program.controller->openConversation(program.controller->conversations().front().id);
    std::optional<ReplayResult> result;
    QObject::connect(program.controller.get(), &ChatController::replayed, [&](const ReplayResult &told) { result = told; });
    QVERIFY(program.controller->replay(1));
    QTRY_COMPARE(program.controller->state(), ChatState::kGenerating);
    QVERIFY(!program.controller->send("now?", {})); // one thing at a time
    program.controller->stop();
    QTRY_VERIFY(result.has_value());
    QCOMPARE(int(result->outcome), int(ReplayResult::kStopped));
    QVERIFY(program.idle());
}

void TestReceipts::picturesAreShownAsTheModelSeesThem()
{
    RealProgram program(folder(), builtInModelPath());
    const auto image = loadImageFile(samplePath());
    QVERIFY(image.ok());
    program.ask({}, {*image});
    std::optional<SightResult> result;
    QObject::connect(&program.controller, &ChatController::seen, [&](const SightResult &told) { result = told; });
    const quint64 look = program.controller.look({program.controller.messages().front().images.front(), QString(64, 'a')});
    QTRY_VERIFY(result.has_value());
    QCOMPARE(result->request, look);
    QCOMPARE(result->sights.size(), 2);
    const engine::ModelInfo &model = program.controller.model().info;
    QCOMPARE(result->sights[0].picture.size(), QSize(model.chartInputWidth, model.chartInputHeight));
    QVERIFY(result->sights[0].tokens > 0 && !result->sights[0].inPrompt);
    QVERIFY(result->sights[1].picture.isNull() && !result->sights[1].error.isEmpty()); // it is lost
}

void TestReceipts::theModelsHashComesWhenItIsKnown()
{
    Program program(m_folder->path(), tests::chatScript("Yes."));
    program.load("model.gguf");
    QVERIFY(program.controller->send("First", {}));
    QTRY_VERIFY(program.idle());
    QVERIFY(receiptOf(*program.controller, 1).modelHash.isEmpty());
    program.controller->setModelHash("other.gguf", "0b0b");
    QVERIFY(receiptOf(*program.controller, 1).modelHash.isEmpty());
    QVERIFY(program.controller->send("Second", {}));
    QTRY_VERIFY(program.idle());
    program.controller->setModelHash("model.gguf", "c0ffee");
    QVERIFY(program.controller->send("Third", {}));
    QTRY_VERIFY(program.idle());
    const auto stored = *program.store->messages(program.controller->currentConversation());
    for (const int answer : {1, 3, 5}) {
        QCOMPARE(receiptOf(*program.controller, answer).modelHash, "c0ffee");
        QCOMPARE(stored[answer].receipt, program.controller->messages()[answer].receipt);
    }
}

QTEST_MAIN(TestReceipts)
#include "test_receipts.moc"
