#include "app/chart/chart_table.h"
#include "app/chat_controller.h"
#include "app/store/conversation_store.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>

/// The program ended from outside while it answers: what it had shown a second before must be on the disk.

using namespace conclave::app;

namespace
{

constexpr int kPieceMilliseconds = 5;
constexpr qint64 kMayBeLost = 1000; // milliseconds of the answer

/// A child that chats, with what it printed and when.
class Chat
{
public:
    Chat(const QString &folder, const QString &script, rlim_t fileLimit = 0)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("CONCLAVE_HOME", folder);
        environment.insert("CONCLAVE_SCRIPT", script);
        environment.insert("CONCLAVE_DELAY", QString::number(kPieceMilliseconds));
        process.setProcessEnvironment(environment);
        if (fileLimit > 0)
            process.setChildProcessModifier([fileLimit] {
                const rlimit limit{fileLimit, fileLimit};
                setrlimit(RLIMIT_FSIZE, &limit);
                std::signal(SIGXFSZ, SIG_IGN);
            });
        process.start(SCRIPTED_PROGRAM, {"chat", "--model", "scripted"});
        clock.start();
    }
    ~Chat()
    {
        process.kill();
        process.waitForFinished();
    }

    bool ask(const QByteArray &line)
    {
        return process.waitForStarted() && process.write(line + '\n') == line.size() + 1 && process.waitForBytesWritten();
    }

    /// Reads until so many milliseconds have passed since the first output.
    bool readFor(qint64 milliseconds)
    {
        if (printed.isEmpty() && !process.waitForReadyRead(20000))
            return false;
        take();
        const qint64 end = clock.elapsed() + milliseconds;
        while (clock.elapsed() < end) {
            process.waitForReadyRead(10);
            take();
        }
        return true;
    }

    /// What had been printed at a time of the clock.
    qsizetype printedBy(qint64 time) const
    {
        qsizetype length = 0;
        for (const auto &[when, size] : samples)
            length = when <= time ? size : length;
        return length;
    }

    QProcess process;
    QElapsedTimer clock;
    QByteArray printed;
    QVector<std::pair<qint64, qsizetype>> samples;

private:
    void take()
    {
        printed += process.readAllStandardOutput();
        samples.append({clock.elapsed(), printed.size()});
    }
};

QVector<StoredMessage> messagesIn(const QString &folder)
{
    auto store = ConversationStore::open(folder);
    if (!store)
        qFatal("%s", store.error().message.c_str());
    if (!(*store)->notice().isEmpty())
        qFatal("%s", qPrintable((*store)->notice()));
    const auto conversations = (*store)->conversations();
    if (!conversations || conversations->isEmpty())
        return {}; // the caller compares what it finds
    return *(*store)->messages(conversations->front().id);
}

QString wholeAnswer()
{
    QString answer;
    for (int i = 0; i < 1000; ++i)
        answer += QStringLiteral("w%1 ").arg(i);
    return answer;
}

} // namespace

class TestKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void killedInMidAnswer_data();
    void killedInMidAnswer();
    void killedInMidTable();
    void killedAgainAndAgain();
    void interruptStopsTheAnswer();
    void aFullDiskInMidAnswer();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestKill::killedInMidAnswer_data()
{
    QTest::addColumn<int>("after");
    for (const int after : {0, 150, 450, 900, 1700, 2600})
        QTest::addRow("%d ms after the first word", after) << after;
}

void TestKill::killedInMidAnswer()
{
    QFETCH(int, after);
    Chat chat(m_folder->path(), "words");
    QVERIFY(chat.ask("Is this kept?"));
    QVERIFY(chat.readFor(after));
    const qint64 killed = chat.clock.elapsed();
    QCOMPARE(chat.process.state(), QProcess::Running);
    ::kill(pid_t(chat.process.processId()), SIGKILL);
    QVERIFY(chat.process.waitForFinished());

    const auto messages = messagesIn(m_folder->path());
    QCOMPARE(messages.size(), 2);
    QCOMPARE(messages[0].text, "Is this kept?");
    QCOMPARE(messages[0].state, MessageState::kComplete);
    QCOMPARE(messages[1].state, MessageState::kInterrupted);
    QVERIFY(wholeAnswer().startsWith(messages[1].text));
    const qsizetype atLeast = chat.printedBy(killed - kMayBeLost);
    QVERIFY2(messages[1].text.size() >= atLeast, qPrintable(QStringLiteral("%1 kept of %2").arg(messages[1].text.size()).arg(atLeast)));
    if (after > kMayBeLost + 500)
        QVERIFY(atLeast > 100 && !messages[1].text.isEmpty()); // the row above has proved something
}

