#include "tests/ui/window_fixture.h"

#include "app/paths.h"
#include "tests/support/file_bytes.h"
#include "tests/support/paced_engine.h"

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QPainter>

namespace conclave::tests
{

namespace
{

constexpr int kPatienceMilliseconds = 10'000;
constexpr double kStep = 3.5;          // of chartAnswer(): two pixels of a model that sees 4/7 of the picture's size
constexpr double kBase = 84.5 * kStep; // where it says that 0 is; every step above is 1
constexpr int kLayoutMilliseconds = 60;
constexpr QSize kUsualSize(1160, 780); // as on a screen that is large enough

void paintBars(QImage &picture)
{
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Qt::black, 2));
    painter.drawLine(QPointF(40, kBase), QPointF(540, kBase));
    painter.drawLine(QPointF(40, 60), QPointF(40, kBase));
    painter.drawText(QRect(0, 10, picture.width(), 40), Qt::AlignCenter, QStringLiteral("Sales by town"));
    const QVector<QPointF> kBars{{72, 44}, {86, 50}, {177, 12.5}, {282, 30}, {296, 25}};
    for (int i = 0; i < kBars.size(); ++i) {
        const bool second = i == 1 || i == 4;
        const double height = kBars[i].y() * kStep;
        painter.fillRect(QRectF(kBars[i].x() - 7, kBase - height, 14, height), second ? QColor(224, 160, 80) : QColor(80, 128, 192));
    }
}

std::unique_ptr<app::InferenceWorker> scriptedWorker(const Script &script)
{
    using Opened = engine::Result<std::unique_ptr<engine::Engine>>;
    return std::make_unique<app::InferenceWorker>([script](const app::ModelRequest &request) -> Opened {
        if (request.file.contains(QLatin1String("broken"))) {
            return engine::Error{engine::ErrorCode::kBadFormat, request.file.toStdString() + " is not a GGUF file.", ""};
        }
        Script chosen = script;
        if (request.contextTokens > 0) {
            chosen.sessionTokens = request.contextTokens;
        }
        return makeScriptedEngine(chosen);
    });
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

WindowFixture::WindowFixture() : m_folder(std::make_shared<QTemporaryDir>())
{
    open(m_folder->path(), std::make_unique<app::InferenceWorker>(), app::builtInModelPath(), QLocale(QLocale::English));
}

WindowFixture::WindowFixture(std::chrono::milliseconds pace) : m_folder(std::make_shared<QTemporaryDir>())
{
    open(m_folder->path(), std::make_unique<app::InferenceWorker>(pacedFactory(app::defaultEngineFactory(), pace)), app::builtInModelPath(),
         QLocale(QLocale::English));
}

WindowFixture::WindowFixture(const QString &file) : m_folder(std::make_shared<QTemporaryDir>())
{
    open(m_folder->path(), std::make_unique<app::InferenceWorker>(), file, QLocale(QLocale::English));
}

WindowFixture::WindowFixture(const Script &script, const QLocale &locale) : m_folder(std::make_shared<QTemporaryDir>())
{
    open(m_folder->path(), scriptedWorker(script), QStringLiteral("scripted.gguf"), locale);
}

WindowFixture::WindowFixture(const Script &script, std::shared_ptr<QTemporaryDir> folder) : m_folder(std::move(folder))
{
    open(m_folder->path(), scriptedWorker(script), QStringLiteral("scripted.gguf"), QLocale(QLocale::English));
}

WindowFixture::WindowFixture(const Script &script, const QString &path)
{
    open(path, scriptedWorker(script), QStringLiteral("scripted.gguf"), QLocale(QLocale::English));
}

void WindowFixture::open(const QString &path, std::unique_ptr<app::InferenceWorker> worker, const QString &model, const QLocale &locale)
{
    auto store = app::ConversationStore::open(path);
    if (!store) {
        qFatal("the store could not be opened: %s", store.error().message.c_str());
    }
    m_store = std::move(*store);
    m_worker = std::move(worker);
    m_controller = std::make_unique<app::ChatController>(*m_store, *m_worker);
    m_controller->loadModel(model);
    ui::WindowOptions options;
    options.settingsFolder = path;
    options.locale = locale;
    m_chatWindow = std::make_unique<ui::ChatWindow>(*m_controller, options);
    if (!m_chatWindow->window()) {
        qFatal("the window could not be loaded");
    }
    if (preferences().place().frame.isNull()) {
        window().resize(kUsualSize); // the offscreen platform has a small screen, and a new window keeps to it
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

void WindowFixture::press(const char *name) const
{
    QQuickItem *button = item(name);
    QVERIFY2(button, name);
    button->forceActiveFocus(Qt::TabFocusReason);
    key(Qt::Key_Space);
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

QString WindowFixture::text(const char *name) const
{
    const QQuickItem *shown = item(name);
    return shown ? shown->property("text").toString() : QStringLiteral("<nothing shown>");
}

void WindowFixture::ask(const QString &question) const
{
    item("composer")->forceActiveFocus();
    type(question);
    key(Qt::Key_Return);
    QVERIFY(waitFor([this] { return chat().transcript()->count() > 0; }) && waitUntilIdle());
    QTest::qWait(50);
}

QVariant WindowFixture::shown(int row, ui::TranscriptModel::Role role) const
{
    const ui::TranscriptModel &transcript = *chat().transcript();
    return transcript.data(transcript.index(row), role);
}

QUrl WindowFixture::written(const QString &name, const QByteArray &bytes) const
{
    const QString path = m_folder->filePath(name);
    write(path, bytes);
    return QUrl::fromLocalFile(path);
}

QUrl WindowFixture::chartFile(const QString &name) const
{
    QImage picture(560, 392, QImage::Format_RGB32);
    paintBars(picture);
    const QString path = m_folder->filePath(name);
    picture.save(path);
    return QUrl::fromLocalFile(path);
}

} // namespace conclave::tests
