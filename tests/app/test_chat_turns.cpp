#include "app/chat/figures_json.h"
#include "tests/app/chat_program.h"
#include "tests/support/small_disk.h"

#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace conclave;
using namespace conclave::app;
using tests::picture;
using tests::Program;

namespace
{

QString shown(const Program &program)
{
    QStringList texts;
    for (const StoredMessage &message : program.controller->messages())
        texts.append(message.text);
    return texts.join(u'|');
}

void ask(const Program &program, const QString &question)
{
    QVERIFY(program.controller->send(question, {}));
    QTRY_VERIFY(program.idle());
}

} // namespace

/// Turns asked anew: edited, answered again, continued, switched between; and the settings that go with a request.
class TestChatTurns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void anEditedQuestionIsAskedInItsPlace();
    void anEditedQuestionKeepsItsPictures();
    void anAnswerIsGivenAgain();
    void anAnswerIsEdited();
    void anEarlierAnswerIsGivenAgain();
    void versionsAreSwitched();
    void aStoppedAnswerGoesOn();
    void whatCannotBeContinued();
    void reasoningAndToolCallsAreKeptApart();
    void nothingIsAskedWhileAnAnswerRuns();
    void settingsReachTheEngine();
    void settingsOfANewConversationAreKept();
    void everyConversationHasItsOwnSettings();
    void aConversationLoadsItsModel();
    void aConversationWithoutItsModel();
    void draftsBelongToTheirConversations();
    void aRemovedConversationComesBackWithItsAnswer();
    void aFoundMessageIsShownOnItsBranch();
    void foldersPinsAndArchive();
    void aDatabaseOfANewerVersionIsRead();

private:
    QString folder() const { return m_folder->path(); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestChatTurns::anEditedQuestionIsAskedInItsPlace()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    ask(program, "first");
    ask(program, "second");
    QVERIFY(program.controller->edit(0, "better"));
    QCOMPARE(program.controller->messages().size(), 2);
    QTRY_VERIFY(program.idle());
    QCOMPARE(shown(program), "better|answer");
    const auto &messages = program.record->requests.back().messages;
    QCOMPARE(messages.size(), std::size_t(1));
    QCOMPARE(messages[0].text, "better");
    QCOMPARE(program.controller->messages()[0].siblings.size(), 2);
    program.controller->showSibling(0, -1);
    QCOMPARE(shown(program), "first|answer|second|answer");
    QVERIFY(!program.controller->edit(1, "an answer is not a question"));
    QVERIFY(!program.controller->edit(0, "  "));
    QVERIFY(!program.controller->edit(99, "x"));
}

void TestChatTurns::anEditedQuestionKeepsItsPictures()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    QVERIFY(program.controller->send("look", {picture()}));
    QTRY_VERIFY(program.idle());
    QVERIFY(program.controller->edit(0, "look again"));
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.controller->messages()[0].images.size(), 1);
    QCOMPARE(program.record->requests.back().messages[0].images.size(), std::size_t(1));
}

void TestChatTurns::anAnswerIsGivenAgain()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    ask(program, "question");
    QVERIFY(program.controller->regenerate(1));
    QCOMPARE(program.controller->messages().size(), 2);
    QCOMPARE(program.last().state, MessageState::kStreaming);
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.last().siblings.size(), 2);
    QCOMPARE(program.record->requests.back().messages.size(), std::size_t(1));
    QVERIFY(program.record->requests[0].sampling.seed != program.record->requests[1].sampling.seed);
    QVERIFY(!program.controller->regenerate(0));
}

/// The model is told of the words that stand there, not of its own.
void TestChatTurns::anAnswerIsEdited()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    ask(program, "question");
    QVERIFY(!program.controller->editAnswer(1, " \n"));
    QVERIFY(!program.controller->editAnswer(1, "answer")); // as it is
    QVERIFY(!program.controller->editAnswer(0, "a question is no answer"));
    QVERIFY(program.controller->editAnswer(1, "my own words"));
    QCOMPARE(program.controller->messages().size(), 2);
    QCOMPARE(program.last().text, "my own words");
    QCOMPARE(program.last().state, MessageState::kComplete);
    QCOMPARE(program.last().siblings.size(), 2);
    QVERIFY(saysEdited(program.last().statistics));
    ask(program, "more");
    QCOMPARE(program.record->requests.back().messages.size(), std::size_t(3));
    QCOMPARE(program.record->requests.back().messages[1].text, "my own words");
    program.controller->showSibling(1, -1);
    QCOMPARE(program.controller->messages().size(), 2); // what followed stays with its version
    QCOMPARE(program.last().text, "answer");
}