void TestKill::killedInMidTable()
{
    Chat chat(m_folder->path(), "chart");
    chat.process.waitForStarted();
    // A slow chart: its table is kept as far as it was read.
    QProcessEnvironment environment = chat.process.processEnvironment();
    chat.process.kill();
    chat.process.waitForFinished();
    environment.insert("CONCLAVE_DELAY", "40");
    chat.process.setProcessEnvironment(environment);
    chat.process.start(SCRIPTED_PROGRAM, {"chat", "--model", "scripted"});
    QVERIFY(chat.ask("/picture " CONCLAVE_SAMPLE));
    QTest::qWait(2900); // about 70 pieces: the table is there, the summary not
    ::kill(pid_t(chat.process.processId()), SIGKILL);
    QVERIFY(chat.process.waitForFinished());
    const auto messages = messagesIn(m_folder->path());
    QCOMPARE(messages.size(), 2);
    QCOMPARE(messages[0].images.size(), 1);
    QCOMPARE(messages[1].state, MessageState::kInterrupted);
    const ChartReading reading = ChartReading::fromJson(QJsonDocument::fromJson(messages[1].chart).object());
    QVERIFY(!reading.complete);
    QCOMPARE(reading.table.title, "Sales by town");
    QVERIFY(reading.table.rows.size() >= 1);
}

/// Starting right after a kill finds lock and log of the dead; the file must stand that many times. CONCLAVE_KILLS asks for more, at
/// random moments.
void TestKill::killedAgainAndAgain()
{
    const int asked = qEnvironmentVariableIntValue("CONCLAVE_KILLS");
    const int rounds = asked > 0 ? asked : 6;
    QRandomGenerator random(20261126);
    for (int round = 1; round <= rounds; ++round) {
        Chat chat(m_folder->path(), "words");
        QVERIFY(chat.ask("round " + QByteArray::number(round)));
        QVERIFY(chat.readFor(asked > 0 ? random.bounded(2500) : 37 * round));
        const qint64 killed = chat.clock.elapsed();
        ::kill(pid_t(chat.process.processId()), SIGKILL);
        QVERIFY(chat.process.waitForFinished());
        const auto messages = messagesIn(m_folder->path());
        QVERIFY(messages.size() >= 2);
        QCOMPARE(messages[0].text, QStringLiteral("round %1").arg(round));
        QVERIFY(wholeAnswer().startsWith(messages[1].text));
        QVERIFY(messages[1].text.size() >= chat.printedBy(killed - kMayBeLost));
    }
    auto store = ConversationStore::open(m_folder->path());
    QVERIFY(store.ok() && (*store)->notice().isEmpty());
    const auto conversations = *(*store)->conversations();
    QCOMPARE(conversations.size(), rounds);
    for (const Conversation &conversation : conversations)
        QCOMPARE((*(*store)->messages(conversation.id))[1].state, MessageState::kInterrupted);
}

void TestKill::interruptStopsTheAnswer()
{
    Chat chat(m_folder->path(), "words");
    QVERIFY(chat.ask("Stop me"));
    QVERIFY(chat.readFor(200));
    ::kill(pid_t(chat.process.processId()), SIGINT);
    QVERIFY(chat.process.waitForReadyRead(5000));
    QTest::qWait(200);
    QCOMPARE(chat.process.state(), QProcess::Running); // only the answer has ended
    chat.process.closeWriteChannel();
    QVERIFY(chat.process.waitForFinished(5000));
    QCOMPARE(chat.process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(chat.process.exitCode(), 0);
    const auto messages = messagesIn(m_folder->path());
    QCOMPARE(messages[1].state, MessageState::kStopped);
    QVERIFY(messages[1].text.size() > 5 && messages[1].text.size() < wholeAnswer().size());
}

/// No file may grow beyond a limit, as on a full disk: the program says so, goes on, and what was saved stays.
void TestKill::aFullDiskInMidAnswer()
{
    Chat chat(m_folder->path(), "words", 260'000);
    QVERIFY(chat.ask("Is there room?"));
    chat.process.closeWriteChannel();
    QVERIFY(chat.process.waitForFinished(40000));
    QCOMPARE(chat.process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(chat.process.exitCode(), 1);
    const QString errors = QString::fromUtf8(chat.process.readAllStandardError());
    QVERIFY2(errors.contains("could not be saved") && errors.contains("conclave.db"), qPrintable(errors));
    const auto messages = messagesIn(m_folder->path());
    QCOMPARE(messages[0].text, "Is there room?");
    QVERIFY(!messages[1].text.isEmpty());
    QVERIFY(wholeAnswer().startsWith(messages[1].text));
}

QTEST_GUILESS_MAIN(TestKill)
#include "test_kill.moc"
