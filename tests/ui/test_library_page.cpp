#include "tests/support/http_server.h"
#include "tests/ui/window_fixture.h"
#include "ui/view_models/library_view_model.h"

#include <QDir>
#include <QFile>

using namespace conclave;
using namespace conclave::tests;

/// The library page of the real window: what is on this machine, what loading would mean, fetching from a real server.
class TestLibraryPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<WindowFixture>(chatScript("Hello."));
        qputenv("XDG_DATA_HOME", m_fixture->folder()->filePath(QStringLiteral("data")).toUtf8()); // whose waste bin is ours
    }
    void cleanup() { m_fixture.reset(); }

    void opensAndCloses();
    void droppedModelsAreTakenIn();
    void theChosenModelIsDescribedAndForecast();
    void loadingGoesBackToTheConversation();
    void aBrokenFileSaysWhy();
    void deletingAsksFirst();
    void fetchesAndShowsInTheList();
    void failedDownloadsSayWhyAndGoOn();
    void offlineIsSwitchedHere();
    void theKeyboardReachesModels();

private:
    ui::LibraryViewModel &library() const { return m_fixture->library(); }
    /// A model file in the folder of its own models.
    QString place(const QString &name, const QString &from = QStringLiteral(CONCLAVE_TEST_DATA "/models/llama/model.gguf")) const
    {
        const QString folder = m_fixture->folder()->filePath(QStringLiteral("models"));
        QDir().mkpath(folder);
        const QString file = folder + u'/' + name;
        QFile::copy(from, file);
        return file;
    }
    void openWith(const QString &file) const
    {
        m_fixture->click("libraryButton");
        QVERIFY(waitFor([&] { return !library().scanning() && library().models()->count() > 0; }));
        library().choose(file);
        QVERIFY(waitFor([&] { return library().chosen() == file; }));
    }
    QString textOf(const char *name) const
    {
        const QQuickItem *item = m_fixture->item(name);
        return item ? item->property("text").toString() : QString();
    }

    std::unique_ptr<WindowFixture> m_fixture;
};

void TestLibraryPage::opensAndCloses()
{
    QVERIFY(!m_fixture->item("libraryPage"));
    m_fixture->click("libraryButton");
    QVERIFY(waitFor([&] { return m_fixture->item("libraryPage") != nullptr; }));
    m_fixture->key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return !m_fixture->item("libraryPage"); }));
    m_fixture->key(Qt::Key_L, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return m_fixture->item("libraryPage") != nullptr; }));
    m_fixture->click("libraryBack");
    QVERIFY(waitFor([&] { return !m_fixture->item("libraryPage"); }));
    m_fixture->click("loadModel"); // the name in the status line leads here too
    QVERIFY(waitFor([&] { return m_fixture->item("libraryPage") != nullptr; }));
    m_fixture->click("newChat");
    QVERIFY(waitFor([&] { return !m_fixture->item("libraryPage"); }));
}

void TestLibraryPage::droppedModelsAreTakenIn()
{
    const QTemporaryDir elsewhere;
    const QString file = elsewhere.filePath(QStringLiteral("dropped.gguf"));
    QVERIFY(QFile::copy(QStringLiteral(CONCLAVE_TEST_DATA "/conclave/tiny.gguf"), file));
    m_fixture->drop({QUrl::fromLocalFile(file)});
    QVERIFY(waitFor([&] { return m_fixture->item("libraryPage") != nullptr; }));
    library().choose(file);
    QVERIFY(waitFor([&] {
        library().choose(file);
        return library().chosen() == file;
    }));
    QVERIFY(QFile::exists(file)); // where it lay
}