void TestChatTurns::anEarlierAnswerIsGivenAgain()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    ask(program, "first");
    ask(program, "second");
    QVERIFY(program.controller->regenerate(1));
    QTRY_VERIFY(program.idle());
    QCOMPARE(shown(program), "first|answer");
    QCOMPARE(program.record->requests.back().messages.size(), std::size_t(1));
    ask(program, "goes on here");
    QCOMPARE(shown(program), "first|answer|goes on here|answer");
}

void TestChatTurns::versionsAreSwitched()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    ask(program, "one");
    QVERIFY(program.controller->edit(0, "two"));
    QTRY_VERIFY(program.idle());
    program.controller->showSibling(0, 1); // there is none
    QCOMPARE(shown(program), "two|answer");
    program.controller->showSibling(0, -1);
    QCOMPARE(shown(program), "one|answer");
    program.controller->showSibling(-1, 1);
    program.controller->showSibling(7, 1);
    QCOMPARE((*program.store->messages(program.controller->currentConversation()))[0].text, "one");
}

void TestChatTurns::aStoppedAnswerGoesOn()
{
    tests::Script script = tests::chatScript("one two three");
    script.hangAt = 2;
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("Count", {}));
    QTRY_COMPARE(program.last().text, "one tw");
    program.controller->stop();
    QTRY_VERIFY(program.idle());
    QVERIFY(program.controller->continueAnswer(1));
    QCOMPARE(program.last().state, MessageState::kStreaming);
    QCOMPARE(program.last().text, "one tw"); // nothing of it is lost meanwhile
    QTRY_COMPARE(program.last().text, "one twone tw");
    program.controller->stop();
    QTRY_VERIFY(program.idle());
    const auto messages = *program.store->messages(program.controller->currentConversation());
    QCOMPARE(messages.size(), 2);
    QCOMPARE(messages[1].text, "one twone tw");
    QCOMPARE(messages[1].siblings.size(), 1);
    const auto &asked = program.record->requests.back().messages;
    QCOMPARE(asked.size(), std::size_t(2)); // the engine goes on with the assistant's own turn
    QCOMPARE(asked[1].role, engine::Role::kAssistant);
    QCOMPARE(asked[1].text, "one tw");
}

void TestChatTurns::reasoningAndToolCallsAreKeptApart()
{
    tests::Script script = tests::chatScript("It is 4.");
    script.reasoning = {"Two ", "and two."};
    script.toolCalls = {{"c1", "add", "{\"a\":2}"}};
    script.delay = std::chrono::milliseconds(5);
    qint64 conversation = 0;
    {
        Program program(folder(), script);
        program.load();
        ask(program, "2 + 2?");
        QCOMPARE(program.last().text, "It is 4.");
        QCOMPARE(program.last().reasoning, "Two and two.");
        QVERIFY(program.last().reasoningTime >= 4);
        conversation = program.controller->currentConversation();
        ask(program, "Sure?");
        for (const engine::Message &message : program.record->requests.back().messages)
            QVERIFY(!QString::fromStdString(message.text).contains("and two")); // never told to the model again
    }
    auto store = ConversationStore::open(folder());
    QVERIFY(store.ok());
    const auto messages = *(*store)->messages(conversation);
    QCOMPARE(messages[1].text, "It is 4.");
    QCOMPARE(messages[1].reasoning, "Two and two.");
    QVERIFY(messages[1].reasoningTime >= 4);
    QCOMPARE(messages[1].toolCalls, QByteArray("[{\"arguments\":\"{\\\"a\\\":2}\",\"id\":\"c1\",\"name\":\"add\"}]"));
    QVERIFY((*store)->search("and two")->isEmpty());
}

