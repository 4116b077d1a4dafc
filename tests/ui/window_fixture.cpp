#include "tests/ui/window_fixture.h"

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QPainter>

namespace conclave::tests
{

namespace
{

constexpr int kPatienceMilliseconds = 10'000;
constexpr int kLayoutMilliseconds = 60;

void paintBars(QImage &picture)
{
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.setPen(QPen(Qt::black, 2));
    painter.drawLine(60, 300, 540, 300);
    painter.drawLine(60, 40, 60, 300);
    for (int group = 0; group < 3; ++group) {
        for (int series = 0; series < 2; ++series) {
            const int height = 70 + 50 * group + 25 * series;
            painter.fillRect(100 + 150 * group + 45 * series, 300 - height, 40, height,
                             series ? QColor(224, 160, 80) : QColor(80, 128, 192));
        }
    }
}

} // namespace

bool waitFor(const std::function<bool()> &done)
{
    return QTest::qWaitFor(done, kPatienceMilliseconds);
}

QQuickItem *findItem(QQuickItem *root, const QString &name)
{
    if (!root->isVisible()) {
        return nullptr;
    }
    if (root->objectName() == name) {
        return root;
    }
    for (QQuickItem *child : root->childItems()) {
        if (QQuickItem *found = findItem(child, name)) {
            return found;
        }
    }
    return nullptr;
}

QList<QQuickItem *> findItems(QQuickItem *root, const std::function<bool(QQuickItem *)> &wanted)
{
    QList<QQuickItem *> found;
    if (!root->isVisible()) {
        return found;
    }
    if (wanted(root)) {
        found.append(root);
    }
    for (QQuickItem *child : root->childItems()) {
        found.append(findItems(child, wanted));
    }
    return found;
}

WindowFixture::WindowFixture(const Script &script, const QLocale &locale) : WindowFixture(script, std::make_shared<QTemporaryDir>(), locale)
{
}

WindowFixture::WindowFixture(const Script &script, std::shared_ptr<QTemporaryDir> folder, const QLocale &locale)
    : m_folder(std::move(folder))
{
    auto store = app::ConversationStore::open(m_folder->path());
    if (!store) {
        qFatal("the store could not be opened: %s", store.error().message.c_str());
    }
    m_store = std::move(*store);
    m_worker = std::make_unique<app::InferenceWorker>(
        [script, record = m_record](const QString &file) -> engine::Result<std::unique_ptr<engine::Engine>> {
            if (file.contains(QLatin1String("broken"))) {
                return engine::Error{engine::ErrorCode::kBadFormat, file.toStdString() + " is not a GGUF file.", ""};
            }
            return makeScriptedEngine(script, record);
        });
    m_controller = std::make_unique<app::ChatController>(*m_store, *m_worker);
    m_controller->loadModel(QStringLiteral("scripted.gguf"));
    ui::WindowOptions options;
    options.settingsFolder = m_folder->path();
    options.locale = locale;
    m_chatWindow = std::make_unique<ui::ChatWindow>(*m_controller, options);
    if (!m_chatWindow->window()) {
        qFatal("the window could not be loaded");
    }
    window().requestActivate();
    if (!QTest::qWaitForWindowActive(&window()) || !waitUntilIdle()) {
        qFatal("the window did not come up");
    }
}

WindowFixture::~WindowFixture() = default;

void WindowFixture::click(QQuickItem *item) const
{
    QVERIFY2(item, "no such item is visible");
    QTest::qWait(kLayoutMilliseconds); // what has just appeared is laid out with the next frame
    const QPointF middle = item->mapToScene(QPointF(item->width() / 2, item->height() / 2));
    QTest::mouseClick(&window(), Qt::LeftButton, {}, middle.toPoint());
}

void WindowFixture::type(const QString &text) const
{
    for (const QChar character : text) {
        QTest::sendKeyEvent(QTest::Click, &window(), Qt::Key_unknown, QString(character), Qt::NoModifier);
    }
}

bool WindowFixture::hover(const QList<QUrl> &files) const
{
    QMimeData data;
    data.setUrls(files);
    QDragEnterEvent enter(QPoint(window().width() / 2, window().height() / 2), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window(), &enter);
    return enter.isAccepted();
}

void WindowFixture::drop(const QList<QUrl> &files) const
{
    QVERIFY(hover(files));
    QMimeData data;
    data.setUrls(files);
    QDropEvent drop(QPointF(window().width() / 2, window().height() / 2), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window(), &drop);
}

bool WindowFixture::waitUntilIdle() const
{
    return waitFor([this] { return m_controller->state() == app::ChatState::kIdle; });
}

QVariant WindowFixture::shown(int row, ui::TranscriptModel::Role role) const
{
    const ui::TranscriptModel &transcript = *chat().transcript();
    return transcript.data(transcript.index(row), role);
}

QUrl WindowFixture::chartFile(const QString &name) const
{
    QImage picture(560, 340, QImage::Format_RGB32);
    paintBars(picture);
    const QString path = m_folder->filePath(name);
    picture.save(path);
    return QUrl::fromLocalFile(path);
}

} // namespace conclave::tests
