#include "tests/ui/gallery_look.h"

#include <QEventLoop>
#include <QImageWriter>
#include <QSet>
#include <QTimer>

namespace conclave::tests
{
namespace
{

constexpr int kStillMilliseconds = 25;    // without a frame: longer than between two of a movement
constexpr int kLongestMilliseconds = 400; // some things move all the time
constexpr int kQuickPng = 12;             // of 100, as Qt counts: zlib's quickest; a window takes 30 ms instead of 250
constexpr int kFewColors = 24;            // a blank window has not even these
constexpr int kImageLoading = 2;          // QQuickImageBase::Loading

/// Titles, file and device names are the user's and may be long: those alone may be cut, with an ellipsis.
bool mayBeCut(const QQuickItem *text)
{
    static const QSet<QString> kElided{
        QStringLiteral("conversationList"), QStringLiteral("conversationTitle"), QStringLiteral("statusLine"),
        QStringLiteral("attachment"),       QStringLiteral("searchHits"),        QStringLiteral("undoText"),
        QStringLiteral("answerFigures"),    QStringLiteral("modelRow"),          QStringLiteral("modelFolder"),
        QStringLiteral("downloadName"),     QStringLiteral("document"),          QStringLiteral("previewName")};
    for (const QQuickItem *item = text; item; item = item->parentItem()) {
        if (kElided.contains(item->objectName())) {
            return true;
        }
    }
    return false;
}

QList<QQuickItem *> texts(const WindowFixture &fixture)
{
    return findItems(fixture.window().contentItem(), [](QQuickItem *item) {
        return item->inherits("QQuickText") && !item->property("text").toString().isEmpty() && item->width() > 0 && item->opacity() > 0;
    });
}

QRectF sceneRect(const QQuickItem *item)
{
    return item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
}

bool hasMoreColors(const QImage &picture, int than)
{
    QSet<QRgb> colors;
    for (int y = 0; y < picture.height(); y += 3) {
        for (int x = 0; x < picture.width(); x += 3) {
            colors.insert(picture.pixel(x, y));
            if (colors.size() > than) {
                return true;
            }
        }
    }
    return false;
}

void checkPlaces(const QList<QQuickItem *> &shown, qreal width)
{
    for (const QQuickItem *text : shown) {
        const QString words = text->property("text").toString();
        QVERIFY2(mayBeCut(text) || !text->property("truncated").toBool(), qPrintable(words + QStringLiteral(" is cut off")));
        QVERIFY2(text->property("contentWidth").toReal() <= text->width() + 1,
                 qPrintable(words + QStringLiteral(" is wider than its place")));
        QVERIFY2(text->property("contentHeight").toReal() <= text->height() + 1,
                 qPrintable(words + QStringLiteral(" is taller than its place")));
        const QRectF place = sceneRect(text);
        QVERIFY2(place.left() >= -1 && place.right() <= width + 1, qPrintable(words + QStringLiteral(" leaves the window")));
    }
}

void checkOverlaps(const QList<QQuickItem *> &shown)
{
    QHash<const QQuickItem *, QList<QQuickItem *>> siblings;
    for (QQuickItem *text : shown) {
        for (const QQuickItem *other : siblings[text->parentItem()]) {
            const QRectF shared = sceneRect(text).intersected(sceneRect(other));
            QVERIFY2(shared.width() < 2 || shared.height() < 2,
                     qPrintable(text->property("text").toString() + QStringLiteral(" overlaps ") + other->property("text").toString()));
        }
        siblings[text->parentItem()].append(text);
    }
}

bool picturesLoad(const WindowFixture &fixture)
{
    return !findItems(fixture.window().contentItem(), [](QQuickItem *item) {
                return item->inherits("QQuickImage") && item->property("status").toInt() == kImageLoading;
            }).isEmpty();
}

} // namespace

void settle(const WindowFixture &fixture)
{
    QEventLoop loop;
    QTimer still;
    QTimer::singleShot(kLongestMilliseconds, &loop, &QEventLoop::quit);
    QObject::connect(&fixture.window(), &QQuickWindow::frameSwapped, &still, [&] { still.start(); });
    QObject::connect(&still, &QTimer::timeout, &loop, [&] {
        if (!picturesLoad(fixture)) {
            loop.quit();
        }
    });
    still.start(kStillMilliseconds);
    loop.exec();
}

void Photographer::take(const WindowFixture &fixture, const QString &name)
{
    settle(fixture);
    takeNow(fixture, name);
}

void Photographer::takeNow(const WindowFixture &fixture, const QString &name)
{
    const QImage picture = fixture.window().grabWindow();
    write(picture, name);
    QVERIFY2(hasMoreColors(picture, kFewColors), "the window is blank");
    const QList<QQuickItem *> shown = texts(fixture);
    checkPlaces(shown, fixture.window().width());
    checkOverlaps(shown);
}

void Photographer::write(const QImage &picture, const QString &name)
{
    m_writers.start([this, picture, file = m_folder + u'/' + name + QStringLiteral(".png")] {
        QImageWriter writer(file, "PNG");
        writer.setCompression(kQuickPng);
        if (!writer.write(picture)) {
            m_failed = true;
        }
    });
}

bool Photographer::finish()
{
    return m_writers.waitForDone() && !m_failed;
}

} // namespace conclave::tests
