#pragma once

#include "app/chat_controller.h"
#include "app/text_of.h"
#include "tests/support/scripted_engine.h"

#include <QTest>
#include <QThread>

/// Store, worker and controller on a scripted model, as the program has them without its window.
namespace conclave::tests
{

using namespace conclave::app;

inline LoadedImage picture(QColor colour = Qt::red)
{
    QImage image(64, 48, QImage::Format_RGB888);
    image.fill(colour);
    auto loaded = loadImagePicture(image, "picture");
    if (!loaded)
        qFatal("%s", loaded.error().message.c_str());
    return *loaded;
}

struct Program
{
    Program(const QString &folder, const tests::Script &script) : store(std::move(*ConversationStore::open(folder)))
    {
        worker = std::make_unique<InferenceWorker>([this, script](const QString &file) -> engine::Result<std::unique_ptr<engine::Engine>> {
            if (file == "broken.gguf")
                return failure(engine::ErrorCode::kFileTruncated, "broken.gguf is cut off.");
            QThread::msleep(loadMilliseconds);
            return tests::makeScriptedEngine(script, record);
        });
        controller = std::make_unique<ChatController>(*store, *worker);
        QObject::connect(controller.get(), &ChatController::failed, [this](const QString &message) { failures.append(message); });
        QObject::connect(controller.get(), &ChatController::stateChanged, [this] { states.append(controller->state()); });
    }
    ~Program()
    {
        controller.reset();
        worker.reset();
    }

    void load(const QString &file = "model.gguf")
    {
        controller->loadModel(file);
        QTRY_VERIFY(!controller->model().loading);
    }

    bool idle() const { return controller->state() == ChatState::kIdle; }
    const StoredMessage &last() const { return controller->messages().back(); }

    std::unique_ptr<ConversationStore> store;
    std::shared_ptr<tests::Record> record = std::make_shared<tests::Record>();
    std::unique_ptr<InferenceWorker> worker;
    std::unique_ptr<ChatController> controller;
    QStringList failures;
    QVector<ChatState> states;
    unsigned long loadMilliseconds = 0;
};

} // namespace conclave::tests