void TestChatTurns::whatCannotBeContinued()
{
    Program program(folder(), tests::chartScript());
    program.load();
    QVERIFY(program.controller->send({}, {picture()}));
    QTRY_VERIFY(program.idle());
    QVERIFY(!program.controller->continueAnswer(1)); // a chart
    QVERIFY(!program.controller->continueAnswer(0));
    QVERIFY(program.controller->regenerate(1));
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.last().siblings.size(), 2);
    QVERIFY(!program.last().chart.isEmpty());
}

void TestChatTurns::nothingIsAskedWhileAnAnswerRuns()
{
    tests::Script script = tests::chatScript("one two three");
    script.hangAt = 1;
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("first", {}));
    QTRY_COMPARE(program.last().text, "one");
    QVERIFY(!program.controller->edit(0, "other"));
    QVERIFY(!program.controller->regenerate(1));
    QVERIFY(!program.controller->continueAnswer(1));
    program.controller->showSibling(0, 1);
    QCOMPARE(shown(program), "first|one");
    QCOMPARE(program.failures.size(), 4);
}

void TestChatTurns::settingsReachTheEngine()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    ChatSettings settings;
    settings.systemPrompt = "Be brief.";
    settings.sampling.temperature = 0.1F;
    settings.sampling.topK = 3;
    settings.sampling.seed = 77;
    settings.fixedSeed = true;
    settings.maxTokens = 1;
    program.controller->setSettings(settings);
    ask(program, "question");
    const auto &request = program.record->requests.back();
    QCOMPARE(request.messages.size(), std::size_t(2));
    QCOMPARE(request.messages[0].role, engine::Role::kSystem);
    QCOMPARE(request.messages[0].text, "Be brief.");
    QCOMPARE(request.sampling.temperature, 0.1F);
    QCOMPARE(request.sampling.topK, 3);
    QCOMPARE(request.sampling.seed, std::uint64_t(77));
    QCOMPARE(request.maxTokens, 1);
    QCOMPARE(program.last().text, "ans"); // one token
}

void TestChatTurns::settingsOfANewConversationAreKept()
{
    qint64 id = 0;
    {
        Program program(folder(), tests::chatScript("answer"));
        program.load();
        ChatSettings settings;
        settings.systemPrompt = "Be brief.";
        program.controller->setSettings(settings);
        ask(program, "question");
        id = program.controller->currentConversation();
    }
    Program program(folder(), tests::chatScript("answer"));
    program.controller->openConversation(id);
    QCOMPARE(program.controller->settings().systemPrompt, "Be brief.");
}

void TestChatTurns::everyConversationHasItsOwnSettings()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    ChatSettings settings;
    settings.systemPrompt = "Be brief.";
    program.controller->setSettings(settings);
    ask(program, "question");
    const qint64 id = program.controller->currentConversation();
    QSignalSpy changed(program.controller.get(), &ChatController::settingsChanged);
    program.controller->newConversation();
    QCOMPARE(changed.size(), 1);
    QCOMPARE(program.controller->settings(), ChatSettings());
    ask(program, "other");
    QCOMPARE(program.record->requests.back().messages.size(), std::size_t(1));
    program.controller->openConversation(id);
    QCOMPARE(program.controller->settings().systemPrompt, "Be brief.");
}

void TestChatTurns::aConversationLoadsItsModel()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load("one.gguf");
    ChatSettings settings;
    settings.model = "two.gguf";
    program.controller->setSettings(settings);
    QVERIFY(program.controller->send("question", {}));
    QCOMPARE(program.controller->state(), ChatState::kLoading);
    QTRY_VERIFY(program.idle());
    QTRY_COMPARE(program.controller->messages().size(), 2);
    QTRY_VERIFY(program.idle());
    QCOMPARE(program.controller->model().file, "two.gguf");
    QCOMPARE(shown(program), "question|answer");
}

void TestChatTurns::aConversationWithoutItsModel()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load("one.gguf");
    ChatSettings settings;
    settings.model = "broken.gguf";
    program.controller->setSettings(settings);
    QVERIFY(program.controller->send("question", {}));
    QTRY_COMPARE(program.controller->messages().size(), 2);
    QCOMPARE(program.last().role, MessageRole::kNotice); // not answered by another one unseen
    QVERIFY2(program.last().text.contains("broken.gguf"), qPrintable(program.last().text));
    QVERIFY(program.record->requests.empty());
}

