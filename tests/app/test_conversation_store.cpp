#include "app/store/conversation_store.h"
#include "app/store/migrations.h"
#include "app/store/session_store.h"
#include "tests/support/file_bytes.h"
#include "tests/support/small_disk.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace conclave;
using namespace conclave::app;
using engine::ErrorCode;
using tests::readAll;
using tests::write;

namespace
{

/// A second look at the file, past the store.
class Peek
{
public:
    explicit Peek(const QString &folder) : m_name(QStringLiteral("peek%1").arg(quintptr(this)))
    {
        QSqlDatabase db = QSqlDatabase::addDatabase("QSQLITE", m_name);
        db.setDatabaseName(folder + "/conclave.db");
        if (!db.open())
            qFatal("peek: cannot open");
    }
    ~Peek()
    {
        database().close();
        QSqlDatabase::removeDatabase(m_name);
    }
    QSqlDatabase database() const { return QSqlDatabase::database(m_name); }
    QVariant ask(const QString &statement) const
    {
        QSqlQuery query(database());
        if (!query.exec(statement))
            return query.lastError().text();
        return query.next() ? query.value(0) : QVariant();
    }

private:
    QString m_name;
};

std::unique_ptr<ConversationStore> opened(const QString &folder)
{
    auto store = ConversationStore::open(folder);
    if (!store)
        qFatal("%s", store.error().message.c_str());
    return std::move(*store);
}

QStringList asides(const QString &folder)
{
    return QDir(folder).entryList({"conclave.db.corrupt-*"}, QDir::Files);
}

QString messageOf(const engine::Error &error)
{
    return QString::fromStdString(error.message);
}

} // namespace

class TestConversationStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void settingsOfTheFile();
    void turnsComeBackInOrder();
    void unicodeComesBack();
    void aNewConversationIsPartOfItsFirstTurn();
    void latestChangeFirst();
    void removingTakesMessagesAndPicturesAlong();
    void picturesAreKeptOnce();
    void attachedFilesStayAsLongAsTheyAreNeeded();
    void hashesDoNotLeadOutOfTheFolder();
    void unfinishedAnswersAreInterrupted();
    void aSecondProgramLeavesTheAnswerAlone();
    void answersOfARemovedConversation();
    void oldFilesAreMigrated();
    void aFailingMigrationChangesNothing();
    void twoProgramsMigrateOnce();
    void anOldFileIsCopiedBeforeItIsMigrated();
    void aFileThatCannotBeCopiedIsNotMigrated();
    void newerFilesAreReadAndLeftUntouched();
    void corruptFilesAreSetAside_data();
    void corruptFilesAreSetAside();
    void anEmptyFileIsANewOne();
    void foldersThatCannotBeMade();
    void readOnlyDisks();
    void aFullDiskKeepsWhatWasSaved();
    void theSessionGoesOnWithoutAFile();

