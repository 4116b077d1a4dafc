#include "app/chat/chat_settings.h"
#include "app/store/conversation_store.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace conclave;
using namespace conclave::app;

namespace
{

std::unique_ptr<ConversationStore> opened(const QString &folder)
{
    auto store = ConversationStore::open(folder);
    if (!store)
        qFatal("%s", store.error().message.c_str());
    return std::move(*store);
}

/// "question|answer|…" of the shown branch.
QString shown(const ConversationStore &store, qint64 conversation)
{
    QStringList texts;
    const QVector<StoredMessage> messages = *store.messages(conversation);
    for (const StoredMessage &message : messages)
        texts.append(message.text);
    return texts.join(u'|');
}

ConversationStore::Turn ask(ConversationStore &store, qint64 conversation, const QString &text, const QString &answer, qint64 insteadOf = 0)
{
    auto turn = store.beginTurn(conversation, text, {}, "m", "title", insteadOf);
    if (!turn)
        qFatal("%s", turn.error().message.c_str());
    turn->answer.text = answer;
    turn->answer.state = MessageState::kComplete;
    if (!store.updateAnswer(turn->answer))
        qFatal("the answer could not be saved");
    return *turn;
}

/// Runs a statement past the store.
void runOn(const QString &folder, const QString &statement)
{
    {
        QSqlDatabase db = QSqlDatabase::addDatabase("QSQLITE", "past");
        db.setDatabaseName(folder + "/conclave.db");
        QVERIFY(db.open());
        QSqlQuery query(db);
        QVERIFY2(query.exec(statement), qPrintable(query.lastError().text()));
    }
    QSqlDatabase::removeDatabase("past");
}

} // namespace

/// Conversations as trees, and everything that is kept with them: folders, drafts, settings, deletion that can be undone.
class TestMessageTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void anEditedTurnIsASibling();
    void theFirstTurnCanBeEditedToo();
    void anotherAnswerIsASibling();
    void switchingBackFindsTheBranchAsItWasLeft();
    void theShownBranchSurvivesARestart();
    void aLongConversationIsRemoved();
    void aTreeThatOthersDamagedStillOpens();
    void pinsArchiveAndFolders();
    void aDeletedConversationComesBack();
    void whatWasDeletedADayAgoIsRemoved();
    void draftsSurviveARestart();
    void settingsAndPresetsAreKept();
    void settingsOfAHostileFile();