void TestChatTurns::draftsBelongToTheirConversations()
{
    qint64 id = 0;
    {
        Program program(folder(), tests::chatScript("answer"));
        program.load();
        program.controller->saveDraft("question");
        ask(program, "question");
        id = program.controller->currentConversation();
        QVERIFY(program.controller->draft().isEmpty());
        program.controller->saveDraft("half a follow-up");
        program.controller->newConversation();
        QVERIFY(program.controller->draft().isEmpty());
        program.controller->saveDraft("something new");
    }
    Program program(folder(), tests::chatScript("answer"));
    QCOMPARE(program.controller->draft(), "something new");
    program.controller->openConversation(id);
    QCOMPARE(program.controller->draft(), "half a follow-up");
}

void TestChatTurns::aRemovedConversationComesBackWithItsAnswer()
{
    tests::Script script = tests::chatScript("one two three");
    script.hangAt = 2;
    Program program(folder(), script);
    program.load();
    QVERIFY(program.controller->send("Count", {}));
    QTRY_COMPARE(program.last().text, "one tw");
    const qint64 id = program.controller->currentConversation();
    program.controller->removeConversation(id);
    QVERIFY(program.controller->conversations().isEmpty());
    program.controller->restoreConversation(id);
    program.controller->openConversation(id);
    QCOMPARE(shown(program), "Count|one tw");
    QCOMPARE(program.last().state, MessageState::kStopped);
}

void TestChatTurns::aFoundMessageIsShownOnItsBranch()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    ask(program, "original wording");
    ask(program, "follow-up");
    QVERIFY(program.controller->edit(0, "edited"));
    QTRY_VERIFY(program.idle());
    program.controller->newConversation();
    const auto hits = *program.store->search("follow");
    QCOMPARE(hits.size(), 1);
    QCOMPARE(program.controller->openMessage(hits[0].conversation, hits[0].message), 2);
    QCOMPARE(shown(program), "original wording|answer|follow-up|answer");
    QCOMPARE(program.controller->openMessage(hits[0].conversation, 0), -1);
}

void TestChatTurns::foldersPinsAndArchive()
{
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    ask(program, "question");
    const qint64 id = program.controller->currentConversation();
    ConversationShelf &shelf = program.controller->shelf();
    QSignalSpy changed(program.controller.get(), &ChatController::conversationsChanged);
    const qint64 work = shelf.createFolder(" Work ");
    QVERIFY(work != 0);
    QCOMPARE(shelf.folders().front().name, "Work");
    shelf.moveToFolder(id, work);
    shelf.setPinned(id, true);
    shelf.setArchived(id, true);
    QCOMPARE(changed.size(), 4);
    const Conversation now = program.controller->conversations().front();
    QVERIFY(now.pinned && now.archived && now.folder == work);
    shelf.renameFolder(work, "  ");
    QCOMPARE(shelf.folders().front().name, "Work");
    shelf.removeFolder(work);
    QVERIFY(shelf.folders().isEmpty());
    QCOMPARE(program.controller->conversations().front().folder, 0);
    shelf.moveToFolder(id, 4711);
    QCOMPARE(program.failures.size(), 1);
}

void TestChatTurns::aDatabaseOfANewerVersionIsRead()
{
    {
        Program program(folder(), tests::chatScript("answer"));
        program.load();
        ask(program, "question");
    }
    {
        QSqlDatabase db = QSqlDatabase::addDatabase("QSQLITE", "newer");
        db.setDatabaseName(folder() + "/conclave.db");
        QVERIFY(db.open());
        QVERIFY(QSqlQuery(db).exec("PRAGMA user_version = 99"));
    }
    QSqlDatabase::removeDatabase("newer");
    Program program(folder(), tests::chatScript("answer"));
    program.load();
    QTRY_VERIFY(!program.failures.isEmpty());
    QVERIFY(program.failures.front().contains("newer version"));
    program.controller->openConversation(program.controller->conversations().front().id);
    QCOMPARE(shown(program), "question|answer");
    QVERIFY(!program.controller->send("more", {}));
    QVERIFY(!program.controller->regenerate(1));
    QVERIFY(program.failures.back().contains("newer version"));
    QCOMPARE(shown(program), "question|answer");
}

QTEST_MAIN(TestChatTurns)
#include "test_chat_turns.moc"
