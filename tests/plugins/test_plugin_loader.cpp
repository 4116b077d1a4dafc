#include "kernels/plugin/plugin_loader.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

using namespace conclave::kernels;

namespace
{

const std::filesystem::path kFakes = CONCLAVE_FAKE_PLUGINS;

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

bool isLoaded(const std::string &name)
{
#ifdef _WIN32
    return GetModuleHandleW(pluginFileName(name).c_str()) != nullptr;
#else
    void *handle = dlopen((kFakes / pluginFileName(name)).c_str(), RTLD_NOW | RTLD_NOLOAD);
    if (handle != nullptr)
        dlclose(handle);
    return handle != nullptr;
#endif
}

} // namespace

class TestPluginLoader : public QObject
{
    Q_OBJECT

private slots:
    void anAbsentFolderIsNoError();
    void aFileThatIsNoLibraryIsRefused();
    void unfitPluginsAreRefusedWithAReason_data();
    void unfitPluginsAreRefusedWithAReason();
    void aReadyPluginListsAndCreatesItsDevices();
    void aDeviceKeepsItsPluginLoaded();
    void oneBadPluginDoesNotHideAnother();
    void builtPluginsLieBesideTheProgram_data();
    void builtPluginsLieBesideTheProgram();
    void builtPluginsSayWhenTheMachineLacksADriver_data();
    void builtPluginsSayWhenTheMachineLacksADriver();
    void vulkanTakesTheVariantsThatAreAsked();
};

void TestPluginLoader::anAbsentFolderIsNoError()
{
    const PluginLoader loader("/no/such/folder");
    QCOMPARE(loader.reports().size(), knownPlugins().size());
    for (const PluginReport &report : loader.reports()) {
        QCOMPARE(report.state, PluginState::kAbsent);
        QCOMPARE(text(report.reason), QString("not installed"));
    }
    std::string reason;
    QVERIFY(loader.createDevice(0, 0, reason) == nullptr);
    QVERIFY(loader.createDevice(99, 0, reason) == nullptr);
    QCOMPARE(text(reason), QString("no such device"));
    QCOMPARE(loader.validation(0).messages, 0U);
}

void TestPluginLoader::aFileThatIsNoLibraryIsRefused()
{
    const QTemporaryDir folder;
    for (const char *content : {"", "This is no library.\n"}) {
        QFile file(folder.filePath(text(pluginFileName("conclave_vulkan").string())));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(content);
        file.close();
        const PluginLoader loader(folder.path().toStdString(), {}, {"conclave_vulkan"});
        QCOMPARE(loader.reports()[0].state, PluginState::kRefused);
        QVERIFY(!loader.reports()[0].reason.empty());
    }
}

void TestPluginLoader::unfitPluginsAreRefusedWithAReason_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("reason");
    const int refused = static_cast<int>(PluginState::kRefused);
    const int idle = static_cast<int>(PluginState::kIdle);
    QTest::newRow("another interface version") << "fake_other_abi" << refused
                                               << "it speaks plugin interface version 99; this program speaks version 3";
    QTest::newRow("another build") << "fake_other_build" << refused << "it was built for another build of the program";
    QTest::newRow("no entry point") << "fake_without_entry" << refused << "it is a library, but no device plugin";
    QTest::newRow("no driver") << "fake_unwilling" << idle << "no fake driver on this machine";
    QTest::newRow("no device") << "fake_empty" << idle << "";
}

void TestPluginLoader::unfitPluginsAreRefusedWithAReason()
{
    QFETCH(QString, name);
    QFETCH(int, state);
    QFETCH(QString, reason);
    const PluginLoader loader(kFakes, {}, {name.toStdString()});
    QCOMPARE(static_cast<int>(loader.reports()[0].state), state);
    QCOMPARE(text(loader.reports()[0].reason), reason);
    QVERIFY(loader.reports()[0].devices.empty());
    std::string why;
    QVERIFY(loader.createDevice(0, 0, why) == nullptr);
}

void TestPluginLoader::aReadyPluginListsAndCreatesItsDevices()
{
    const PluginLoader loader(kFakes, {}, {"fake_ready"});
    const PluginReport &report = loader.reports()[0];
    QCOMPARE(report.state, PluginState::kReady);
    QCOMPARE(report.devices.size(), std::size_t{2});
    QCOMPARE(QString(report.devices[1].name), QString("fake 1"));
    QCOMPARE(report.devices[1].memoryBytes, 1001U);
    QCOMPARE(report.devices[1].freeBytes, 501U);
    QCOMPARE(loader.validation(0).messages, 7U);

    std::string reason;
    const std::unique_ptr<Device> device = loader.createDevice(0, 0, reason);
    QVERIFY(device != nullptr);
    QCOMPARE(text(device->info().name), QString("fake 0"));
    QCOMPARE(device->upload({}, {}).text, "fake upload");
    QCOMPARE(device->download({}, {}).text, "fake download");
    QVERIFY(loader.createDevice(0, 1, reason) == nullptr);
    QCOMPARE(text(reason), QString("the second fake is broken"));
    QVERIFY(loader.createDevice(0, 2, reason) == nullptr);
    QCOMPARE(text(reason), QString("no such device"));
}

