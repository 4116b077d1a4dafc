#include "engine/api/chart_axis.h"

#include <QTest>

#include <limits>

using namespace conclave::engine;

class TestChartAxis : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void placesBecomeValues();
    void ticksThatCalibrateNothing_data();
    void ticksThatCalibrateNothing();
    void settling_data();
    void settling();
    void confidenceFallsWithTheDistance();
    void hugeNumbersStayFinite();
};

void TestChartAxis::placesBecomeValues()
{
    const auto axis = ChartAxis::through({100, 0}, {20, 50}); // upwards: places fall
    QVERIFY(axis);
    QCOMPARE(axis->valueAt(100), 0.0);
    QCOMPARE(axis->valueAt(60), 25.0);
    QCOMPARE(axis->valueAt(4), 60.0);
    QCOMPARE(axis->step(), 0.625);
    QCOMPARE(ChartAxis::through({10, -5}, {30, 5})->valueAt(25), 2.5); // to the right
}

void TestChartAxis::ticksThatCalibrateNothing_data()
{
    QTest::addColumn<double>("place");
    QTest::addColumn<double>("value");
    QTest::newRow("one place") << 100.0 << 50.0;
    QTest::newRow("one value") << 20.0 << 0.0;
    QTest::newRow("no finite value") << 20.0 << std::numeric_limits<double>::infinity();
    QTest::newRow("no number") << 20.0 << std::numeric_limits<double>::quiet_NaN();
}

void TestChartAxis::ticksThatCalibrateNothing()
{
    QFETCH(double, place);
    QFETCH(double, value);
    QVERIFY(!ChartAxis::through({100, 0}, {place, value}));
}

void TestChartAxis::settling_data()
{
    QTest::addColumn<double>("written");
    QTest::addColumn<int>("decimals");
    QTest::addColumn<double>("place");
    QTest::addColumn<double>("expected");
    QTest::newRow("digits within a step stand") << 12.3 << 1 << 88.0 << 12.3; // the place says 12
    QTest::newRow("a step off is agreement still") << 13.0 << 0 << 88.0 << 13.0;
    QTest::newRow("further off the place decides") << 14.5 << 0 << 88.0 << 12.0;
    QTest::newRow("a digit lost") << 1.0 << 0 << 87.5 << 13.0; // 12.5 without decimals
    QTest::newRow("as many decimals as were written") << 1.25 << 2 << 87.5 << 12.5;
    QTest::newRow("no negative zero") << 7.0 << 0 << 100.2 << 0.0;
    QTest::newRow("below the first tick") << 5.0 << 0 << 104.0 << -4.0;
}

void TestChartAxis::settling()
{
    QFETCH(double, written);
    QFETCH(int, decimals);
    QFETCH(double, place);
    QFETCH(double, expected);
    const auto axis = ChartAxis::through({100, 0}, {0, 100}); // a step is 1
    const SettledNumber settled = axis->settle({written, decimals, 0.8}, place);
    QCOMPARE(settled.value, expected);
    QVERIFY(!std::signbit(settled.value) || settled.value < 0);
}

void TestChartAxis::confidenceFallsWithTheDistance()
{
    const auto axis = ChartAxis::through({100, 0}, {0, 100});
    QCOMPARE(axis->settle({50, 0, 0.2}, 50).confidence, 0.9); // two readings say the same
    QCOMPARE(axis->settle({50, 0, 0.99}, 50).confidence, 0.99);
    double last = 1;
    for (const double place : {50.0, 46.0, 40.0, 33.0, 26.0}) {
        const double confidence = axis->settle({50, 0, 0.95}, place).confidence;
        QVERIFY(confidence < last);
        last = confidence;
    }
    QCOMPARE(last, 0.0);
    QCOMPARE(axis->settle({50, 0, 0.95}, 0).confidence, 0.0);
}

void TestChartAxis::hugeNumbersStayFinite()
{
    const double most = std::numeric_limits<double>::max();
    const auto axis = ChartAxis::through({0, 0}, {1, most});
    QVERIFY(axis);
    const SettledNumber settled = axis->settle({7, 0, 0.9}, 5); // beyond what a double holds
    QCOMPARE(settled.value, 7.0);
    QVERIFY(settled.confidence < 0.2);
}

QTEST_APPLESS_MAIN(TestChartAxis)
#include "test_chart_axis.moc"