private:
    QString folder() const { return m_folder->filePath("data"); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestMessageTree::anEditedTurnIsASibling()
{
    const auto store = opened(folder());
    const auto first = ask(*store, 0, "q1", "a1");
    const qint64 id = first.question.conversation;
    const auto second = ask(*store, id, "q2", "a2");
    ask(*store, id, "q3", "a3");
    const auto edited = ask(*store, id, "q2 better", "b2", second.question.id);
    QCOMPARE(shown(*store, id), "q1|a1|q2 better|b2");
    QCOMPARE(edited.question.siblings, QVector<qint64>({second.question.id, edited.question.id}));
    QCOMPARE((*store->messages(id))[2].siblings, edited.question.siblings);
    QCOMPARE((*store->messages(id))[3].siblings.size(), 1);
    QVERIFY(store->showMessage(second.question.id).ok());
    QCOMPARE(shown(*store, id), "q1|a1|q2|a2|q3|a3"); // nothing was lost
}

void TestMessageTree::theFirstTurnCanBeEditedToo()
{
    const auto store = opened(folder());
    const auto first = ask(*store, 0, "q1", "a1");
    const qint64 id = first.question.conversation;
    ask(*store, id, "other", "b1", first.question.id);
    QCOMPARE(shown(*store, id), "other|b1");
    QCOMPARE(store->conversations()->size(), 1);
    QVERIFY(store->showMessage(first.question.id).ok());
    QCOMPARE(shown(*store, id), "q1|a1");
}

void TestMessageTree::anotherAnswerIsASibling()
{
    const auto store = opened(folder());
    const auto turn = ask(*store, 0, "q1", "a1");
    const qint64 id = turn.question.conversation;
    auto again = store->beginAnswer(id, "m", turn.answer.id);
    QVERIFY(again.ok());
    QCOMPARE(again->siblings, QVector<qint64>({turn.answer.id, again->id}));
    again->text = "a2";
    QVERIFY(store->updateAnswer(*again).ok());
    QCOMPARE(shown(*store, id), "q1|a2");
    ask(*store, id, "q2", "a"); // goes on below the answer that is shown
    QVERIFY(store->showMessage(turn.answer.id).ok());
    QCOMPARE(shown(*store, id), "q1|a1");
    QVERIFY(!store->beginAnswer(id, "m", 4711).ok());
}

void TestMessageTree::switchingBackFindsTheBranchAsItWasLeft()
{
    const auto store = opened(folder());
    const auto first = ask(*store, 0, "q1", "a1");
    const qint64 id = first.question.conversation;
    const auto deep = ask(*store, id, "q2", "a2");
    ask(*store, id, "q2'", "a2'", deep.question.id);
    QVERIFY(store->showMessage(deep.question.id).ok()); // the older one, below the first
    ask(*store, id, "other", "b1", first.question.id);
    QCOMPARE(shown(*store, id), "other|b1");
    QVERIFY(store->showMessage(first.question.id).ok());
    QCOMPARE(shown(*store, id), "q1|a1|q2|a2");
}

void TestMessageTree::theShownBranchSurvivesARestart()
{
    qint64 id = 0;
    {
        const auto store = opened(folder());
        const auto first = ask(*store, 0, "q1", "a1");
        id = first.question.conversation;
        ask(*store, id, "other", "b1", first.question.id);
        QVERIFY(store->showMessage(first.question.id).ok());
    }
    QCOMPARE(shown(*opened(folder()), id), "q1|a1");
}

/// SQLite allows a thousand nested triggers: a removal that went from message to message would stop there.
void TestMessageTree::aLongConversationIsRemoved()
{
    const auto store = opened(folder());
    const qint64 id = ask(*store, 0, "q", "a").question.conversation;
    runOn(folder(), QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
                                   "INSERT INTO messages (conversation, role, state, text, model, created, parent) "
                                   "SELECT %1, i % 2, 0, 'message', '', 1, i + 1 FROM n")
                        .arg(id));
    QCOMPARE(store->messages(id)->size(), 3002);
    QCOMPARE(store->search("message")->size(), 50);
    QVERIFY(store->removeConversation(id).ok());
    QVERIFY(shown(*store, id).isEmpty());
    QVERIFY(store->search("message")->isEmpty());
}

void TestMessageTree::aTreeThatOthersDamagedStillOpens()
{
    const auto store = opened(folder());
    const auto first = ask(*store, 0, "q1", "a1");
    const qint64 id = first.question.conversation;
    ask(*store, id, "q2", "a2");
    runOn(folder(), "UPDATE messages SET parent = 4, shown_child = 1 WHERE id = 1"); // a circle
    runOn(folder(), "UPDATE messages SET shown_child = 999 WHERE id = 2");
    runOn(folder(), "UPDATE messages SET parent = -7 WHERE id = 3");
    QVERIFY(!shown(*store, id).isEmpty());
    QVERIFY(store->beginTurn(id, "goes on", {}, "m").ok());
}

void TestMessageTree::pinsArchiveAndFolders()
{
    const auto store = opened(folder());
    const qint64 id = ask(*store, 0, "q", "a").question.conversation;
    const auto work = store->createFolder("Work");
    QVERIFY(work.ok() && store->createFolder("Home").ok());
    QVERIFY(store->moveToFolder(id, work->id).ok() && store->setPinned(id, true).ok() && store->setArchived(id, true).ok());
    QVERIFY(store->renameFolder(work->id, "Büro").ok());
    QCOMPARE(store->folders()->size(), 2);
    QCOMPARE(store->folders()->front().name, "Büro");
    const Conversation kept = opened(folder())->conversations()->front();
    QVERIFY(kept.pinned && kept.archived);
    QCOMPARE(kept.folder, work->id);
    QVERIFY(store->removeFolder(work->id).ok());
    QCOMPARE(store->conversations()->front().folder, 0);
    QVERIFY(!store->moveToFolder(id, 4711).ok());
}

void TestMessageTree::aDeletedConversationComesBack()
{
    const auto store = opened(folder());
    const QString picture = *store->keepImage("picture");
    const qint64 id = store->beginTurn(0, "unique words", {picture}, "m", "t")->question.conversation;
    QVERIFY(store->deleteConversation(id).ok());
    QVERIFY(store->conversations()->isEmpty());
    QVERIFY(store->search("unique")->isEmpty());
    opened(folder()).reset(); // a restart right after does not make it final
    QVERIFY(store->restoreConversation(id).ok());
    QCOMPARE(store->conversations()->size(), 1);
    QCOMPARE(shown(*store, id), "unique words|");
    QCOMPARE(store->search("unique")->size(), 1);
    QVERIFY(!store->imagePath(picture).isEmpty());
}

