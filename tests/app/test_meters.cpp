#include "app/chat/electricity.h"
#include "app/chat/figure_words.h"
#include "app/chat/figures_json.h"
#include "app/inference/answer_meter.h"
#include "app/inference/inference_worker.h"
#include "engine/base/power_meter.h"
#include "tests/app/test_inference_worker.h"
#include "tests/support/file_bytes.h"
#include "tests/support/scripted_engine.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>

using namespace conclave;
using namespace conclave::app;
using engine::EnergySource;
using tests::write;
using namespace std::chrono_literals;

namespace
{

/// Folders as Linux has them, with counters that tests move.
struct Machine
{
    void domain(const QString &name, const char *what, qint64 microjoules, qint64 range = 1'000'000'000)
    {
        const QString path = folder.filePath(QStringLiteral("powercap/") + name);
        QDir().mkpath(path);
        write(path + QStringLiteral("/name"), what);
        write(path + QStringLiteral("/energy_uj"), QByteArray::number(microjoules));
        write(path + QStringLiteral("/max_energy_range_uj"), QByteArray::number(range));
    }
    void battery(const QString &name, const char *status, qint64 microwatts, const char *scope = "System")
    {
        const QString path = folder.filePath(QStringLiteral("power_supply/") + name);
        QDir().mkpath(path);
        write(path + QStringLiteral("/type"), "Battery\n");
        write(path + QStringLiteral("/scope"), scope);
        write(path + QStringLiteral("/status"), status);
        write(path + QStringLiteral("/power_now"), QByteArray::number(microwatts));
    }
    std::filesystem::path path(const char *name) const
    {
        return std::filesystem::path(folder.filePath(QString::fromLatin1(name)).toStdU16String());
    }
    engine::PowerPlaces places() const { return {path("powercap"), path("power_supply"), FAKE_NVML}; }

    QTemporaryDir folder;
};

QString valueOf(const QVector<FigureLine> &lines, const QString &name)
{
    for (const FigureLine &line : lines) {
        if (line.name == name)
            return line.value;
    }
    return {};
}

} // namespace

void TestInferenceWorker::packagesAndTheirMemoryAreCounted()
{
    Machine machine;
    machine.domain("intel-rapl:0", "package-0", 100);
    machine.domain("intel-rapl:0:0", "core", 50);
    machine.domain("intel-rapl:0:1", "dram", 70);
    machine.domain("intel-rapl:1", "psys", 900);
    machine.domain("intel-rapl-mmio:0", "package-0", 100);
    engine::PowerMeter meter(machine.places());
    QCOMPARE(meter.source(), EnergySource::kProcessor);
    QCOMPARE(meter.joules().value_or(-1), 0.0);
    machine.domain("intel-rapl:0", "package-0", 3'000'100);
    machine.domain("intel-rapl:0:0", "core", 2'000'050);
    machine.domain("intel-rapl:0:1", "dram", 500'070);
    machine.domain("intel-rapl:1", "psys", 9'000'900);
    QCOMPARE(meter.joules().value_or(-1), 3.5); // cores are in the package, and the board would count it twice
    QCOMPARE(meter.joules().value_or(-1), 0.0);
}

void TestInferenceWorker::countersWrapAround()
{
    Machine machine;
    machine.domain("intel-rapl:0", "package-0", 9'000'000, 10'000'000);
    engine::PowerMeter meter(machine.places());
    machine.domain("intel-rapl:0", "package-0", 1'000'000, 10'000'000);
    meter.look();
    machine.domain("intel-rapl:0", "package-0", 500'000, 10'000'000);
    QCOMPARE(meter.joules().value_or(-1), 2.0 + 9.5);
}

void TestInferenceWorker::lockedCountersAreSaid()
{
    Machine machine;
    machine.domain("intel-rapl:0", "package-0", 1);
    const QString counter = machine.folder.filePath("powercap/intel-rapl:0/energy_uj");
    QVERIFY(QFile::remove(counter) && QDir().mkpath(counter)); // nothing that can be read, even by the administrator
    engine::PowerMeter meter(machine.places());
    QCOMPARE(meter.source(), EnergySource::kNone);
    QVERIFY(meter.isLocked());
    QVERIFY(!meter.joules());
    QVERIFY(!engine::PowerMeter({machine.path("none"), machine.path("none"), {}}).isLocked());
}

void TestInferenceWorker::cardsCountWhereTheyCompute()
{
    Machine machine;
    engine::PowerMeter cards(machine.places(), true);
    QCOMPARE(cards.source(), EnergySource::kCards);
    QCOMPARE(cards.joules().value_or(-1), 5.0); // of the one card that counts
    machine.domain("intel-rapl:0", "package-0", 0);
    QCOMPARE(engine::PowerMeter(machine.places(), true).source(), EnergySource::kProcessorAndCards);
    QCOMPARE(engine::PowerMeter(machine.places(), false).source(), EnergySource::kProcessor);
    engine::PowerPlaces without = machine.places();
    without.cardLibrary = machine.path("no such library.so");
    QCOMPARE(engine::PowerMeter(without, true).source(), EnergySource::kProcessor);
    without.cardLibrary = machine.path("powercap/intel-rapl:0/name"); // no library at all
    QCOMPARE(engine::PowerMeter(without, true).source(), EnergySource::kProcessor);
}

void TestInferenceWorker::theBatteryCountsWhereNothingElseDoes()
{
    Machine machine;
    const engine::BatteryMeter::Time start{};
    machine.battery("hid-mouse", "Discharging", 100'000, "Device");
    QVERIFY(!engine::BatteryMeter(machine.path("power_supply"), start).measures());
    machine.battery("BAT0", "Discharging", 10'000'000);
    engine::BatteryMeter meter(machine.path("power_supply"), start);
    QVERIFY(meter.measures());
    machine.battery("BAT0", "Discharging", 20'000'000);
    QCOMPARE(meter.joules(start + 2s).value_or(-1), 30.0); // from 10 W to 20 W
    machine.battery("BAT0", "Charging", 40'000'000);
    QVERIFY(!meter.joules(start + 3s));
    machine.battery("BAT0", "Discharging", 20'000'000);
    QVERIFY(!meter.joules(start + 4s)); // it hung on the mains for a part of that time
    QCOMPARE(meter.joules(start + 5s).value_or(-1), 20.0);

    QCOMPARE(engine::PowerMeter(machine.places()).source(), EnergySource::kBattery);
    machine.domain("intel-rapl:0", "package-0", 0);
    QCOMPARE(engine::PowerMeter(machine.places()).source(), EnergySource::kProcessor);
}

void TestInferenceWorker::idlePowerIsSubtracted()
{
    Machine machine;
    machine.domain("intel-rapl:0", "package-0", 0);
    AnswerMeter::Time now{};
    AnswerMeter meter(machine.places(), false, [&] { return now; });
    qint64 taken = 0;
    const auto pass = [&](int seconds, int watts) {
        now += std::chrono::seconds(seconds);
        taken += qint64(seconds) * watts * 1'000'000;
        machine.domain("intel-rapl:0", "package-0", taken);
    };
    pass(1, 5);
    meter.begin(); // too soon to know
    pass(10, 30);
    const AnswerEnergy first = meter.end();
    QCOMPARE(first.joules, 300.0);
    QVERIFY(first.known() && first.idleJoules < 0);
    QCOMPARE(first.answerJoules(), 300.0);

    pass(5, 8);
    meter.lookWhileIdle();
    pass(5, 6);
    meter.lookWhileIdle();
    pass(5, 9);
    meter.begin();
    QCOMPARE(meter.idleWatts().value_or(-1), 6.0); // the least: someone else worked meanwhile
    pass(1, 40);
    meter.look();
    pass(4, 40);
    const AnswerEnergy second = meter.end();
    QCOMPARE(second.joules, 200.0);
    QCOMPARE(second.idleJoules, 30.0);
    QCOMPARE(second.answerJoules(), 170.0);
    QCOMPARE(second.source, EnergySource::kProcessor);
}

void TestInferenceWorker::answersCarryTheirEnergyAndCost()
{
    Machine machine;
    machine.domain("intel-rapl:0", "package-0", 0);
    tests::Script script = tests::chatScript("one two three four");
    script.statistics.promptTokens = 10;
    script.statistics.cachedTokens = 4;
    InferenceWorker worker(
        [&](const ModelRequest &) -> engine::Result<std::unique_ptr<engine::Engine>> { return tests::makeScriptedEngine(script); }, nullptr,
        {machine.path("powercap"), machine.path("power_supply"), machine.path("none.so")});
    QSignalSpy ended(&worker, &InferenceWorker::answerEnded);
    AnswerEnd end;
    connect(&worker, &InferenceWorker::answerUpdated, &worker, [&] { machine.domain("intel-rapl:0", "package-0", 7'200'000); });
    connect(&worker, &InferenceWorker::answerEnded, &worker, [&](const AnswerEnd &answer) { end = answer; });
    worker.loadModel("m");
    AnswerRequest request;
    request.request = worker.nextRequest();
    request.messages = {{engine::Role::kUser, "Hello", {}}};
    worker.ask(request);
    QVERIFY(ended.wait(5000));
    QCOMPARE(end.energy.source, EnergySource::kProcessor);
    QVERIFY(end.energy.known());
    QVERIFY(end.last.firstTokenSeconds > 0 && end.last.firstTokenSeconds < 60);

    end.energy.joules = 8; // when the counter was read is chance
    end.energy.idleJoules = 0.8;
    end.statistics.generatedTokens = 4;
    const QTemporaryDir folder;
    QVERIFY(!electricityPrice(folder.path()).known());
    setElectricityPrice(folder.path(), {0.25, "EUR"});
    const ElectricityPrice price = electricityPrice(folder.path());
    QCOMPARE(price, (ElectricityPrice{0.25, "EUR"}));
    const QJsonObject json = pricedFigures(figuresJson(end), price);
    QCOMPARE(json["energy"]["source"].toString(), "processor");
    QCOMPARE(json["energy"]["joulesPerToken"].toDouble(), 1.8);
    QCOMPARE(json["cachedTokens"].toInt(), 4);
    QVERIFY(std::abs(json["cost"]["perMillionTokens"].toDouble() - 0.125) < 1e-9); // 1.8 MJ are half a kilowatt-hour
    QCOMPARE(json["cost"]["currency"].toString(), "EUR");
    QCOMPARE(json["cost"]["apiDollars"][1].toDouble(), 2.10);

    const QLocale before;
    QLocale::setDefault(QLocale::c());
    const QVector<FigureLine> lines = figureLines(figuresJson(end), price);
    QVERIFY2(valueOf(lines, "Energy").startsWith("7.20 J, 1.80 J a token"), qPrintable(valueOf(lines, "Energy")));
    QVERIFY(valueOf(lines, "Energy").contains("0.800 J that the machine takes idly were subtracted"));
    QCOMPARE(valueOf(lines, "A million tokens"), "0.125 EUR of electricity; API prices of April 2026: $0.48, $2.10, $3.50, $5.00");
    QVERIFY(valueOf(figureLines(figuresJson(end), {}), "A million tokens").contains("settings"));
    QLocale::setDefault(before);
    setElectricityPrice(folder.path(), {0, "EUR"});
    QVERIFY(!electricityPrice(folder.path()).known());
}

void TestInferenceWorker::whatIsNotMeasurableIsNotInvented()
{
    AnswerEnd end;
    end.statistics.generatedTokens = 3;
    const QJsonObject json = pricedFigures(figuresJson(end), {0.3, "EUR"});
    QVERIFY(!json["energy"].toObject().contains("joules") && !json.contains("cost"));
    QVERIFY(valueOf(figureLines(figuresJson(end), {0.3, "EUR"}), "Energy").startsWith("not measurable here"));
    QVERIFY(valueOf(figureLines(figuresJson(end), {0.3, "EUR"}), "A million tokens").isEmpty());
    end.energy.locked = true;
    QVERIFY(valueOf(figureLines(figuresJson(end), {}), "Energy").contains("administrator"));
    QVERIFY(figureLines({}, {}).isEmpty()); // an answer of an older version
}
