#include "app/library/machine_store.h"
#include "engine/api/synthesis.h"
#include "tests/support/http_server.h"
#include "tests/ui/gallery_look.h"
#include "tests/ui/gallery_views.h"

#include <QDir>

namespace conclave::tests
{
namespace
{

/// Models of full size, which take no disk, beside small real ones and a broken file.
void fillLibrary(const WindowFixture &fixture)
{
    const QString folder = fixture.folder()->filePath(QStringLiteral("models"));
    QVERIFY(QDir().mkpath(folder));
    for (const char *shape : {"qwen3-30b-a3b", "gpt-oss-20b", "deepseek-v4-flash"}) {
        engine::SynthesisRequest request;
        request.shape = shape;
        request.hole = true;
        const QString file = folder + u'/' + QString::fromLatin1(shape) + QStringLiteral(".gguf");
        QVERIFY(engine::synthesise(std::filesystem::path(file.toStdU16String()), request).ok());
    }
    QFile broken(folder + QStringLiteral("/unfinished download.gguf"));
    QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("GGUF") == 4);
    // As measured on some machine: pictures must not depend on this one.
    QFile machine(fixture.folder()->filePath(QStringLiteral("machine.json")));
    QVERIFY(machine.open(QIODevice::WriteOnly));
    machine.write(
        QByteArray(R"({"format": FORMAT, "device": "CPU", "readBytes": 4e10, "opSeconds": 5e-6, "diskBytes": 2e9, "expertDiskBytes": 2e9,
        "contexts": [{"type": "F16", "operations": 1e11, "promptOperations": 2e11}], "types": [
        {"type": "F32", "denseBytes": 4e10, "expertBytes": 4e10, "denseOperations": 1e11, "expertOperations": 1e11,
            "fewExpertOperations": 1e11},
        {"type": "Q4_K", "denseBytes": 3e10, "expertBytes": 2.5e10, "denseOperations": 8e11, "expertOperations": 6e11,
            "fewExpertOperations": 3e11},
        {"type": "MXFP4", "denseBytes": 3e10, "expertBytes": 2.5e10, "denseOperations": 8e11, "expertOperations": 6e11,
            "fewExpertOperations": 3e11}]})")
            .replace("FORMAT", QByteArray::number(app::MachineStore::kFormat)));
}

void openLibrary(const WindowFixture &fixture)
{
    fillLibrary(fixture);
    fixture.key(Qt::Key_L, Qt::ControlModifier);
    ui::LibraryViewModel &library = fixture.library();
    QVERIFY(waitFor([&] { return !library.scanning() && library.models()->count() > 4; }));
}

/// Details of a model of the library.
std::function<void(const WindowFixture &)> chosen(const char *name)
{
    return [name](const WindowFixture &fixture) {
        openLibrary(fixture);
        fixture.library().choose(fixture.folder()->filePath(QStringLiteral("models/%1.gguf").arg(QLatin1String(name))));
        fixture.item("libraryPage")->setProperty("detailsOpen", true);
        const bool readable = !QLatin1String(name).startsWith(QLatin1String("unfinished"));
        QVERIFY(waitFor([&] { return !readable || fixture.library().forecast()->ready(); }));
    };
}

/// A download that failed and one under way.
void showFetch(const WindowFixture &fixture)
{
    openLibrary(fixture);
    auto *server = new HttpServer;
    QObject::connect(&fixture.window(), &QObject::destroyed, server, &QObject::deleteLater);
    Served stalls;
    stalls.body = "GGUF" + QByteArray(4'000'000, 'x');
    stalls.stallAfter = 2'600'000;
    server->serve("/m/Qwen3-VL-4B-Instruct-Q4_K_M.gguf", stalls);
    ui::LibraryViewModel &library = fixture.library();
    const auto latest = [&](int role) { return library.downloads()->data(library.downloads()->index(0), role); };
    QVERIFY(library.fetch(server->url("/m/gone.gguf").toString()));
    QVERIFY(waitFor([&] { return latest(ui::DownloadListModel::kFailedRole).toBool(); }));
    QVERIFY(library.fetch(server->url("/m/Qwen3-VL-4B-Instruct-Q4_K_M.gguf").toString()));
    QVERIFY(waitFor([&] { return latest(ui::DownloadListModel::kShareRole).toDouble() > 0.5; }));
    fixture.click("fetchTab");
}

void showSettings(const WindowFixture &fixture)
{
    fixture.library().setOffline(true);
    fixture.library().fetch(QStringLiteral("https://example.org/models/some-model-Q4_K_M.gguf"));
    QVERIFY(waitFor([&] { return !fixture.library().connections().isEmpty(); }));
    fixture.key(Qt::Key_Period, Qt::ControlModifier);
}

void showCardSettings(const WindowFixture &fixture)
{
    fixture.preferences().setDevice(QStringLiteral("vulkan"));
    showSettings(fixture);
    fixture.item("cards")->forceActiveFocus(Qt::TabFocusReason);
}

void showLargeSettings(const WindowFixture &fixture)
{
    fixture.appearance().setTextPercent(150);
    showSettings(fixture);
}

void showLargeEmpty(const WindowFixture &fixture)
{
    fixture.appearance().setTextPercent(150);
}

void showCompactPalette(const WindowFixture &fixture)
{
    fixture.appearance().setCompact(true);
    fixture.key(Qt::Key_K, Qt::ControlModifier);
}

void showReport(const WindowFixture &fixture)
{
    QMetaObject::invokeMethod(&fixture.window(), "openReport", Q_ARG(QString, QStringLiteral("notes.png is not a picture.")));
}

/// The tour, so many steps on.
std::function<void(const WindowFixture &)> toured(int steps)
{
    return [steps](const WindowFixture &fixture) {
        QMetaObject::invokeMethod(&fixture.window(), "beginTour");
        for (int i = 0; i < steps; ++i) {
            settle(fixture);
            fixture.key(Qt::Key_Space);
        }
    };
}

} // namespace

QList<GalleryView> libraryViews()
{
    const Script script = chatScript("Hello.");
    QList<GalleryView> out{
        {"library-qwen3-30b-a3b", script, chosen("qwen3-30b-a3b")},
        {"library-deepseek-v4-flash", script, chosen("deepseek-v4-flash")},
        {"library-broken", script, chosen("unfinished download")},
        {"library-fetch", script, showFetch},
    };
    for (GalleryView &view : out) {
        view.narrow = {kNarrow};
    }
    return out;
}

QList<GalleryView> programViews()
{
    const Script script = chartScript();
    QList<GalleryView> out{
        {"program-settings", script, showSettings},
        {"program-settings-large", script, showLargeSettings},
        {"program-empty-large", script, showLargeEmpty},
        {"program-menu", script, [](const WindowFixture &fixture) { fixture.click("appearanceButton"); }},
        {"program-palette", script, showCompactPalette},
        {"program-keys", script, [](const WindowFixture &fixture) { fixture.key(Qt::Key_F1); }},
        {"program-report", script, showReport},
        {"program-tour-1", script, toured(0)},
        {"program-tour-2", script, toured(1)},
        {"program-tour-3", script, toured(2)},
        {"program-settings-cards", script, showCardSettings},
    };
    out[0].narrow = {kNarrow};
    out[1].contrast = out[2].contrast = true;
    return out;
}

} // namespace conclave::tests