private:
    QString folder() const { return m_folder->filePath("data"); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestConversationStore::settingsOfTheFile()
{
    const auto store = opened(folder());
    QVERIFY(store->notice().isEmpty());
    const Peek peek(folder());
    QCOMPARE(peek.ask("PRAGMA journal_mode").toString(), "wal");
    QCOMPARE(peek.ask("PRAGMA user_version").toInt(), int(migrations().size()));
    QCOMPARE(peek.ask("PRAGMA application_id").toInt(), kApplicationId);
    // Foreign keys are the store's connection's: a message for no conversation is refused.
    QVERIFY(!store->beginTurn(4711, "lost", {}, "m").ok());
    QCOMPARE(peek.ask("SELECT count(*) FROM messages").toInt(), 0);
}

void TestConversationStore::turnsComeBackInOrder()
{
    {
        const auto store = opened(folder());
        const qint64 id = store->createConversation("Test")->id;
        for (int i = 0; i < 3; ++i) {
            auto turn = store->beginTurn(id, QStringLiteral("question %1").arg(i), {}, "model");
            QVERIFY(turn.ok());
            QVERIFY(turn->question.id > 0 && turn->answer.id > turn->question.id);
            turn->answer.text = QStringLiteral("answer %1").arg(i);
            turn->answer.chart = "{\"a\": 1}";
            turn->answer.statistics = "{\"b\": 2}";
            turn->answer.state = MessageState::kComplete;
            QVERIFY(store->updateAnswer(turn->answer).ok());
        }
        QVERIFY(store->addNotice(id, "note").ok());
    }
    const auto store = opened(folder());
    const auto list = store->conversations();
    QCOMPARE(list->size(), 1);
    const auto messages = store->messages(list->front().id);
    QCOMPARE(messages->size(), 7);
    QCOMPARE((*messages)[2].text, "question 1");
    QCOMPARE((*messages)[3].text, "answer 1");
    QCOMPARE((*messages)[3].role, MessageRole::kAssistant);
    QCOMPARE((*messages)[3].state, MessageState::kComplete);
    QCOMPARE((*messages)[3].chart, "{\"a\": 1}");
    QCOMPARE((*messages)[3].statistics, "{\"b\": 2}");
    QCOMPARE((*messages)[3].model, "model");
    QVERIFY((*messages)[3].created.isValid());
    QCOMPARE((*messages)[6].role, MessageRole::kNotice);
}

void TestConversationStore::unicodeComesBack()
{
    const QString text = QString::fromUtf8("Größe 上海 \xF0\x9F\x93\x88 é 'quotes\"; DROP TABLE messages; --\n\tline");
    const auto store = opened(folder());
    const auto turn = store->beginTurn(0, text, {}, text, text);
    QVERIFY(turn.ok());
    QCOMPARE(store->conversations()->front().title, text);
    QCOMPARE(store->messages(turn->question.conversation)->front().text, text);
    QVERIFY(store->renameConversation(turn->question.conversation, "x").ok());
    QCOMPARE(store->conversations()->front().title, "x");
}

void TestConversationStore::aNewConversationIsPartOfItsFirstTurn()
{
    const auto store = opened(folder());
    const auto turn = store->beginTurn(0, "hello", {"aa", "bb"}, "m", "Title");
    QVERIFY(turn.ok());
    QVERIFY(turn->question.conversation > 0);
    QCOMPARE(turn->answer.conversation, turn->question.conversation);
    QCOMPARE(store->messages(turn->question.conversation)->front().images, QVector<QString>({"aa", "bb"}));
    QCOMPARE((*store->messages(turn->question.conversation))[1].state, MessageState::kStreaming);
}

void TestConversationStore::latestChangeFirst()
{
    const auto store = opened(folder());
    const qint64 first = store->beginTurn(0, "1", {}, "m", "first")->question.conversation;
    QTest::qWait(2);
    QVERIFY(store->beginTurn(0, "2", {}, "m", "second").ok());
    QCOMPARE(store->conversations()->front().title, "second");
    QTest::qWait(2);
    QVERIFY(store->addQuestion(first, "again", {}).ok());
    QCOMPARE(store->conversations()->front().title, "first");
}

void TestConversationStore::removingTakesMessagesAndPicturesAlong()
{
    const auto store = opened(folder());
    const QString shared = *store->keepImage("shared picture");
    const QString own = *store->keepImage("own picture");
    const qint64 id = store->beginTurn(0, "1", {shared, own}, "m", "a")->question.conversation;
    const qint64 other = store->beginTurn(0, "2", {shared}, "m", "b")->question.conversation;
    QVERIFY(store->removeConversation(id).ok());
    QCOMPARE(store->conversations()->size(), 1);
    QCOMPARE(Peek(folder()).ask("SELECT count(*) FROM messages").toInt(), 2);
    QVERIFY(store->imagePath(own).isEmpty());
    QVERIFY(!store->imagePath(shared).isEmpty());
    QVERIFY(store->removeConversation(other).ok());
    QVERIFY(store->imagePath(shared).isEmpty());
    QCOMPARE(Peek(folder()).ask("SELECT count(*) FROM message_images").toInt(), 0);
}

void TestConversationStore::attachedFilesStayAsLongAsTheyAreNeeded()
{
    const auto store = opened(folder());
    const DraftFile picture{*store->keepImage("a picture"), "a.png", true, {}, false};
    const DraftFile document{*store->keepDocument("a document"), "b.pdf", false, "101", true};
    QVERIFY(store->saveDraftFiles(0, {picture, document}).ok());
    QVERIFY(store->saveDraftFiles(3, {document}).ok());
    QCOMPARE(*opened(folder())->draftFiles(0), (QVector<DraftFile>{picture, document}));
    QVERIFY(store->saveDraftFiles(0, {picture}).ok());
    QVERIFY2(!store->documentPath(document.hash).isEmpty(), "another question has it attached");
    const qint64 id = store->beginTurn(0, "1", {picture.hash}, "m", "a")->question.conversation;
    QVERIFY(store->saveDraftFiles(0, {}).ok());
    QVERIFY2(!store->imagePath(picture.hash).isEmpty(), "it was sent");
    QVERIFY(store->saveDraftFiles(id, {picture}).ok());
    QVERIFY(store->saveDraftFiles(3, {}).ok());
    QVERIFY(store->documentPath(document.hash).isEmpty());
    QVERIFY(store->removeConversation(id).ok());
    QVERIFY(store->imagePath(picture.hash).isEmpty());
    QCOMPARE(Peek(folder()).ask("SELECT count(*) FROM draft_files").toInt(), 0);
}

void TestConversationStore::picturesAreKeptOnce()
{
    const auto store = opened(folder());
    const QByteArray bytes = "\x89PNG and so on";
    const QString hash = *store->keepImage(bytes);
    QCOMPARE(hash.size(), 64);
    QCOMPARE(*store->keepImage(bytes), hash);
    QCOMPARE(readAll(store->imagePath(hash)), bytes);
    QCOMPARE(QDir(folder() + "/images").entryList(QDir::Files).size(), 1);
    write(store->imagePath(hash), "cut"); // what an older crash may have left is made whole
    QCOMPARE(*store->keepImage(bytes), hash);
    QCOMPARE(readAll(store->imagePath(hash)), bytes);
}

void TestConversationStore::hashesDoNotLeadOutOfTheFolder()
{
    const auto store = opened(folder());
    for (const char *name : {"../conclave.db", "", "..", "/etc/passwd"})
        QVERIFY(store->imagePath(QString::fromLatin1(name)).isEmpty());
}

void TestConversationStore::unfinishedAnswersAreInterrupted()
{
    qint64 id = 0;
    {
        const auto store = opened(folder());
        auto turn = store->beginTurn(0, "q", {}, "m", "t");
        id = turn->question.conversation;
        turn->answer.text = "half an ans";
        QVERIFY(store->updateAnswer(turn->answer).ok());
    }
    const auto messages = opened(folder())->messages(id);
    QCOMPARE((*messages)[1].state, MessageState::kInterrupted);
    QCOMPARE((*messages)[1].text, "half an ans");
    QCOMPARE((*messages)[0].state, MessageState::kComplete);
}

void TestConversationStore::aSecondProgramLeavesTheAnswerAlone()
{
    const auto store = opened(folder());
    const auto turn = store->beginTurn(0, "q", {}, "m", "t");
    const auto second = opened(folder());
    QCOMPARE((*second->messages(turn->question.conversation))[1].state, MessageState::kStreaming);
    QVERIFY(second->addNotice(turn->question.conversation, "both write").ok());
    QCOMPARE(store->messages(turn->question.conversation)->size(), 3);
}

void TestConversationStore::answersOfARemovedConversation()
{
    const auto store = opened(folder());
    const auto turn = store->beginTurn(0, "q", {}, "m", "t");
    QVERIFY(store->removeConversation(turn->question.conversation).ok());
    const auto updated = store->updateAnswer(turn->answer);
    QVERIFY(!updated.ok());
    QCOMPARE(updated.error().code, ErrorCode::kInvalidRequest);
}

namespace
{

/// A file as version `version` of the program left it: one conversation of two turns, the first one in Chinese.
void writeOldFile(const QString &folder, int version)
{
    QDir().mkpath(folder);
    const Peek old(folder);
    QSqlDatabase db = old.database();
    QVERIFY(!migrate(db, 0, migrations().first(std::size_t(version))).isValid());
    old.ask("INSERT INTO conversations (id, title, created, changed) VALUES (7, 'old', 1, 1)");
    old.ask("INSERT INTO messages (id, conversation, role, state, text, model, created) VALUES (1, 7, 0, 0, '上海的销售额', '', 1)");
    old.ask("INSERT INTO messages (id, conversation, role, state, text, model, created) VALUES (4, 7, 1, 0, 'kept', 'm', 2)");
    old.ask("INSERT INTO messages (id, conversation, role, state, text, model, created) VALUES (5, 7, 0, 0, 'and Köln', '', 3)");
    QCOMPARE(old.ask("PRAGMA user_version").toInt(), version);
}

} // namespace

void TestConversationStore::oldFilesAreMigrated()
{
    for (int version = 1; version < int(migrations().size()); ++version) {
        const QString path = m_folder->filePath(QString::number(version));
        writeOldFile(path, version);
        const auto store = opened(path);
        const auto messages = *store->messages(7);
        QCOMPARE(messages.size(), version < 3 ? 3 : 1); // without parents each would be a version of the first turn
        QCOMPARE(messages.back().text, "and Köln");
        QCOMPARE(store->search("koln")->size(), 1);
        QCOMPARE(store->search("销售")->size(), version < 3 ? 1 : 0);
        QVERIFY(store->beginTurn(7, "goes on", {}, "m").ok());
        QCOMPARE(Peek(path).ask("PRAGMA user_version").toInt(), int(migrations().size()));
    }
}

void TestConversationStore::anOldFileIsCopiedBeforeItIsMigrated()
{
    writeOldFile(folder(), 2);
    QVERIFY(opened(folder())->notice().isEmpty());
    const QString copy = folder() + "/conclave.db.v2-backup";
    QVERIFY(QFile::exists(copy));
    QDir().mkpath(folder() + "/back");
    QVERIFY(QFile::copy(copy, folder() + "/back/conclave.db"));
    const Peek peek(folder() + "/back");
    QCOMPARE(peek.ask("PRAGMA user_version").toInt(), 2);
    QCOMPARE(peek.ask("SELECT count(*) FROM messages").toInt(), 3);
    QCOMPARE(QDir(folder()).entryList({"*backup*"}, QDir::Files).size(), 1);
    opened(folder()).reset(); // of the present version: nothing to copy
    QCOMPARE(QDir(folder()).entryList({"*backup*"}, QDir::Files).size(), 1);
}

void TestConversationStore::aFileThatCannotBeCopiedIsNotMigrated()
{
    const auto disk = tests::SmallDisk::make(m_folder->filePath("disk"), 400 * 1024);
    if (!disk)
        QSKIP("no small disk can be mounted here (needs root)");
    const QString path = disk->path() + "/data";
    writeOldFile(path, 2);
    Peek(path).ask(
        "INSERT INTO messages (conversation, role, state, text, model, created) VALUES (7, 0, 0, hex(randomblob(110000)), '', 4)");
    const auto store = ConversationStore::open(path);
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::kWriteFailed);
    QVERIFY2(messageOf(store.error()).contains("copied before the update"), store.error().message.c_str());
    QCOMPARE(Peek(path).ask("PRAGMA user_version").toInt(), 2);
    QVERIFY(QDir(path).entryList({"*backup*"}, QDir::Files).isEmpty());
}