void TestMessageTree::whatWasDeletedADayAgoIsRemoved()
{
    QString picture;
    {
        const auto store = opened(folder());
        picture = *store->keepImage("picture");
        const qint64 old = store->beginTurn(0, "old", {picture}, "m", "t")->question.conversation;
        const qint64 fresh = ask(*store, 0, "fresh", "a").question.conversation;
        QVERIFY(store->deleteConversation(old).ok() && store->deleteConversation(fresh).ok());
        QVERIFY(store->saveDraft(old, "half a sentence").ok());
        runOn(folder(), QStringLiteral("UPDATE conversations SET deleted = deleted - %1 WHERE id = %2")
                            .arg(ConversationStore::kKeepDeleted + 1000)
                            .arg(old));
    }
    const auto store = opened(folder());
    QVERIFY(store->restoreConversation(1).ok() && store->restoreConversation(2).ok());
    QCOMPARE(store->conversations()->size(), 1);
    QCOMPARE(shown(*store, store->conversations()->front().id), "fresh|a");
    QVERIFY(store->imagePath(picture).isEmpty());
    QVERIFY(store->draft(1)->isEmpty());
}

void TestMessageTree::draftsSurviveARestart()
{
    qint64 id = 0;
    {
        const auto store = opened(folder());
        id = ask(*store, 0, "q", "a").question.conversation;
        QVERIFY(store->saveDraft(id, "half a").ok() && store->saveDraft(id, "half a question").ok());
        QVERIFY(store->saveDraft(0, "for a new one").ok());
    }
    const auto store = opened(folder());
    QCOMPARE(*store->draft(id), "half a question");
    QCOMPARE(*store->draft(0), "for a new one");
    QVERIFY(store->saveDraft(id, {}).ok());
    QVERIFY(store->draft(id)->isEmpty());
}

void TestMessageTree::settingsAndPresetsAreKept()
{
    const auto store = opened(folder());
    const qint64 id = ask(*store, 0, "q", "a").question.conversation;
    QCOMPARE(ChatSettings::fromJson(*store->settings(id)), ChatSettings());
    ChatSettings settings;
    settings.systemPrompt = "Antworte kurz.";
    settings.model = "/models/a.gguf";
    settings.sampling.temperature = 0.2F;
    settings.sampling.topK = 7;
    settings.sampling.seed = 18446744073709551615ULL;
    settings.fixedSeed = true;
    settings.maxTokens = 100;
    QVERIFY(store->saveSettings(id, settings.toJson()).ok());
    const ChatSettings kept = ChatSettings::fromJson(*opened(folder())->settings(id));
    QCOMPARE(kept, settings);
    QCOMPARE(kept.sampling.seed, 18446744073709551615ULL);
    QCOMPARE(kept.sampling.temperature, 0.2F);
    QCOMPARE(kept.sampling.topP, 0.95F);
    QVERIFY(store->savePreset({"Kurz", settings.toJson()}).ok() && store->savePreset({"Kurz", ChatSettings().toJson()}).ok());
    QCOMPARE(store->presets()->size(), 1);
    QCOMPARE(ChatSettings::fromJson(store->presets()->front().settings), ChatSettings());
    QVERIFY(store->removePreset("Kurz").ok());
    QVERIFY(store->presets()->isEmpty());
}

void TestMessageTree::settingsOfAHostileFile()
{
    for (const char *json :
         {"", "[]", "{\"temperature\": 1e999, \"topK\": -5}", "{\"temperature\": \"hot\", \"maxTokens\": 1e300}", "\xff{"}) {
        const ChatSettings settings = ChatSettings::fromJson(json);
        QVERIFY2(settings.sampling.temperature >= 0 && settings.sampling.temperature <= 2, json);
        QVERIFY2(settings.sampling.topK >= 0 && settings.maxTokens >= 1 && settings.maxTokens <= 1'000'000, json);
    }
}

QTEST_GUILESS_MAIN(TestMessageTree)
#include "test_message_tree.moc"