void TestPluginLoader::aDeviceKeepsItsPluginLoaded()
{
    QVERIFY(!isLoaded("fake_ready"));
    std::unique_ptr<Device> device;
    {
        const PluginLoader loader(kFakes, {}, {"fake_ready"});
        QVERIFY(isLoaded("fake_ready"));
        std::string reason;
        device = loader.createDevice(0, 0, reason);
    }
    QVERIFY(isLoaded("fake_ready"));
    QCOMPARE(text(device->info().name), QString("fake 0"));
    device.reset();
    QVERIFY(!isLoaded("fake_ready"));
}

void TestPluginLoader::oneBadPluginDoesNotHideAnother()
{
    const PluginLoader loader(kFakes, {}, {"fake_other_abi", "no_such_plugin", "fake_ready"});
    QCOMPARE(loader.reports()[0].state, PluginState::kRefused);
    QCOMPARE(loader.reports()[1].state, PluginState::kAbsent);
    QCOMPARE(loader.reports()[2].state, PluginState::kReady);
    std::string reason;
    QVERIFY(loader.createDevice(2, 0, reason) != nullptr);
    QVERIFY(loader.createDevice(0, 0, reason) == nullptr);
}

namespace
{

void addBuiltPlugins()
{
    QTest::addColumn<QString>("name");
    const QStringList built = QString(CONCLAVE_BUILT_PLUGINS).split(',', Qt::SkipEmptyParts);
    for (const std::string &known : knownPlugins())
        QTest::newRow(known.c_str()) << (built.contains(text(known)) ? text(known) : QString());
}

} // namespace

void TestPluginLoader::builtPluginsLieBesideTheProgram_data()
{
    addBuiltPlugins();
}

void TestPluginLoader::builtPluginsLieBesideTheProgram()
{
    QFETCH(QString, name);
    if (name.isEmpty())
        QSKIP("not built here: its tools were not found when configuring");
    const PluginLoader loader(QCoreApplication::applicationDirPath().toStdString(), {}, {name.toStdString()});
    const PluginReport &report = loader.reports()[0];
    QVERIFY2(report.state == PluginState::kReady || report.state == PluginState::kIdle, report.reason.c_str());
    QVERIFY(report.state == PluginState::kReady || !report.reason.empty());
}

void TestPluginLoader::builtPluginsSayWhenTheMachineLacksADriver_data()
{
    addBuiltPlugins();
}

void TestPluginLoader::builtPluginsSayWhenTheMachineLacksADriver()
{
    QFETCH(QString, name);
    if (name.isEmpty())
        QSKIP("not built here: its tools were not found when configuring");
    // Each driver's own switch to see no card.
    qputenv("VK_ICD_FILENAMES", "/no/such/driver.json");
    qputenv("VK_DRIVER_FILES", "/no/such/driver.json");
    qputenv("CUDA_VISIBLE_DEVICES", "-1");
    const PluginLoader loader(QCoreApplication::applicationDirPath().toStdString(), {}, {name.toStdString()});
    qunsetenv("VK_ICD_FILENAMES");
    qunsetenv("VK_DRIVER_FILES");
    qunsetenv("CUDA_VISIBLE_DEVICES");
    const PluginReport &report = loader.reports()[0];
    QCOMPARE(report.state, PluginState::kIdle);
    QVERIFY2(report.reason.find("on this machine") != std::string::npos, report.reason.c_str());
}

/// Of those that a device offers: none that is not asked, all that are, and the name tells.
void TestPluginLoader::vulkanTakesTheVariantsThatAreAsked()
{
    if (!QString(CONCLAVE_BUILT_PLUGINS).split(',').contains("conclave_vulkan"))
        QSKIP("not built here: its tools were not found when configuring");
    const auto devices = [](const char *variants) {
        qputenv("CONCLAVE_VULKAN_VARIANTS", variants);
        const PluginLoader loader(QCoreApplication::applicationDirPath().toStdString(), {}, {"conclave_vulkan"});
        qunsetenv("CONCLAVE_VULKAN_VARIANTS");
        QStringList names;
        for (std::size_t i = 0; i < loader.reports()[0].devices.size(); ++i) {
            std::string reason;
            const std::unique_ptr<Device> device = loader.createDevice(0, i, reason);
            names << (device != nullptr ? text(device->info().name) : "no device: " + text(reason));
        }
        return names;
    };
    const QStringList plain = devices("plain"), all = devices("subgroups,bytes,halves,matrices"), halves = devices("halves"),
                      bytes = devices("bytes"), matrices = devices("matrices"), both = devices("subgroups,matrices");
    if (plain.isEmpty())
        QSKIP("no Vulkan device on this machine");
    for (qsizetype i = 0; i < plain.size(); ++i) {
        const QString stem = plain[i].chopped(1); // "Vulkan (NAME"
        QVERIFY2(stem.startsWith("Vulkan ("), qPrintable(stem));
        const QString offered = all[i].mid(stem.size());
        QVERIFY2(all[i].startsWith(stem) && (offered == ")" || offered.startsWith(", ")), qPrintable(all[i]));
        QCOMPARE(halves[i], stem + (offered.contains(", halves") ? ", halves)" : ")"));
        QCOMPARE(bytes[i], plain[i]); // which ask for subgroups
        QCOMPARE(matrices[i], plain[i]);
        QCOMPARE(both[i].contains(", matrices of "), offered.contains(", matrices of "));
    }
}

QTEST_GUILESS_MAIN(TestPluginLoader)
#include "test_plugin_loader.moc"