void TestConversationStore::aFailingMigrationChangesNothing()
{
    opened(folder()).reset();
    const Peek peek(folder());
    QSqlDatabase db = peek.database();
    const int version = int(migrations().size());
    std::vector<Migration> steps(migrations().begin(), migrations().end());
    steps.push_back({"CREATE TABLE added (id INTEGER);\nCREATE TABLE added (id INTEGER);\n"});
    QVERIFY(migrate(db, version, steps).isValid());
    QCOMPARE(peek.ask("PRAGMA user_version").toInt(), version);
    QCOMPARE(peek.ask("SELECT count(*) FROM sqlite_master WHERE name = 'added'").toInt(), 0);
    steps.back() = {"CREATE TABLE added (id INTEGER);\n"};
    QVERIFY(!migrate(db, version, steps).isValid());
    QCOMPARE(peek.ask("PRAGMA user_version").toInt(), version + 1);
}

/// The second one still thinks that the file is new when the first is done.
void TestConversationStore::twoProgramsMigrateOnce()
{
    opened(folder()).reset();
    const Peek peek(folder());
    QSqlDatabase db = peek.database();
    QVERIFY(!migrate(db, 0, migrations()).isValid());
    QCOMPARE(peek.ask("PRAGMA user_version").toInt(), int(migrations().size()));
}