void TestLibraryPage::theChosenModelIsDescribedAndForecast()
{
    const QString file = place(QStringLiteral("llama.gguf"));
    openWith(file);
    QVERIFY(waitFor([&] { return library().forecast()->ready(); }));
    QVERIFY(waitFor([&] { return m_fixture->item("forecastBar") != nullptr; }));
    QVERIFY(library().forecast()->runs());
    QVERIFY(library().details().size() >= 5);
    QVERIFY(!library().forecast()->measured());
    m_fixture->click("measureMachine");
    // Longer than usual: it measures with all of a machine that may be busy with other tests.
    QVERIFY(QTest::qWaitFor([&] { return library().forecast()->measured() && m_fixture->item("forecastSpeed") != nullptr; }, 90'000));
    QVERIFY(!textOf("forecastSpeed").isEmpty());
    QVERIFY(!m_fixture->item("measureMachine"));
    const QString before = textOf("forecastMemory");
    QVERIFY(!before.isEmpty());
    m_fixture->click("checkFile");
    QVERIFY(waitFor([&] { return textOf("checkText").startsWith(QLatin1String("Read for the first time")); }));
    m_fixture->click("checkFile");
    QVERIFY(waitFor([&] { return textOf("checkText").startsWith(QLatin1String("Every byte is as it was")); }));
    QCOMPARE(library().details().back().toMap()[QStringLiteral("value")].toString().size(), 64);
}

void TestLibraryPage::loadingGoesBackToTheConversation()
{
    const QString file = place(QStringLiteral("llama.gguf"));
    openWith(file);
    m_fixture->click("loadChosen");
    QVERIFY(
        waitFor([&] { return m_fixture->controller().model().file == file && m_fixture->controller().state() == app::ChatState::kIdle; }));
    QVERIFY(waitFor([&] { return !m_fixture->item("libraryPage"); }));
    m_fixture->click("libraryButton");
    QVERIFY(waitFor([&] { return library().isLoaded(); }));
    QVERIFY(!library().canRemove()); // not while it is at work
}

void TestLibraryPage::aBrokenFileSaysWhy()
{
    const QString file = place(QStringLiteral("bad.gguf"), QStringLiteral(CONCLAVE_SOURCE_DIR "/LICENSE"));
    openWith(file);
    QVERIFY(waitFor([&] { return m_fixture->item("modelProblem") != nullptr; }));
    QVERIFY(library().chosenProblem().contains(QStringLiteral("bad.gguf")));
    QVERIFY(!m_fixture->item("loadChosen"));
    QVERIFY(library().canRemove());
}

void TestLibraryPage::deletingAsksFirst()
{
    const QString file = place(QStringLiteral("llama.gguf"));
    openWith(file);
    m_fixture->click("removeModel");
    QVERIFY(waitFor([&] { return m_fixture->item("removalConfirmation") != nullptr; }));
    QVERIFY(QFile::exists(file));
    m_fixture->click("confirmRemoval");
    if (library().noTrash()) { // this disk has no waste bin: the page asks once more
        QVERIFY(QFile::exists(file));
        m_fixture->click("confirmRemoval");
    }
    QVERIFY(waitFor([&] { return library().chosen().isEmpty(); }));
    QVERIFY(!QFile::exists(file));
}

void TestLibraryPage::fetchesAndShowsInTheList()
{
    QFile tiny(QStringLiteral(CONCLAVE_TEST_DATA "/conclave/tiny.gguf"));
    QVERIFY(tiny.open(QIODevice::ReadOnly));
    HttpServer server;
    Served served;
    served.body = tiny.readAll();
    server.serve("/m/fetched.gguf", served);
    m_fixture->click("libraryButton");
    m_fixture->click("fetchTab");
    m_fixture->click("fetchField");
    m_fixture->type(server.url("/m/fetched.gguf").toString());
    m_fixture->key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return library().downloads()->count() == 1; }));
    QVERIFY(m_fixture->item("fetchField")->property("text").toString().isEmpty());
    const QString file = m_fixture->folder()->filePath(QStringLiteral("models/fetched.gguf"));
    QVERIFY(waitFor([&] { return QFile::exists(file); }));
    QVERIFY(waitFor([&] {
        library().choose(file);
        return library().chosen() == file;
    }));
    m_fixture->click("hereTab");
    QVERIFY(waitFor([&] { return m_fixture->item("modelDetails") != nullptr; }));
    m_fixture->click("fetchTab");
    m_fixture->click("removeDownload"); // off the list
    QVERIFY(waitFor([&] { return library().downloads()->count() == 0; }));
    QVERIFY(QFile::exists(file));
}

void TestLibraryPage::failedDownloadsSayWhyAndGoOn()
{
    QFile tiny(QStringLiteral(CONCLAVE_TEST_DATA "/conclave/tiny.gguf"));
    QVERIFY(tiny.open(QIODevice::ReadOnly));
    HttpServer server;
    m_fixture->click("libraryButton");
    m_fixture->click("fetchTab");
    m_fixture->click("fetchField");
    m_fixture->type(QStringLiteral("no source"));
    m_fixture->click("fetchButton");
    QVERIFY(waitFor([&] { return m_fixture->item("libraryProblem") != nullptr; }));
    QCOMPARE(library().downloads()->count(), 0);
    library().dismissProblem();
    QVERIFY(library().fetch(server.url("/m/late.gguf").toString()));
    QVERIFY(waitFor([&] { return m_fixture->item("resumeDownload") != nullptr; }));
    QVERIFY(textOf("downloadState").contains(QStringLiteral("127.0.0.1")));
    m_fixture->preferences().setLanguage(QStringLiteral("de")); // what went wrong is told in the language of the moment
    QVERIFY(waitFor([&] { return textOf("downloadState").startsWith(QStringLiteral("127.0.0.1 hat diese Datei nicht")); }));
    Served served;
    served.body = tiny.readAll();
    server.serve("/m/late.gguf", served);
    m_fixture->click("resumeDownload");
    QVERIFY(waitFor([&] { return QFile::exists(m_fixture->folder()->filePath(QStringLiteral("models/late.gguf"))); }));
}

void TestLibraryPage::offlineIsSwitchedHere()
{
    m_fixture->click("libraryButton");
    m_fixture->click("fetchTab");
    QVERIFY(!library().offline());
    m_fixture->click("offlineSwitch");
    QVERIFY(library().offline());
    QVERIFY(!m_fixture->item("fetchField")->isEnabled());
    m_fixture->click("offlineSwitch");
    QVERIFY(!library().offline());
    QVERIFY(!library().setNetwork(QStringLiteral("nonsense"), {}));
    QVERIFY(!library().problem().isEmpty());
    QVERIFY(library().setNetwork(QStringLiteral("http://127.0.0.1:9"), {}));
    QCOMPARE(library().proxy(), QStringLiteral("http://127.0.0.1:9"));
}

void TestLibraryPage::theKeyboardReachesModels()
{
    place(QStringLiteral("llama.gguf"));
    m_fixture->key(Qt::Key_L, Qt::ControlModifier);
    QVERIFY(waitFor([&] { return !library().scanning() && library().models()->count() >= 1; }));
    m_fixture->item("modelList")->forceActiveFocus(Qt::TabFocusReason);
    m_fixture->key(Qt::Key_Down);
    m_fixture->key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return !library().chosen().isEmpty(); }));
}

QTEST_MAIN(TestLibraryPage)
#include "test_library_page.moc"