void TestConversationStore::newerFilesAreReadAndLeftUntouched()
{
    const qint64 id = opened(folder())->beginTurn(0, "written", {}, "m", "t")->question.conversation;
    Peek(folder()).ask("PRAGMA user_version = 99");
    const QByteArray before = readAll(folder() + "/conclave.db");
    {
        const auto store = opened(folder());
        QVERIFY(store->isReadOnly());
        QVERIFY(store->notice().contains("newer version") && store->notice().contains("conclave.db"));
        QCOMPARE(store->messages(id)->front().text, "written");
        QCOMPARE(store->search("written")->size(), 1);
        const auto asked = store->beginTurn(id, "lost", {}, "m");
        QVERIFY(!asked.ok());
        QCOMPARE(asked.error().code, ErrorCode::kInvalidRequest);
        QVERIFY(messageOf(asked.error()).contains("newer version"));
        QVERIFY(!store->deleteConversation(id).ok());
        QCOMPARE(store->messages(id)->size(), 2);
    }
    QCOMPARE(readAll(folder() + "/conclave.db"), before);
    QVERIFY(asides(folder()).isEmpty());
}

void TestConversationStore::corruptFilesAreSetAside_data()
{
    QTest::addColumn<QString>("damage");
    for (const char *damage : {"text", "zeros", "half", "one page", "middle", "no schema", "foreign"})
        QTest::newRow(damage) << QString(damage);
}

void TestConversationStore::corruptFilesAreSetAside()
{
    QFETCH(QString, damage);
    {
        const auto store = opened(folder());
        for (int i = 0; i < 50; ++i)
            QVERIFY(store->beginTurn(0, QString(500, u'x'), {}, "m", "t").ok());
    }
    const QString path = folder() + "/conclave.db";
    QByteArray bytes = readAll(path);
    QVERIFY(bytes.size() > 40'000);
    if (damage == "text")
        bytes = "This is not a database, but it is long enough to be taken for one.\n" + QByteArray(1000, 'x');
    else if (damage == "zeros")
        bytes = QByteArray(bytes.size(), 0);
    else if (damage == "half")
        bytes.truncate(bytes.size() / 2);
    else if (damage == "one page")
        bytes.truncate(4096);
    else if (damage == "middle")
        bytes.replace(4096, bytes.size() - 8192, QByteArray(bytes.size() - 8192, '\xa5'));
    else if (damage == "no schema")
        bytes.replace(100, 3000, QByteArray(3000, '\xff'));
    else
        bytes.replace(68, 4, QByteArray(4, 0)); // another program's application id
    write(path, bytes);
    const auto store = ConversationStore::open(folder());
    QVERIFY2(store.ok(), store.ok() ? "" : store.error().message.c_str());
    QCOMPARE(asides(folder()).size(), 1);
    QCOMPARE(readAll(folder() + '/' + asides(folder()).front()), bytes);
    QVERIFY((*store)->notice().contains(asides(folder()).front()));
    QVERIFY((*store)->conversations()->isEmpty());
    QVERIFY((*store)->beginTurn(0, "works again", {}, "m", "t").ok());
}

void TestConversationStore::anEmptyFileIsANewOne()
{
    QDir().mkpath(folder());
    write(folder() + "/conclave.db", {});
    QVERIFY(opened(folder())->notice().isEmpty());
}

void TestConversationStore::foldersThatCannotBeMade()
{
    write(folder(), "a file in the way");
    for (const QString &path : {folder(), folder() + "/below", QStringLiteral("/proc/conclave")}) {
        const auto store = ConversationStore::open(path);
        QVERIFY2(!store.ok(), qPrintable(path));
        QCOMPARE(store.error().code, ErrorCode::kFileUnreadable);
        QVERIFY2(messageOf(store.error()).contains(path), store.error().message.c_str());
    }
}

/// Permissions do not stop root, a read-only file system does.
void TestConversationStore::readOnlyDisks()
{
    opened(folder()).reset();
    const auto disk = tests::ReadOnlyFolder::make(folder());
    if (!disk)
        QSKIP("neither root who may mount nor a user whom permissions stop");
    const QByteArray before = readAll(folder() + "/conclave.db");
    const auto store = ConversationStore::open(folder());
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::kFileUnreadable);
    QVERIFY2(messageOf(store.error()).contains("read-only"), store.error().message.c_str());
    QCOMPARE(readAll(folder() + "/conclave.db"), before);
}

void TestConversationStore::aFullDiskKeepsWhatWasSaved()
{
    auto disk = tests::SmallDisk::make(m_folder->filePath("disk"), 400 * 1024);
    if (!disk)
        QSKIP("no small disk can be mounted here (needs root); test_kill fills a file to its limit instead");
    const QString path = disk->path() + "/data";
    auto store = opened(path);
    auto turn = store->beginTurn(0, "first question", {}, "m", "t");
    QVERIFY(turn.ok());
    const qint64 id = turn->question.conversation;
    int saved = 0;
    QString message;
    for (int i = 0; i < 500 && message.isEmpty(); ++i) {
        turn->answer.text = QString(1000 * (i + 1), u'x');
        const auto updated = store->updateAnswer(turn->answer);
        if (updated)
            saved = i + 1;
        else
            message = messageOf(updated.error());
    }
    QVERIFY2(saved > 5 && message.contains("full"), qPrintable(message));
    QVERIFY(message.contains("conclave.db") && message.contains("kept"));
    const auto asked = store->beginTurn(id, QString(100'000, u'y'), {}, "m");
    QVERIFY(!asked.ok());
    QCOMPARE(asked.error().code, ErrorCode::kWriteFailed);
    const auto picture = store->keepImage(QByteArray(600 * 1024, 'p'));
    QVERIFY(!picture.ok());
    QCOMPARE(picture.error().code, ErrorCode::kWriteFailed);
    QCOMPARE(QDir(path + "/images").entryList(QDir::Files).size(), 0); // no half picture
    QCOMPARE((*store->messages(id))[1].text.size(), 1000 * saved);
    store.reset();
    disk->grow(8 * 1024 * 1024);
    store = opened(path);
    QVERIFY(store->notice().isEmpty());
    QCOMPARE((*store->messages(id))[0].text, "first question");
    QCOMPARE((*store->messages(id))[1].text.size(), 1000 * saved);
    QVERIFY(store->beginTurn(id, "goes on", {}, "m").ok());
}

void TestConversationStore::theSessionGoesOnWithoutAFile()
{
    const SessionStore session = openSessionStore("/proc/conclave");
    QVERIFY(session.store);
    QVERIFY(session.warning.contains("/proc/conclave"));
    QVERIFY(session.warning.contains("gone when the program ends"));
    QVERIFY(session.store->beginTurn(0, "q", {}, "m", "t").ok());
    QVERIFY(openSessionStore(folder()).warning.isEmpty());
}

QTEST_GUILESS_MAIN(TestConversationStore)
#include "test_conversation_store.moc"
